"""What the gate found: each finding once, with the regions that it was found in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from gate.finding import Finding
from gate.judge import Outcome


@dataclass(frozen=True)
class Told:
    """A finding; ``reason`` is why it is accepted, empty if it is not."""

    finding: Finding
    regions: tuple[str, ...]
    reason: str = ""

    @property
    def place(self) -> str:
        """Stack, logical id and the place below it."""
        path = ".".join(map(str, (self.finding.logical_id, *self.finding.path) if self.finding.logical_id else ()))
        return f"{self.finding.stack}.{path}" if path else self.finding.stack or self.finding.file

    @property
    def written(self) -> str:
        """The line of source, or of the template, to look at."""
        line = f":{self.finding.line}" if self.finding.line else ""
        return self.finding.source or f"{self.finding.file}{line}"


def standing(outcomes: Sequence[Outcome]) -> list[Told]:
    """Return what stands in the way, errors first."""
    found = _merged((finding, "", outcome.subject.region) for outcome in outcomes for finding in outcome.standing)
    return sorted(found, key=lambda told: told.finding.severity != "error")


def accepted(outcomes: Sequence[Outcome]) -> list[Told]:
    """Return what a suppression covers, with its reason."""
    return _merged((*pair, outcome.subject.region) for outcome in outcomes for pair in outcome.suppressed)


def _merged(found: Iterable[tuple[Finding, str, str]]) -> list[Told]:
    told: dict[tuple[Finding, str], Told] = {}
    for finding, reason, region in found:
        known = told.setdefault((finding, reason), Told(finding, (), reason))
        if region not in known.regions:
            told[finding, reason] = replace(known, regions=(*known.regions, region))
    return list(told.values())
