"""Where messages go: plain lines, a live tree on a terminal, or a stream of JSON events."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import threading
from typing import TYPE_CHECKING, TextIO

from deployer import messages as m
from deployer.show.standing import tree_lines, waiting_line
from deployer.show.style import Style, clip
from deployer.show.text import lines

if TYPE_CHECKING:
    from datetime import datetime

    from deployer.messages import Message, Observer

HEARTBEAT = 60
"""Seconds between two lines that only say that we still wait, where there is no terminal."""


class Plain:
    """Timestamped lines, for logs and pipes."""

    def __init__(self, out: TextIO, style: Style | None = None, form: str = "text") -> None:
        """Write to ``out``; ``form`` is the format of outputs."""
        self._out = out
        self._style = style or Style()
        self._form = form
        self._said: datetime | None = None
        # Several regions may be deployed at once.
        self._lock = threading.Lock()

    def __call__(self, message: Message) -> None:
        """Print a message."""
        with self._lock:
            self._print(message)

    def _print(self, message: Message) -> None:
        if isinstance(message, m.Standing):
            self._beat(message)
        else:
            self._write(lines(message, self._style, self._form))

    def _beat(self, message: m.Standing) -> None:
        due = self._said is None or (message.now - self._said).total_seconds() >= HEARTBEAT
        if due and message.progress.running:
            self._said = message.now
            self._write([waiting_line(message)])

    def _write(self, text: list[str]) -> None:
        if text:
            self._out.write("\n".join(text) + "\n")
            self._out.flush()


class Live(Plain):
    """A tree that redraws itself in place; everything else scrolls by above it."""

    _drawn = 0

    def _print(self, message: Message) -> None:
        self._erase()
        if isinstance(message, m.Standing):
            width, height = shutil.get_terminal_size()
            tree = tree_lines(message, self._style, height - 2)
            self._write([clip(line, width) for line in tree])
            self._drawn = len(tree)
        elif not isinstance(message, m.Happened) or message.event.status.endswith("_FAILED"):
            self._write(lines(message, self._style, self._form))

    def _erase(self) -> None:
        if self._drawn:
            self._out.write(f"\033[{self._drawn}A\033[J")
            self._drawn = 0


class JsonLines:
    """One JSON object a line, for programs: ``{"event": "Happened", ...}``."""

    def __init__(self, out: TextIO) -> None:
        """Write to ``out``."""
        self._out = out
        self._lock = threading.Lock()

    def __call__(self, message: Message) -> None:
        """Print a message."""
        data = {"event": type(message).__name__, **dataclasses.asdict(message)}
        with self._lock:
            self._out.write(json.dumps(data, default=str) + "\n")
            self._out.flush()


def observer(out: TextIO, err: TextIO, *, as_json: bool = False, form: str = "text", live: bool = True) -> Observer:
    """Return the printer that fits: with ``as_json`` events go to ``out`` and people's text to ``err``.

    ``live=False`` is for several regions at once. Colours follow the terminal and https://no-color.org.
    """
    people = err if as_json else out
    terminal = people.isatty()
    style = Style(colour=terminal and "NO_COLOR" not in os.environ)
    plain: Plain = (Live if terminal and live else Plain)(people, style, form)
    if not as_json:
        return plain
    stream = JsonLines(out)

    def tell(message: Message) -> None:
        stream(message)
        plain(message)

    return tell
