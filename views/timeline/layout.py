"""Where a timeline's bars and labels go, so that no label covers another: bars in lanes, short ones side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from views.timeline.rows import MARK, Row, clock

THINNEST: Final = 2.5
LETTER: Final = 5.7
BOLD: Final = 6.2
"""What a letter of a label is wide on average, in units of the picture, at a font size of 10."""
PAD: Final = 4
APART: Final = 8

SHORT: Final = 12
"""Seconds up to which a resource shares a label with those that begin soon after it."""
SOON: Final = 15
LONGEST: Final = 90
"""Letters of a shared label."""


@dataclass(frozen=True)
class Label:
    """Text at ``x``, which is its end if ``to_left``; ``inside`` the bar, or beside it."""

    text: str
    x: float
    inside: bool = False
    to_left: bool = False


@dataclass(frozen=True)
class Shape:
    """Bars that share a label, and how far they and the label reach."""

    rows: tuple[Row, ...]
    label: Label
    left: float
    right: float

    @property
    def critical(self) -> bool:
        """Whether they are on the critical path; all are, or none."""
        return self.rows[0].critical


def lanes(rows: Iterable[Row], x: Callable[[int], float], edge: float) -> list[list[Shape]]:
    """Put each shape into the first lane that has room for it; ``x`` says where a second is, ``edge`` the right end."""
    found: list[list[Shape]] = []
    for together in sorted(_together(rows), key=lambda together: together[0].start):
        shape = shaped(together, x, edge)
        lane = next((lane for lane in found if lane[-1].right + APART <= shape.left), None)
        if lane is None:
            found.append([shape])
        else:
            lane.append(shape)
    return found


def _together(rows: Iterable[Row]) -> Iterator[tuple[Row, ...]]:
    """Yield rows in groups: short ones that begin soon after each other, and each long one by itself."""
    waiting: dict[bool, list[Row]] = {True: [], False: []}
    for row in rows:
        if row.end - row.start > SHORT:
            yield (row,)
            continue
        known = waiting[row.critical]
        if known and (row.start - known[0].start > SOON or len(_text([*known, row])) > LONGEST):
            yield tuple(known)
            known.clear()
        known.append(row)
    yield from (tuple(known) for known in waiting.values() if known)


def _text(rows: Sequence[Row]) -> str:
    said = ", ".join(f"{row.label} {clock(row.end - row.start)}" for row in rows)
    return f"{MARK} {said}" if rows[0].critical else said


def shaped(rows: tuple[Row, ...], x: Callable[[int], float], edge: float) -> Shape:
    """Give rows one label: inside the bar if it fits, else right of it, else left."""
    start, end = x(rows[0].start), max(max(x(row.end), x(row.start) + THINNEST) for row in rows)
    said = _text(rows)
    room = len(said) * (BOLD if rows[0].critical else LETTER)
    if len(rows) == 1 and room + 2 * PAD <= end - start:
        return Shape(rows, Label(said, start + PAD, inside=True), start, end)
    if end + PAD + room <= edge:
        return Shape(rows, Label(said, end + PAD), start, end + PAD + room)
    return Shape(rows, Label(said, start - PAD, to_left=True), start - PAD - room, end)
