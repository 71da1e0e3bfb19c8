"""Turn a rule's case into a tree."""

from __future__ import annotations

from pathlib import Path

from gate.rule import Case
from gate.tree import Tree, load_tree


def tree_of(case: Case, folder: Path) -> Tree:
    """Write the case's templates below ``folder`` and load them."""
    files = {"root.yaml": case} if isinstance(case, str) else case
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return load_tree(folder / "root.yaml", folder=folder)
