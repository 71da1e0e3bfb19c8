"""What a tier is written in: value kinds, interfaces, names, conditions, grants, nesting. No AWS, files or clock."""
