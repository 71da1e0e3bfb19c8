"""A picture as Mermaid, which GitHub, GitLab and MkDocs draw in Markdown.

Source: https://mermaid.js.org/syntax/flowchart.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Final

from views.diagram.picture import Edge, Node, Picture

_SHAPES: Final = {"store": ("[(", ")]"), "stream": (">", "]"), "guard": ("{{", "}}"), "outside": ("([", "])")}
_ARROWS: Final = {"traffic": "==>", "data": "-.->", "hands": "-->", "refers": "-->"}


def mermaid(picture: Picture) -> str:
    """Render a picture as a Mermaid flowchart; places are left to Mermaid."""
    lines = [
        "flowchart " + picture.direction,
        f"  accTitle: {picture.title}",
        f"  accDescr: {picture.description}",
        *_frames(picture, "", "  "),
        *(f"  {_edge(edge)}" for edge in picture.edges),
    ]
    return "\n".join(lines) + "\n"


def _frames(picture: Picture, parent: str, indent: str) -> Iterator[str]:
    for node in picture.nodes:
        if node.group == parent:
            yield indent + _node(node)
    for group in picture.groups:
        if group.parent == parent:
            yield f'{indent}subgraph {_id(group.id, "g")}["{escape(group.name)}"]'
            yield from _frames(picture, group.id, indent + "  ")
            yield f"{indent}end"


def _node(node: Node) -> str:
    before, after = _SHAPES.get(node.kind, ("[", "]"))
    label = "<br/>".join([f"<b>{escape(node.name)}</b>", *(escape(line) for line in node.lines)])
    return f'{_id(node.id, "n")}{before}"{label}"{after}'


def _edge(edge: Edge) -> str:
    label = f'|"{"<br/>".join(escape(line) for line in edge.label.splitlines())}"|' if edge.label else ""
    return f"{_id(edge.source, 'n')} {_ARROWS[edge.kind]}{label} {_id(edge.target, 'n')}"


def _id(name: str, prefix: str) -> str:
    """Return a name that is no word of Mermaid's, such as ``end``."""
    return prefix + "_" + re.sub(r"\W", "_", name)
