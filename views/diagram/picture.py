"""What every diagram is before it is drawn: nodes in groups, and edges between them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Box:
    """A place on the page, in points from its lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of it."""
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2


@dataclass(frozen=True)
class Node:
    """One box of a picture: a name, and smaller ``lines`` below it.

    ``kind`` decides its shape (see ``style.SHAPES``), ``group`` is the id of the group that it is in. Of a picture
    whose places mean something, ``box`` is its place.
    """

    id: str
    name: str
    kind: str
    lines: tuple[str, ...] = ()
    group: str = ""
    box: Box | None = None


@dataclass(frozen=True)
class Group:
    """A frame around nodes and other groups; ``parent`` is the id of the one that it is in."""

    id: str
    name: str
    parent: str = ""
    box: Box | None = None


@dataclass(frozen=True)
class Edge:
    """An arrow; ``kind`` decides its stroke (see ``style.STROKES``).

    Of a picture whose places mean something, ``points`` are its corners and ``label_at`` the middle of its label.
    """

    source: str
    target: str
    kind: str
    label: str = ""
    points: tuple[tuple[float, float], ...] = ()
    label_at: tuple[float, float] = (0, 0)


@dataclass(frozen=True)
class Picture:
    """A whole diagram. ``notes`` say in the legend what the picture leaves out or shows in another way.

    ``direction`` is where arrows lead, as Graphviz says it: TB or LR.
    """

    title: str
    description: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    groups: tuple[Group, ...] = ()
    notes: tuple[str, ...] = ()
    direction: str = "TB"
    placed: bool = False
