"""A timeline for a terminal: one bar a row, as wide as the terminal is."""

from __future__ import annotations

from textwrap import wrap
from typing import Final

from views.timeline.rows import MARK, Group, clock, groups, ticks
from views.timeline.schedule import Timeline

CRITICAL, OTHER, EDGE, LIMIT = "█", "━", "─", "┊"

LABELS: Final = 32
NARROWEST: Final = 20
"""Columns for labels, and for bars at least."""


def text(timeline: Timeline, name: str, width: int) -> str:
    """Return the picture, ``width`` columns wide (but never less than 68), and what it says in words."""
    columns = max(NARROWEST, width - LABELS - len(_times(0, 0)) - 2)
    chart = _Chart(timeline, columns)
    lines = [*wrap(_headline(timeline, name), LABELS + columns), "", chart.axis()]
    for group in groups(timeline):
        lines += ["", *_rows(chart, group)]
    return "\n".join([*lines, "", *_explained(chart, timeline)]) + "\n"


def _headline(timeline: Timeline, name: str) -> str:
    """Return the figures in one sentence."""
    return (
        f"{name}: created in {clock(timeline.expected_seconds)} (minutes:seconds), "
        f"{timeline.ratio:.2f} times the bound of {clock(timeline.bound_seconds)}"
    )


class _Chart:
    """Where a second is among the columns."""

    def __init__(self, timeline: Timeline, columns: int) -> None:
        self.columns = columns
        self.seconds = max(timeline.expected_seconds, 1)
        self.limit = min(self.column(timeline.bound_seconds), columns - 1)

    def column(self, second: int) -> int:
        return second * self.columns // self.seconds

    def axis(self) -> str:
        line = [" "] * self.columns
        for second in ticks(self.seconds, self.columns // 8):
            at, label = self.column(second), clock(second)
            if at + len(label) <= self.columns:
                line[at : at + len(label)] = label
        return f"{'':{LABELS}} {''.join(line)} {'begins':>7}{'takes':>7}"

    def row(self, label: str, start: int, end: int, glyph: str) -> str:
        first = min(self.column(start), self.columns - 1)
        last = max(first + 1, round(end * self.columns / self.seconds))
        line = [" "] * self.columns
        line[self.limit] = LIMIT
        line[first:last] = glyph * (last - first)
        short = label if len(label) <= LABELS else label[: LABELS - 1] + "…"
        return f"{short:{LABELS}} {''.join(line)} {_times(start, end - start)}"


def _times(start: int, takes: int) -> str:
    return f"{clock(start):>7}{clock(takes):>7}"


def _rows(chart: _Chart, group: Group) -> list[str]:
    return [
        chart.row(group.name, group.span.start, group.span.end, EDGE),
        *(
            chart.row(
                f"  {MARK if row.critical else ' '} {row.label}",
                row.start,
                row.end,
                CRITICAL if row.critical else OTHER,
            )
            for row in group.rows
        ),
    ]


def _explained(chart: _Chart, timeline: Timeline) -> list[str]:
    waiting = timeline.expected_seconds - sum(step.seconds for step in timeline.critical_path)
    return [
        chart.row("Expected", 0, timeline.expected_seconds, CRITICAL),
        chart.row("Bound: without any stacks", 0, timeline.bound_seconds, CRITICAL),
        "",
        f"{MARK} {CRITICAL} critical path: whatever is late here makes everything late",
        *(f"    {clock(step.seconds):>6}  {step.path}" for step in timeline.critical_path),
        f"    {clock(waiting):>6}  for nested stacks to begin and to end",
        f"{LIMIT} the bound: the same resources and needs, with no stack to wait for",
        *(f"    {clock(step.seconds):>6}  {step.path}" for step in timeline.bound_path),
    ]
