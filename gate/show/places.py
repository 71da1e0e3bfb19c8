"""Which findings several trees share, and where each is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from gate.finding import Finding
from gate.judge import Outcome
from gate.subject import Subject


def merged(outcomes: Sequence[Outcome]) -> Mapping[Finding, Sequence[Subject]]:
    """Return each standing finding once, by stack and line, with the subjects that have it."""
    found: defaultdict[Finding, list[Subject]] = defaultdict(list)
    for outcome in outcomes:
        for finding in outcome.standing:
            found[finding].append(outcome.subject)
    return dict(sorted(found.items(), key=lambda item: _order(item[0])))


def _order(finding: Finding) -> tuple[str, int, str, str]:
    return finding.stack, finding.line or 0, finding.rule, finding.message


def what(finding: Finding) -> str:
    """Name the resource and property, or the place in the template; empty for the template as a whole."""
    keys = [str(key) for key in finding.path]
    if finding.logical_id:
        keys = [finding.logical_id, *(keys[1:] if keys[:1] == ["Properties"] else keys)]
    return ".".join(keys)


def written(finding: Finding, subjects: Sequence[Subject]) -> tuple[str, int]:
    """Return the file and line to open: the tier's source if it is known, else the template's."""
    if finding.source:
        file, _, line = finding.source.rpartition(":")
        return file, int(line)
    return template(finding, subjects), finding.line or 1


def template(finding: Finding, subjects: Sequence[Subject]) -> str:
    """Return the path of the template, below the folder as it was given."""
    return (subjects[0].folder.directory / finding.file).as_posix()


def names(subjects: Iterable[Subject]) -> str:
    """List subjects."""
    return ", ".join(subject.name for subject in subjects)


def outside(outcomes: Iterable[Outcome]) -> Sequence[str]:
    """List the nested stacks that nothing is known about: their templates are not in the tree."""
    return sorted({path for outcome in outcomes for path, file in outcome.stacks.items() if file is None})
