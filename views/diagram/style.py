"""What each kind of node and edge looks like. No meaning rests on colour alone: shapes and strokes differ, too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Stroke:
    """How an edge is drawn, and what the legend says about it."""

    colour: str
    style: str
    width: float
    arrow: str
    means: str


@dataclass(frozen=True)
class Shape:
    """How a node is drawn."""

    shape: str
    fill: str
    border: str
    margin: str = "0.12,0.07"


PAPER: Final = "#ffffff"
INK: Final = "#1b1f24"
QUIET: Final = "#57606a"
FRAME: Final = "#8c959f"
FLOOR: Final = "#f6f8fa"

STROKES: Final = {
    "hands": Stroke("#57606a", "solid", 1.2, "normal", "hands outputs to"),
    "traffic": Stroke("#0a5bb5", "solid", 1.8, "normal", "may connect to, on a port (security groups)"),
    "data": Stroke("#9a3d00", "dashed", 1.6, "vee", "works with, by its role and settings"),
    "refers": Stroke("#57606a", "dotted", 1.2, "empty", "refers to"),
}
SHAPES: Final = {
    "stack": Shape("box", "#eaf2fb", "#0a5bb5"),
    "compute": Shape("box", "#fdf0e3", "#9a3d00"),
    "network": Shape("box", "#eaf2fb", "#0a5bb5"),
    "store": Shape("cylinder", "#e9f5ec", "#1a6b33"),
    "stream": Shape("cds", "#f3edfb", "#6639a6", "0.28,0.1"),
    "guard": Shape("octagon", "#fbecee", "#a3202f"),
    "regional": Shape("box", FLOOR, QUIET),
    "part": Shape("note", FLOOR, QUIET),
    "outside": Shape("box", PAPER, QUIET),
}
"""By the kind of a node: ``store`` holds data, ``guard`` protects or records, ``part`` is only part of others."""

DARK: Final = {
    PAPER: "#0d1117",
    INK: "#e6edf3",
    QUIET: "#9ea7b3",
    FRAME: "#6e7681",
    FLOOR: "#161b22",
    "#0a5bb5": "#6cb0ff",
    "#9a3d00": "#f0a36b",
    "#1a6b33": "#6fcf8a",
    "#6639a6": "#c4a5f5",
    "#a3202f": "#ff9aa5",
    "#eaf2fb": "#12243a",
    "#fdf0e3": "#2e1d0f",
    "#e9f5ec": "#10281a",
    "#f3edfb": "#241a38",
    "#fbecee": "#331519",
}
"""What each colour becomes for readers who prefer a dark scheme."""
