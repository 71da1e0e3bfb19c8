"""JSON as people like to read it: what fits on a line stands on one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

WIDTH: Final = 100


def pretty(value: object, indent: int = 0) -> str:
    """Render JSON with one step of indentation a level; a list or object that fits into the line is not broken up."""
    line = json.dumps(value)
    if len(line) + indent <= WIDTH or not isinstance(value, Mapping | list | tuple) or not value:
        return line
    pad, end = "\n" + " " * (indent + 1), "\n" + " " * indent
    if isinstance(value, Mapping):
        return (
            "{"
            + ",".join(f"{pad}{json.dumps(key)}: {pretty(item, indent + 1)}" for key, item in value.items())
            + end
            + "}"
        )
    return "[" + ",".join(pad + pretty(item, indent + 1) for item in value) + end + "]"
