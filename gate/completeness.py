"""Whether the tree shows everything: only then may a check say that something is missing."""

from __future__ import annotations

from gate.tree import STACK_TYPE, Tree


def complete(tree: Tree) -> bool:
    """Tell whether every template of the tree is there, and none is rewritten by a macro when it is deployed."""
    return all(
        not stack.template.opaque
        and all(
            resource.type != STACK_TYPE or resource.condition is False or stack.child(resource.id) is not None
            for resource in stack.resources.values()
        )
        for stack in tree.stacks.values()
    )
