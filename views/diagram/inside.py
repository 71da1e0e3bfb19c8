"""One stack: its resources by zone and subnet, what refers to what, and which other stacks they take from."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from gate.network import zone
from gate.tree import Resource, Stack, Tree, references
from kit.errors import UserError
from views.diagram.catalogue import called, kind, type_name
from views.diagram.picture import Edge, Group, Node, Picture
from views.diagram.places import placed
from views.diagram.traffic import RULES, between_groups

_JOINTS: Final = {
    "AWS::EC2::SubnetRouteTableAssociation": ("SubnetId", "RouteTableId", "routed by"),
    "AWS::EC2::VPCGatewayAttachment": ("InternetGatewayId", "VpcId", "attached to"),
}
"""Types that only join two others: the properties with these, and what the box of the first says of the second."""
_WIDTH: Final = 34
_ALONE: Final = 2
"""A resource that more than this many others refer to may be common to all."""


class NoSuchStackError(UserError):
    """The tree has no such stack."""

    exit_code = 2


def names(tree: Tree) -> list[str]:
    """Return the names of all nested stacks."""
    return [path.partition("/")[2] for path, stack in tree.stacks.items() if stack.resource]


def picture(tree: Tree, environment: str, name: str) -> Picture:
    """Draw one stack; equal resources with equal neighbours share a box.

    What more than half of the others refer to would bury the rest: these say so themselves.

    Raises:
        NoSuchStackError: the tree has no stack of this name.
    """
    stack = tree.stacks.get(f"root/{name}")
    if stack is None:
        raise NoSuchStackError(f"there is no stack {name} in {environment}; there are {', '.join(names(tree))}")
    drawn = [each for each in _active(stack) if each.type not in {*_JOINTS, *RULES}]
    edges = list(dict.fromkeys(_edges(tree, stack, {each.id for each in drawn})))
    uses = Counter(edge.target for edge in edges if edge.kind == "refers")
    common = {target for target, count in uses.items() if count > max(_ALONE, len(drawn) // 2)}
    marks = _joined(tree, stack)
    for edge in edges:
        if edge.target in common and edge.kind == "refers":
            marks.setdefault(edge.source, []).append(f"+ {edge.target}")
    edges = [edge for edge in edges if edge.target not in common or edge.kind != "refers"]
    where = {each.id: _place(tree, each) for each in drawn}
    groups = tuple(_groups(where.values()))
    entered = any(where[edge.target] for edge in edges)
    boxes = _boxes(drawn, where, edges, marks)
    box = {each.id: members[0].id for members in boxes for each in members}
    return Picture(
        title=f"{environment}: inside {name}",
        description=f"The {len(list(_active(stack)))} resources of the stack {name}, grouped by zone and subnet.",
        nodes=tuple(_node(tree, members, where[members[0].id], marks.get(members[0].id, [])) for members in boxes),
        edges=tuple(dict.fromkeys(Edge(box[each.source], box[each.target], each.kind, each.label) for each in edges)),
        groups=groups,
        direction="LR" if entered else "TB",  # arrows enter a frame beside its name, not through it
        notes=tuple(
            f"{each}: more than half of the others refer to it; no arrows are drawn" for each in sorted(common)
        ),
    )


def _active(stack: Stack) -> Iterator[Resource]:
    return (each for each in stack.resources.values() if each.condition is not False)


def _joined(tree: Tree, stack: Stack) -> dict[str, list[str]]:
    """Return what the boxes of resources say of those that they are joined to."""
    said: dict[str, list[str]] = {}
    for each in _active(stack):
        if each.type in _JOINTS:
            start, end, words = _JOINTS[each.type]
            one, other = tree.target(each.get(start)), tree.target(each.get(end))
            if one and other:
                said.setdefault(one.id, []).append(f"{words} {other.id}")
    return said


def _edges(tree: Tree, stack: Stack, drawn: set[str]) -> Iterator[Edge]:
    for each in _active(stack):
        if each.id in drawn:
            used = dict.fromkeys(tree.at(reference) for reference in references(each.properties))
            yield from (
                Edge(each.id, to.id, "refers") for to in used if to.stack is stack and to is not each and to.id in drawn
            )
    for source, target, port in between_groups(tree):
        if source.stack is stack and target.stack is stack:
            yield Edge(source.id, target.id, "traffic", port)


def _boxes(
    drawn: list[Resource], where: dict[str, tuple[str, ...]], edges: list[Edge], marks: dict[str, list[str]]
) -> list[list[Resource]]:
    """Return the resources, those of one type together that are in one place, with equal neighbours and words."""
    around: dict[str, set[tuple[str, str, str]]] = {}
    for edge in edges:
        around.setdefault(edge.source, set()).add(("to", edge.target, edge.label))
        around.setdefault(edge.target, set()).add(("from", edge.source, edge.label))
    found: dict[object, list[Resource]] = {}
    for each in drawn:
        key = each.type, where[each.id], frozenset(around.get(each.id, ())), tuple(marks.get(each.id, ()))
        found.setdefault(key, []).append(each)
    return list(found.values())


def _node(tree: Tree, members: list[Resource], where: tuple[str, ...], marks: list[str]) -> Node:
    first = members[0]
    subnets = placed(tree).get(first, ())
    lines = [type_name(first)]
    if len(members) > 1:
        lines = textwrap.wrap(", ".join(each.id for each in members), _WIDTH)
    if len(subnets) > 1:
        lines += textwrap.wrap(f"across {', '.join(each.id for each in subnets)}", _WIDTH)
    stacks = dict.fromkeys(
        tree.at(reference).stack.path.partition("/")[2] for each in members for reference in references(each.properties)
    )
    given = [stack for stack in stacks if stack != first.stack.path.partition("/")[2]]
    if given:
        lines += textwrap.wrap(f"from {', '.join(given)}", _WIDTH)
    name = first.id if len(members) == 1 else f"{len(members)} of one kind: {type_name(first)}"
    return Node(first.id, name, kind(first), (*lines, *marks), "/".join(where))


def _place(tree: Tree, resource: Resource) -> tuple[str, ...]:
    """Return the frames that a resource is in: its zone and its subnet, if it is in one."""
    if resource.type == "AWS::EC2::Subnet":
        return (zone(tree, resource) or "a zone",)
    subnets = placed(tree).get(resource, ())
    return (zone(tree, subnets[0]) or "a zone", called(subnets[0])) if len(subnets) == 1 else ()


def _groups(places: Iterable[tuple[str, ...]]) -> Iterator[Group]:
    paths = dict.fromkeys(place[:depth] for place in places for depth in range(1, len(place) + 1))
    return (Group("/".join(path), path[-1], "/".join(path[:-1])) for path in sorted(paths))
