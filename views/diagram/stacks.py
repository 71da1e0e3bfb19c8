"""The stacks and what they hand to each other."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from gate.tree import Stack, Tree
from gate.tree.values import Raw
from views.diagram.picture import Edge, Node, Picture

_WIDTH = 30
_FEW = 2
"""Outputs that an edge names; more are counted."""


@dataclass(frozen=True, order=True)
class HandOver:
    """One output of ``giver`` that is a parameter of ``taker``; both are stacks below the same parent."""

    giver: str
    output: str
    taker: str


def hand_overs(tree: Tree) -> list[HandOver]:
    """Return everything that stacks of the tree hand to each other, once each, in the order of the templates."""
    found: dict[HandOver, None] = {}
    for stack in tree.stacks.values():
        if stack.resource and stack.parent:
            given = stack.resource.raw.get("Properties", {})
            for sibling, output in _outputs(given.get("Parameters", {}) if isinstance(given, dict) else {}):
                giver = stack.parent.children.get(sibling)
                if giver and giver.path in tree.stacks:
                    found.setdefault(HandOver(_name(giver), output, _name(stack)))
    return list(found)


def picture(tree: Tree, environment: str) -> Picture:
    """Draw every active stack, and one arrow for all that one hands to another.

    An output that more than half of the other stacks take would bury the rest: its takers say so themselves.
    """
    stacks = [stack for stack in tree.stacks.values() if stack.resource]
    overs = hand_overs(tree)
    takers = Counter((over.giver, over.output) for over in overs)
    common = {output for output, count in takers.items() if count > len(stacks) // 2}
    apart = [over for over in overs if (over.giver, over.output) in common]
    between: dict[tuple[str, str], list[str]] = {}
    for over in overs:
        if over not in apart:
            between.setdefault((over.giver, over.taker), []).append(over.output)
    return Picture(
        title=f"{environment}: the stacks and what they hand to each other",
        description=f"{len(stacks)} nested stacks; an arrow leads from a stack to each one that takes its outputs.",
        nodes=tuple(_node(stack, apart) for stack in stacks),
        edges=tuple(Edge(giver, taker, "hands", _label(names)) for (giver, taker), names in between.items()),
        notes=tuple(
            f"{output}: an output of {giver} that {takers[giver, output]} stacks take; no arrows are drawn for it"
            for giver, output in sorted(common)
        ),
    )


def _node(stack: Stack, apart: list[HandOver]) -> Node:
    name = _name(stack)
    said = stack.template.body.get("Description")
    what = said.partition(": ")[2] if isinstance(said, str) else ""
    taken = tuple(f"+ {over.output}" for over in apart if over.taker == name)
    count = sum(resource.condition is not False for resource in stack.resources.values())
    return Node(name, name, "stack", (*textwrap.wrap(what, _WIDTH), f"{count} resources", *taken))


def _label(outputs: list[str]) -> str:
    return "\n".join(outputs) if len(outputs) <= _FEW else f"{len(outputs)} outputs"


def _name(stack: Stack) -> str:
    return stack.path.partition("/")[2]


def _outputs(raw: Raw) -> Iterator[tuple[str, str]]:
    """Yield ``(stack, output)`` of every output that a value is made of."""
    if isinstance(raw, list):
        for item in raw:
            yield from _outputs(item)
    elif isinstance(raw, dict):
        for key, item in raw.items():
            parts = item.split(".", 1) if isinstance(item, str) else item
            if key == "Fn::GetAtt" and isinstance(parts, list) and len(parts) == 2:  # noqa: PLR2004 - name and attribute
                name, attribute = parts
                if isinstance(name, str) and isinstance(attribute, str) and attribute.startswith("Outputs."):
                    yield name, attribute.removeprefix("Outputs.")
            else:
                yield from _outputs(item)
