"""Findings as annotations of a pull request.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections.abc import Sequence

from gate.finding import Finding
from gate.judge import Outcome
from gate.show.places import merged, names, what, written
from gate.subject import Subject


def render(outcomes: Sequence[Outcome]) -> str:
    """Render one workflow command per finding."""
    return "\n".join(_command(finding, subjects) for finding, subjects in merged(outcomes).items())


def _command(finding: Finding, subjects: Sequence[Subject]) -> str:
    file, line = written(finding, subjects)
    title = _property(f"{finding.rule} {what(finding)}")
    text = _text(f"{finding.message}\n{finding.fix}\n{finding.link}\nin {names(subjects)}")
    return f"::{finding.severity} file={_property(file)},line={line},title={title}::{text}"


def _text(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _text(value).replace(":", "%3A").replace(",", "%2C")
