"""Findings for people: by stack, with the line to open, the fix and the document that says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from gate.finding import Finding
from gate.judge import Outcome
from gate.show.places import merged, names, outside, template, what
from gate.subject import Subject

LONGEST: Final = 400
"""Characters of a message; some engines list every value that a service accepts."""


def render(outcomes: Sequence[Outcome]) -> str:
    """Render everything that stands, and one line that sums up."""
    found = merged(outcomes)
    blocks = []
    for stack, group in groupby(found.items(), key=lambda item: item[0].stack):
        blocks += [stack, *("\n".join(_lines(finding, subjects, len(outcomes))) for finding, subjects in group)]
    return "\n\n".join([*blocks, _summary(outcomes, list(found))])


def _lines(finding: Finding, subjects: Sequence[Subject], trees: int) -> Iterator[str]:
    place = what(finding)
    yield f"{finding.rule} {place}: {_short(finding.message)}" if place else f"{finding.rule} {_short(finding.message)}"
    line = f"{template(finding, subjects)}:{finding.line}" if finding.line else ""
    if at := ", ".join(filter(None, [finding.source, line])):
        yield f"      at   {at}"
    if finding.fix:
        yield f"      fix  {_short(finding.fix)}"
    if finding.link:
        yield f"      see  {finding.link}"
    if len(subjects) < trees:
        yield f"      in   {names(subjects)}"


def _short(message: str) -> str:
    line = " ".join(message.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}..."


def _summary(outcomes: Sequence[Outcome], found: Sequence[Finding]) -> str:
    count = Counter(finding.severity for finding in found)
    parts = [f"{number} {severity}{'s' if number > 1 else ''}" for severity, number in sorted(count.items())]
    suppressed = len({finding for outcome in outcomes for finding, _ in outcome.suppressed})
    subjects = names(outcome.subject for outcome in outcomes)
    unknown = outside(outcomes)
    blind = f"; not judged, being outside the tree: {', '.join(unknown)}" if unknown else ""
    return f"{', '.join(parts) or 'clean'}, {suppressed} suppressed: {subjects}{blind}"
