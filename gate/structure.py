"""Structural problems of a tree as hits of rules."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit
from gate.tree import Problem, Tree


def hits(tree: Tree, *codes: str) -> Iterator[Hit]:
    """Yield the tree's problems that have one of these codes (``gate.tree.CODES``)."""
    return (hit(tree, problem) for problem in tree.problems if problem.code in codes)


def hit(tree: Tree, problem: Problem) -> Hit:
    """Return a problem as a hit at the resource it is in, or at its stack."""
    stack = tree.stacks[problem.stack]
    section, name = (*problem.path, "", "")[:2]
    resource = stack.resources.get(str(name)) if section == "Resources" else None
    return Hit(resource or stack, problem.path[2:] if resource else problem.path, problem.message, problem.fix)
