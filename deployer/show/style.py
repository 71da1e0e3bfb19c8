"""Colours and times."""

from __future__ import annotations

import re
from dataclasses import dataclass

RED, GREEN, YELLOW, BLUE, BOLD, DIM = "31", "32", "33", "34", "1", "2"


@dataclass(frozen=True)
class Style:
    """Paints text, or leaves it alone where colours are not wanted; meaning never hangs on colour alone."""

    colour: bool = False

    def paint(self, text: str, code: str) -> str:
        """Return the text in a colour."""
        return f"\033[{code}m{text}\033[0m" if self.colour else text


_ESCAPE = re.compile(r"(\033\[[0-9]*m)")


def clip(line: str, width: int) -> str:
    """Return a line cut to what a terminal shows in one row; colours take no room."""
    room = width
    kept = []
    for part in _ESCAPE.split(line):
        kept.append(part if _ESCAPE.match(part) else part[:room])
        room -= 0 if _ESCAPE.match(part) else len(kept[-1])
    return "".join(kept)


def clock(seconds: float) -> str:
    """Return a duration as 04:12, or 1:04:12."""
    minutes, rest = divmod(max(int(seconds), 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def plural(count: int, word: str) -> str:
    """Return a count with its noun: 1 resource, 2 resources."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
