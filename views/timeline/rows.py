"""The rows of a timeline's picture: what is alike and made at the same time shares one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from views.timeline.schedule import Span, Step, Timeline

MARK: Final = "◆"
"""Stands before what is on the critical path, so that it can be told without colour."""


@dataclass(frozen=True)
class Row:
    """Resources of one stack and type that begin and end together; those on the critical path stand alone."""

    steps: tuple[Step, ...]
    critical: bool

    @property
    def start(self) -> int:
        """When they begin, in seconds."""
        return self.steps[0].start

    @property
    def end(self) -> int:
        """When they end, in seconds."""
        return self.steps[0].end

    @property
    def label(self) -> str:
        """The logical id, or how many there are of which type."""
        first, *others = self.steps
        if not others:
            return first.id
        return f"{len(self.steps)} \N{MULTIPLICATION SIGN} {first.type.rpartition('::')[2]}"


@dataclass(frozen=True)
class Group:
    """A stack and its rows, in order of time."""

    span: Span
    rows: tuple[Row, ...]

    @property
    def name(self) -> str:
        """The stack's path below the root; ``root`` for what stands in the root itself."""
        return self.span.stack or "root"


def groups(timeline: Timeline) -> list[Group]:
    """Return the rows by stack, the stacks in the order in which they begin."""
    spans = {span.stack: span for span in timeline.stacks}
    alike: dict[str, dict[tuple[int, str, bool], list[Step]]] = {stack: {} for stack in spans}
    for step in timeline.steps:
        key = (step.start, step.type, step.path in timeline.critical)
        alike.setdefault(step.stack, {}).setdefault(key, []).append(step)
    found = [
        Group(
            spans.get(stack, Span(stack, 0, timeline.expected_seconds)),
            tuple(sorted((Row(tuple(steps), key[2]) for key, steps in rows.items()), key=_when)),
        )
        for stack, rows in alike.items()
    ]
    return sorted(found, key=lambda group: group.span.start)


def _when(row: Row) -> tuple[int, int]:
    return row.start, row.end


def clock(seconds: int) -> str:
    """Return minutes and seconds: ``9:55``."""
    return f"{seconds // 60}:{seconds % 60:02}"


def ticks(seconds: int, most: int) -> range:
    """Return the times to write on an axis: whole minutes, at most so many of them."""
    step = next((step for step in (60, 120, 300, 600, 1800) if seconds // step < most), 3600)
    return range(0, seconds + 1, step)
