"""JSON as people like to read it: what fits on a line stands on one."""

from __future__ import annotations

from collections.abc import Mapping
from json import dumps
from typing import Final

WIDTH: Final = 100


def pretty(value: object, indent: int = 0) -> str:
    """Render JSON with one step of indentation a level; a list or object that fits into the line is not broken up."""
    if isinstance(value, Mapping):
        items = [f"{dumps(key)}: {pretty(item, indent + 1)}" for key, item in value.items()]
        opening, closing = "{", "}"
    elif isinstance(value, list | tuple):
        items = [pretty(item, indent + 1) for item in value]
        opening, closing = "[", "]"
    else:
        return dumps(value)
    line = f"{opening}{', '.join(items)}{closing}"
    if not items or (len(line) + indent <= WIDTH and "\n" not in line):
        return line
    gap = "\n" + " " * indent
    return f"{opening}{gap} {f',{gap} '.join(items)}{gap}{closing}"
