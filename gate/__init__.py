"""Everything that can say "do not deploy this": the whole-tree model, the engines and the rules."""
