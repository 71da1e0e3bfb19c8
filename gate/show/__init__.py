"""What the gate prints: outcomes in, text out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Final

from gate.judge import Outcome

FORMATS: Final[Mapping[str, str]] = {
    "text": "text",
    "json": "data",
    "sarif": "sarif",
    "junit": "junit",
    "github": "github",
}
"""Name of each format and of its module here."""


def show(outcomes: Sequence[Outcome], form: str = "text") -> str:
    """Render what the gate found in one of ``FORMATS``; nothing after the last character but what the form wants."""
    render: Callable[[Sequence[Outcome]], str] = import_module(f"{__name__}.{FORMATS[form]}").render
    return render(outcomes)
