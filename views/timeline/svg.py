"""A timeline as an SVG: for a screen, light or dark, and for paper."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from itertools import pairwise
from typing import Final

from views.timeline.layout import THINNEST, Shape, lanes, shaped
from views.timeline.rows import MARK, Group, Row, clock, groups, ticks
from views.timeline.schedule import Step, Timeline

WIDTH: Final = 1200
NAMES: Final = 100
MARGIN: Final = 16
LANE: Final = 14
BAR: Final = 10
HEAD: Final = 88
GAP: Final = 6
LEAST: Final = 26
"""Height of the name of a stack and its time."""
EDGE: Final = WIDTH - MARGIN

NOTE: Final = (
    "Times in minutes:seconds: historical averages by type, or what own deployments took where that is recorded. "
    "The bound has the same resources and the same needs, and no stack to wait for."
)

STYLE: Final = """
.timeline { --paper: #ffffff; --ink: #1b1f24; --faint: #57606a; --line: #d8dee4; --band: #eff2f6;
  --bar: #b9cde6; --edge: #54779f; --hot: #b93a07; --hot-edge: #6b2105; --hot-ink: #ffffff;
  font: 10px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; }
@media (prefers-color-scheme: dark) { .timeline { --paper: #0d1117; --ink: #e6edf3; --faint: #9198a1; --line: #272d35;
  --band: #1a2029; --bar: #2f4f76; --edge: #6f9fd4; --hot: #f0883e; --hot-edge: #ffc48f; --hot-ink: #14181d; } }
.timeline text { fill: var(--ink); }
.timeline .paper { fill: var(--paper); }
.timeline .band { fill: var(--band); }
.timeline .title { font-size: 17px; font-weight: 600; }
.timeline .name { font-size: 11px; font-weight: 600; }
.timeline .note { fill: var(--faint); }
.timeline .grid { stroke: var(--line); }
.timeline .bar { fill: var(--bar); stroke: var(--edge); stroke-width: .75; }
.timeline .hot { fill: var(--hot); stroke: var(--hot-edge); stroke-width: 1.5; }
.timeline .strong { font-weight: 700; }
.timeline .on { font-weight: 700; fill: var(--hot-ink); }
.timeline .beside { paint-order: stroke; stroke: var(--paper); stroke-width: 2.5; stroke-opacity: .85; }
.timeline .chain { fill: none; stroke: var(--hot); stroke-width: 1.25; }
.timeline .bound { stroke: var(--ink); stroke-dasharray: 5 3; }
.timeline .end { stroke: var(--ink); }
"""


def svg(timeline: Timeline, name: str) -> str:
    """Return the picture: the stacks in the order in which they begin, and below them the bound."""
    chart = _Chart(timeline)
    for group in groups(timeline):
        chart.group(group)
    chart.compare()
    height = chart.y + 28
    id_ = "timeline-" + re.sub(r"[^a-z0-9]+", "-", name.lower())
    said = (
        f"{name}: created in {clock(timeline.expected_seconds)}, "
        f"{timeline.ratio:.2f} times the bound of {clock(timeline.bound_seconds)}"
    )
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="timeline" {size} aria-labelledby="{id_} {id_}-text">',
        f'<title id="{id_}">{escape(said)}</title>',
        f'<desc id="{id_}-text">{escape(_description(timeline))}</desc>',
        f"<style>{STYLE}</style>",
        f'<rect class="paper" width="{WIDTH}" height="{height}"/>',
        _text(MARGIN, 28, said, "title"),
        *_legend(),
        *chart.drawn(),
        _text(MARGIN, chart.y + 16, NOTE, "note"),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _description(timeline: Timeline) -> str:
    def chain(steps: Iterable[Step]) -> str:
        return ", ".join(f"{step.path} {clock(step.seconds)}" for step in steps)

    return (
        f"When each of {len(timeline.steps)} resources in {len(timeline.stacks)} nested stacks is expected to be "
        f"created, in minutes and seconds. Critical path: {chain(timeline.critical_path)}. "
        f"Bound, without any stacks: {chain(timeline.bound_path)}."
    )


class _Chart:
    """The picture while it grows downwards; ``y`` is where the next thing goes."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.seconds = max(timeline.expected_seconds, 1)
        self.y = HEAD
        self.bands: list[str] = []
        self.bars: list[str] = []
        self.words: list[str] = []
        self.chain: list[tuple[float, float, float]] = []

    def x(self, second: int) -> float:
        """Say where a second is."""
        return NAMES + second * (EDGE - NAMES) / self.seconds

    def group(self, group: Group) -> None:
        """Add a stack: its name, its time as a band, its resources in as few lanes as their labels allow."""
        placed = lanes(group.rows, self.x, EDGE)
        height = len(placed) * LANE + 4
        left, right = self.x(group.span.start), self.x(group.span.end)
        self.bands.append(
            f'<rect class="band" x="{left:.1f}" y="{self.y}" width="{right - left:.1f}" height="{height}" rx="3"/>'
        )
        self._name(group.name, clock(group.span.end - group.span.start))
        for number, lane in enumerate(placed):
            y = self.y + 2 + number * LANE
            for shape in lane:
                self._bars(shape, y)
                self._label(shape, y)
                if shape.critical:
                    self.chain += [(self.x(row.start), self.x(row.end), y + LANE / 2) for row in shape.rows]
        self.y += max(height, LEAST) + GAP

    def compare(self) -> None:
        """Add both longest chains, one below the other."""
        self.bands.append(f'<line class="grid" x1="{MARGIN}" x2="{EDGE}" y1="{self.y}" y2="{self.y}"/>')
        self.y += GAP
        for name, below, steps, hot in (
            ("Expected", "critical path", self.timeline.critical_path, True),
            ("Bound", "without stacks", self.timeline.bound_path, False),
        ):
            self._name(name, below)
            for step in steps:
                shape = shaped((Row((step,), critical=hot),), self.x, EDGE)
                self._bars(shape, self.y + 4)
                if shape.label.inside:
                    self._label(shape, self.y + 4)
            self.y += LEAST + GAP

    def drawn(self) -> Iterator[str]:
        """Return all of it, the words uppermost."""
        yield from self.bands
        yield from self._axis()
        yield from self._chain()
        yield from self.bars
        yield from self.words

    def _axis(self) -> Iterator[str]:
        """Draw the minutes, and where the bound and the expected end are."""
        for second in ticks(self.seconds, 24):
            x = self.x(second)
            yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{HEAD - 8}" y2="{self.y}"/>'
            if x < EDGE - 30:
                yield _text(x, HEAD - 12, clock(second), "note", to_left=None)
        for what, second, kind, up in (
            ("bound", self.timeline.bound_seconds, "bound", 26),
            ("expected", self.timeline.expected_seconds, "end", 40),
        ):
            x = self.x(second)
            yield f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="{HEAD - up - 9}" y2="{self.y}"/>'
            yield _text(x - 4, HEAD - up, f"{what} {clock(second)}", "strong", to_left=True)

    def _chain(self) -> Iterator[str]:
        """Join the critical path, so that it can be followed without colour."""
        points = sorted(self.chain)
        for (_, x, y), (next_x, _, next_y) in pairwise(points):
            yield f'<path class="chain" d="M{x:.1f} {y:.1f}V{next_y:.1f}H{next_x:.1f}"/>'

    def _name(self, name: str, below: str) -> None:
        self.words += [_text(MARGIN, self.y + 11, name, "name"), _text(MARGIN, self.y + 23, below, "note")]

    def _bars(self, shape: Shape, y: int) -> None:
        for row in shape.rows:
            names, left = ", ".join(step.path for step in row.steps), self.x(row.start)
            said = f"{names} ({row.steps[0].type}): {clock(row.start)} to {clock(row.end)}"
            bar = _rect("hot" if row.critical else "bar", left, y + 2, max(self.x(row.end) - left, THINNEST))
            self.bars.append(f"<g><title>{escape(said)}</title>{bar}</g>")

    def _label(self, shape: Shape, y: int) -> None:
        label = shape.label
        kind = ("on" if shape.critical else "") if label.inside else "beside strong" if shape.critical else "beside"
        self.words.append(_text(label.x, y + 10.5, label.text, kind, to_left=label.to_left))


def _legend() -> Iterator[str]:
    yield _rect("hot", MARGIN, 42, 30)
    yield _text(MARGIN + 36, 51, f"{MARK} critical path: whatever is late here makes everything late", "strong")
    yield _rect("bar", 400, 42, 30)
    yield _text(436, 51, "has time to spare")
    yield f'<rect class="band" x="550" y="42" width="30" height="{BAR}" rx="3"/>'
    yield _text(586, 51, "nested stack, from its beginning to its end")


def _rect(kind: str, x: float, y: float, width: float) -> str:
    return f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{BAR}" rx="1.5"/>'


def _text(x: float, y: float, said: str, kind: str = "", *, to_left: bool | None = False) -> str:
    """Write a text from ``x`` on, or to the left of it, or (``to_left`` None) around it."""
    classes = f' class="{kind}"' if kind else ""
    anchor = {True: ' text-anchor="end"', False: "", None: ' text-anchor="middle"'}[to_left]
    return f'<text x="{x:.1f}" y="{y:.1f}"{classes}{anchor}>{escape(said)}</text>'
