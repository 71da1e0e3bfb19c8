"""Structural problems of a tree as hits of rules."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit
from gate.tree import Tree


def hits(tree: Tree, *codes: str) -> Iterator[Hit]:
    """Yield the tree's problems that have one of these codes (``gate.tree.CODES``), each at the resource it is in."""
    for problem in tree.problems:
        if problem.code in codes:
            stack = tree.stacks[problem.stack]
            section, name = (*problem.path, "", "")[:2]
            resource = stack.resources.get(str(name)) if section == "Resources" else None
            path = problem.path[2:] if resource else problem.path
            yield Hit(resource or stack, path, problem.message, problem.fix)
