"""The network: zones side by side, subnets in rows, what sits in them, and who may connect to whom.

Here a place means something, so the places are arithmetic: what is in several zones is as wide as these. Traffic runs
in a channel to the right of the VPC, one lane for all that a resource connects to, so that no arrow crosses a box.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from gate.datastores import owner
from gate.network import zone
from gate.tree import Resource, Tree, as_text
from views.diagram.catalogue import PART, called, kind, type_name
from views.diagram.picture import Box, Edge, Group, Node, Picture
from views.diagram.places import Row, placed, rows, runs, zones
from views.diagram.traffic import Flow, flows

_ZONE = 250
_GAP = 16
_HEADER = 24
_BOX = 44
_LANE = 26
_LABEL = 64
_LINE = 13
_LETTER = 6
"""Points: a zone's width, what is between frames, a frame's name, a box, a traffic lane, a label, a line, a letter."""

INTERNET = "internet"
_ENDPOINT = "AWS::EC2::VPCEndpoint"


@dataclass(frozen=True)
class _Band:
    """What is drawn at one height of a row: one box across its zones, or one box per zone.

    A box stands for several resources if these are of one type, in the same subnets, with the same traffic.
    """

    row: Row
    boxes: tuple[tuple[Resource, ...], ...]


def picture(tree: Tree, environment: str) -> Picture:
    """Draw the network of the tree; below it what is in the region, but in no subnet."""
    where, lines = placed(tree), zones(tree)
    entering = flows(tree)
    bands = _bands(tree, where, entering)
    left = {name: _GAP + index * (_ZONE + _GAP) for index, name in enumerate(lines)}
    right = _GAP + len(lines) * (_ZONE + _GAP)
    nodes, groups = list[Node](), list[Group]()
    top = -float(_BOX + _HEADER + 2 * _GAP)
    floor = top - _HEADER
    for row in rows(tree):
        mine = [band for band in bands if band.row == row]
        bottom = floor - _HEADER - len(mine) * (_BOX + _GAP / 2) - _GAP / 2
        for subnet in row.subnets:
            start = left[_zone(tree, subnet)]
            box = Box(start + _GAP / 2, bottom, start + _ZONE - _GAP / 2, floor)
            groups.append(Group(called(subnet), _subnet(tree, subnet), f"zone {_zone(tree, subnet)}", box))
        for index, band in enumerate(mine):
            high = floor - _HEADER - index * (_BOX + _GAP / 2)
            for members in band.boxes:
                subnets = where[members[0]]
                spans = [left[_zone(tree, subnet)] for subnet in subnets]
                box = Box(min(spans) + _GAP, high - _BOX, max(spans) + _ZONE - _GAP, high)
                nodes.append(_node(tree, members, called(subnets[0]) if len(subnets) == 1 else "vpc", box))
        floor = bottom - _GAP
    vpc = next(tree.resources("AWS::EC2::VPC"), None)
    columns = [
        Group(f"zone {name}", f"Zone {name}", "vpc", Box(left[name], floor, left[name] + _ZONE, top)) for name in lines
    ]
    frame = Group("vpc", _vpc(tree, vpc), "", Box(0, floor - _GAP, right, top + _HEADER))
    internet = Node(INTERNET, "Internet", "outside", (_gateway(tree),), "", Box(0, -_BOX, right, 0))
    region, regional = _regional(tree, where, len(lines) + 1, right, floor - 2 * _GAP)
    edges = tuple(_edges(bands, [internet, *nodes], entering))
    return Picture(
        title=f"{environment}: what sits where in the network, and who may connect to whom",
        description=f"A VPC with {len(lines)} zones and {len(groups)} subnets. Arrows are connections that security "
        "groups let through, each with its protocol and port.",
        nodes=(internet, *nodes, *regional),
        edges=edges,
        groups=(frame, *columns, *groups, *region),
        notes=(
            "a box across several zones may run in each of them",
            "an arrow to one of several equal boxes is meant for all of them",
        ),
        placed=True,
    )


def _bands(tree: Tree, where: dict[Resource, tuple[Resource, ...]], entering: list[Flow]) -> list[_Band]:
    """Return what is drawn, a consumer above what it connects to; an instance is drawn with its cluster."""
    drawn = [each for each in where if owner(tree, each) is each]
    found = []
    for row in rows(tree):
        mine = [each for each in drawn if where[each][0] in row.subnets]
        shared: dict[object, list[Resource]] = {}
        for each in _ordered(mine, entering):
            alike = frozenset((flow.source, flow.port) for flow in entering if flow.target is each)
            from_here = frozenset((flow.target, flow.port) for flow in entering if flow.source is each)
            alone = len(where[each]) == 1
            shared.setdefault(each.type if alone else (each.type, where[each], alike, from_here), []).append(each)
        for members in shared.values():
            alone = len(where[members[0]]) == 1
            found.append(_Band(row, tuple((each,) for each in members) if alone else (tuple(members),)))
    return found


def _ordered(resources: list[Resource], entering: list[Flow]) -> list[Resource]:
    """Return the resources with each one above what it connects to, and as near to it as can be."""
    done: dict[Resource, None] = {}

    def visit(one: Resource, above: tuple[Resource, ...] = ()) -> None:
        for flow in entering:
            if flow.source is one and flow.target in resources and flow.target not in above:
                visit(flow.target, (*above, one))
        done.setdefault(one)

    reached = {flow.target for flow in entering if flow.source in resources}
    for resource in sorted(resources, key=lambda each: (each in reached, -resources.index(each))):
        visit(resource)
    return list(reversed(done))


def _edges(bands: list[_Band], nodes: list[Node], entering: list[Flow]) -> Iterator[Edge]:
    """Yield one arrow per source, band and port; each source has a lane, each arrow a height of its own."""
    box = {node.id: node.box for node in nodes if node.box}
    last = {called(each): called(band.boxes[-1][0]) for band in bands for members in band.boxes for each in members}
    merged = dict.fromkeys((_end(flow.source, last), _end(flow.target, last), flow.port) for flow in entering)
    edge = max(each.right for each in box.values()) + _GAP
    lanes = _lanes(box, [(source, target) for source, target, _ in merged])
    arriving: dict[str, list[str]] = {}
    for source, target, _ in merged:
        arriving.setdefault(target, []).append(source)
    for source, target, port in merged:
        start, end = box[source], box[target]
        leave = start.bottom + (start.top - start.bottom) / (len(arriving.get(source, [])) + 2)
        from_above = start.bottom > end.top
        sources = sorted(arriving[target], key=lambda each: lanes[each] if from_above else -lanes[each])
        room = len(sources) + 1 + any(each[0] == target for each in merged)
        arrive = end.top - (end.top - end.bottom) / room * (sources.index(source) + 1)
        lane = edge + _LABEL + lanes[source] * _LANE
        points = ((start.right, leave), (lane, leave), (lane, arrive), (end.right, arrive))
        yield Edge(source, target, "traffic", port, points, (edge + _LABEL / 2 - 6, arrive))


def _lanes(box: dict[str, Box], pairs: list[tuple[str, str]]) -> dict[str, int]:
    """Return the lane of each source: the shorter its way, the further inside, so that few arrows cross."""
    heights: dict[str, list[float]] = {}
    for source, target in pairs:
        heights.setdefault(source, [box[source].top]).append(box[target].top)
    order = sorted(heights, key=lambda each: (max(heights[each]) - min(heights[each]), each))
    return {source: lane for lane, source in enumerate(order)}


def _end(resource: Resource | None, last: dict[str, str]) -> str:
    return last[called(resource)] if resource else INTERNET


def _regional(
    tree: Tree, where: dict[Resource, tuple[Resource, ...]], across: int, right: float, top: float
) -> tuple[list[Group], list[Node]]:
    """Return a frame with one box per stack that has something outside subnets; neither if none has."""
    inside = {_ENDPOINT, "AWS::EC2::VPC", "AWS::EC2::Subnet", "AWS::EC2::SecurityGroup", "AWS::EC2::InternetGateway"}
    held: dict[str, list[str]] = {}
    for resource in tree.resources():
        if kind(resource) != PART and resource not in where and resource.type not in inside:
            stack = resource.stack.path.partition("/")[2]
            held.setdefault(stack, []).append(f"{resource.id}, {type_name(resource)}")
    if not held:
        return [], []
    width = (right - (across + 1) * _GAP) / across
    height = _HEADER + max(map(len, held.values())) * _LINE
    nodes = []
    for index, (stack, lines) in enumerate(held.items()):
        high = top - _HEADER - index // across * (height + _GAP)
        start = _GAP + index % across * (width + _GAP)
        box = Box(start, high - height, start + width, high)
        nodes.append(Node(f"in {stack}", stack, "regional", tuple(lines), "region", box))
    return [Group("region", "In the region, in no subnet", "", Box(0, high - height - _GAP, right, top))], nodes


def _node(tree: Tree, members: tuple[Resource, ...], group: str, box: Box) -> Node:
    resource = members[0]
    name = called(resource)
    if len(members) > 1:
        listed = textwrap.wrap(", ".join(each.id for each in members), int(box.right - box.left) // _LETTER)
        return Node(
            name, f"{len(members)} of one kind: {type_name(resource)}", kind(resource), tuple(listed), group, box
        )
    instances = [use.resource.id for use in tree.referrers(resource, "AWS::RDS::DBInstance")]
    line = type_name(resource) + (f" with {' and '.join(instances)}, each in one of these zones" if instances else "")
    task = runs(tree, resource)
    if task is not resource:
        line = f"{type_name(resource)}, tasks of {as_text(tree.literal(task.get('Family'))) or task.id}"
    return Node(name, name, kind(resource), (line,), group, box)


def _zone(tree: Tree, subnet: Resource) -> str:
    return zone(tree, subnet) or ""


def _subnet(tree: Tree, subnet: Resource) -> str:
    return f"{subnet.id}  {as_text(tree.literal(subnet.get('CidrBlock'))) or ''}".rstrip()


def _vpc(tree: Tree, vpc: Resource | None) -> str:
    block = as_text(tree.literal(vpc.get("CidrBlock"))) if vpc else None
    doors = [each.id for each in tree.resources(_ENDPOINT) if as_text(each.get("VpcEndpointType")) == "Gateway"]
    return "  ".join(filter(None, ("VPC", block, f"with {', '.join(doors)} on its routes" if doors else "")))


def _gateway(tree: Tree) -> str:
    gateways = [each.id for each in tree.resources("AWS::EC2::InternetGateway", "AWS::EC2::NatGateway")]
    return "by way of " + ", ".join(gateways) if gateways else ""
