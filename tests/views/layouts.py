"""What Graphviz made of a picture: the places of nodes, frames, labels and arrows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from views.diagram.draw import layout
from views.diagram.picture import Box, Picture

_STEPS = 24
"""Points that stand for each curve of an arrow."""
_NARROW = 1.5
"""Points that a box is made smaller by on each side: what only touches it is beside it."""


@dataclass(frozen=True)
class Drawn:
    """A picture as drawn, in points: labels and titles with what they are of, arrows as points on their way."""

    nodes: dict[str, Box]
    words: dict[str, Box]
    frames: dict[str, Box]
    labels: list[tuple[str, Box]]
    titles: list[tuple[str, Box]]
    arrows: list[tuple[str, list[tuple[float, float]]]]


def drawn(picture: Picture) -> Drawn:
    """Lay a picture out."""
    told = layout(picture)
    objects = dict(enumerate(told["objects"]))
    names = {index: each["name"] for index, each in objects.items()}
    edges = [
        (f"{names[each['tail']]} -> {names[each['head']]}", each) for each in told.get("edges", []) if "_draw_" in each
    ]
    frames = {each["name"].removeprefix("cluster "): each for each in objects.values() if "bb" in each}
    nodes = [each for each in objects.values() if "bb" not in each and not _is_label(each)]
    return Drawn(
        nodes={each["name"]: _node(each) for each in nodes},
        words={each["name"]: _text(each["_ldraw_"]) for each in nodes},
        frames={name: Box(*map(float, each["bb"].split(","))) for name, each in frames.items()},
        labels=[
            *((name, _text(each["_ldraw_"])) for name, each in edges if each.get("_ldraw_")),
            *((each["name"], _text(each["_ldraw_"])) for each in objects.values() if _is_label(each)),
        ],
        titles=[(name, _text(each["_ldraw_"])) for name, each in frames.items()],
        arrows=[(name, _points(each["_draw_"])) for name, each in edges],
    )


def overlap(one: Box, other: Box) -> bool:
    """Tell whether two boxes have more than an edge in common."""
    beside = one.right <= other.left or other.right <= one.left
    return not beside and one.bottom < other.top and other.bottom < one.top


def holds(outer: Box, inner: Box) -> bool:
    """Tell whether one box is within another."""
    across = outer.left <= inner.left and inner.right <= outer.right
    return across and outer.bottom <= inner.bottom and inner.top <= outer.top


def crossed(box: Box, points: list[tuple[float, float]]) -> bool:
    """Tell whether an arrow runs through a box, not just along its edge."""
    return any(
        box.left + _NARROW < x < box.right - _NARROW and box.bottom + _NARROW < y < box.top - _NARROW for x, y in points
    )


def _is_label(drawn_object: dict[str, Any]) -> bool:
    return drawn_object.get("class") == "label"


def _node(node: dict[str, Any]) -> Box:
    x, y = map(float, node["pos"].split(","))
    width, height = float(node["width"]) * 36, float(node["height"]) * 36
    return Box(x - width, y - height, x + width, y + height)


def _text(operations: list[dict[str, Any]]) -> Box:
    """Return the box around all lines of a label, from the widths that Graphviz measured."""
    size, boxes = 0.0, []
    for each in operations:
        if each["op"] == "F":
            size = each["size"]
        elif each["op"] == "T":
            x, y = each["pt"]
            left = x - {"l": 0.0, "c": 0.5, "r": 1.0}[each["align"]] * each["width"]
            boxes.append(Box(left, y - size * 0.2, left + each["width"], y + size * 0.7))
    return Box(
        min(each.left for each in boxes),
        min(each.bottom for each in boxes),
        max(each.right for each in boxes),
        max(each.top for each in boxes),
    )


def _points(operations: list[dict[str, Any]]) -> list[tuple[float, float]]:
    """Return points along the Bezier curves of an arrow."""
    found: list[tuple[float, float]] = []
    for each in operations:
        if each["op"] == "b":
            corners = [tuple(corner) for corner in each["points"]]
            for index in range(0, len(corners) - 1, 3):
                found += [_between(corners[index : index + 4], step / _STEPS) for step in range(_STEPS + 1)]
    return found


def _between(corners: list[Any], t: float) -> tuple[float, float]:
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
    pairs = list(zip(weights, corners, strict=True))
    return sum(weight * corner[0] for weight, corner in pairs), sum(weight * corner[1] for weight, corner in pairs)
