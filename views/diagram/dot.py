"""A picture as Graphviz reads it.

Source: https://graphviz.org/doc/info/attrs.html, https://graphviz.org/doc/info/shapes.html#html
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import pairwise

from views.diagram.picture import Box, Edge, Group, Node, Picture
from views.diagram.style import FLOOR, FRAME, INK, PAPER, QUIET, SHAPES, STROKES

POINTS_PER_INCH = 72
_SMALL = 10


def dot(picture: Picture) -> str:
    """Render a picture as a Graphviz graph; if it is placed, for ``neato -n2``."""
    text = f'fontname=Arial fontcolor="{INK}"'
    lines = [
        "digraph {",
        f'graph [rankdir={picture.direction} bgcolor="{PAPER}" {text} fontsize=12 pad=0.2 nodesep=0.25 ranksep=0.35]',
        f"graph [labelloc=t labeljust=l label=<{_legend(picture)}>]",
        f"node [{text} fontsize=12 style=filled penwidth=1.2]",
        f"edge [{text} fontsize={_SMALL} arrowsize=0.8]",
        *_frames(picture, ""),
        *(() if picture.placed else _columns(picture)),
        *(_edge(edge, index) for index, edge in enumerate(picture.edges)),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _frames(picture: Picture, parent: str) -> Iterator[str]:
    for node in picture.nodes:
        if node.group == parent:
            yield _node(node)
    for group in picture.groups:
        if group.parent == parent:
            yield f'subgraph "cluster {group.id}" {{'
            yield f'graph [{_group(group)} style="filled,rounded" color="{FRAME}" fillcolor="{FLOOR}" labeljust=l]'
            yield from _frames(picture, group.id)
            yield "}"


def _columns(picture: Picture) -> Iterator[str]:
    """Put nodes that nothing leads to or from below each other within their frame, not all into one long row."""
    ends = {end for edge in picture.edges for end in (edge.source, edge.target)}
    for group in picture.groups:
        loose = [node.id for node in picture.nodes if node.group == group.id and node.id not in ends]
        yield from (f'"{above}" -> "{below}" [style=invis]' for above, below in pairwise(loose))


def _group(group: Group) -> str:
    place = f' bb="{_corners(group.box)}" lp="{group.box.centre[0]},{group.box.top - 12}"' if group.box else ""
    return f"labelloc=t label=<{_text(group.name)}>" + place


def _node(node: Node) -> str:
    shape = SHAPES[node.kind]
    label = "<BR/>".join([f"<B>{_text(node.name)}</B>", *(_detail(line) for line in node.lines)])
    look = f'shape={shape.shape} margin="{shape.margin}" fillcolor="{shape.fill}" color="{shape.border}"'
    place = ""
    if node.box:
        x, y = node.box.centre
        width = (node.box.right - node.box.left) / POINTS_PER_INCH
        height = (node.box.top - node.box.bottom) / POINTS_PER_INCH
        place = f' pos="{x},{y}" width={width} height={height} fixedsize=true'
    return f'"{node.id}" [class="{node.kind}" {look} label=<{label}>{place}]'


def _edge(edge: Edge, index: int) -> str:
    """Render an arrow. Where Graphviz finds its way, its label is a node: other arrows go around nodes only."""
    stroke = STROKES[edge.kind]
    look = f'class="{edge.kind}" color="{stroke.colour}" style={stroke.style} penwidth={stroke.width}'
    head = f"arrowhead={stroke.arrow}"
    lines = "<BR/>".join(_text(line) for line in edge.label.splitlines())
    if edge.points:
        pad = f'BORDER="0" CELLPADDING="2" CELLSPACING="0" BGCOLOR="{PAPER}"'
        label = f"label=<<TABLE {pad}><TR><TD>{lines}</TD></TR></TABLE>>"
        at = f'pos="{_spline(edge.points)}" lp="{edge.label_at[0]},{edge.label_at[1]}"'
        return f'"{edge.source}" -> "{edge.target}" [{look} {head} {label} {at}]'
    if not lines:
        return f'"{edge.source}" -> "{edge.target}" [{look} {head}]'
    small = f'shape=box style="" penwidth=0 margin="0.04,0.01" height=0 width=0 fontsize={_SMALL}'
    return (
        f'"label {index}" [class="label" {small} label=<{lines}>]\n'
        f'"{edge.source}" -> "label {index}" [{look} arrowhead=none]\n'
        f'"label {index}" -> "{edge.target}" [{look} {head}]'
    )


def _spline(points: tuple[tuple[float, float], ...]) -> str:
    """Write straight lines as the Bezier curves that Graphviz takes; its arrowhead ends at the last point."""
    first, *others, last = points
    ahead = 8 if last[0] > others[-1][0] else -8
    told, at = [first], first
    for corner in (*others, (last[0] - ahead, last[1])):
        told += [at, corner, corner]
        at = corner
    return f"e,{last[0]},{last[1]} " + " ".join(f"{x},{y}" for x, y in told)


def _legend(picture: Picture) -> str:
    rows = [("", f'<FONT POINT-SIZE="18"><B>{_text(picture.title)}</B></FONT>')]
    for kind, stroke in STROKES.items():
        if any(edge.kind == kind for edge in picture.edges):
            look = f'BORDER="2" SIDES="B" STYLE="{stroke.style}" COLOR="{stroke.colour}"'
            rows.append((f'<TD {look} WIDTH="48" HEIGHT="9" FIXEDSIZE="TRUE"></TD>', _text(stroke.means)))
    rows += [('<TD ALIGN="RIGHT">+</TD>', _text(note)) for note in picture.notes]
    wide = f' WIDTH="{len(picture.title) * 10}"'  # so that the title does not widen the column of samples
    both = ' COLSPAN="2"'
    cells = "".join(
        f'<TR>{sample}<TD ALIGN="LEFT"{wide if sample else both}>{words}</TD></TR>' for sample, words in rows
    )
    return f'<TABLE BORDER="0" CELLSPACING="2" CELLPADDING="1">{cells}</TABLE>'


def _detail(line: str) -> str:
    return f'<FONT POINT-SIZE="{_SMALL}" COLOR="{QUIET}">{_text(line)}</FONT>'


def _corners(box: Box) -> str:
    return f"{box.left},{box.bottom},{box.right},{box.top}"


def _text(words: str) -> str:
    return escape(words, quote=False)
