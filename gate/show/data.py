"""Findings for programs: one JSON object."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from gate.finding import Finding
from gate.judge import Outcome
from gate.show.places import merged


def render(outcomes: Sequence[Outcome]) -> str:
    """Render ``{"trees": [...], "findings": [...], "suppressed": [...]}``; paths are lists of keys and indices.

    A stack without a file is outside the tree and was not judged.
    """
    findings = [
        {**_fields(finding), "trees": [subject.name for subject in subjects]}
        for finding, subjects in merged(outcomes).items()
    ]
    suppressed = [
        {**_fields(finding), "reason": reason, "trees": [outcome.subject.name]}
        for outcome in outcomes
        for finding, reason in outcome.suppressed
    ]
    trees = [
        {
            "name": outcome.subject.name,
            "root": outcome.subject.root,
            "region": outcome.subject.region,
            "profile": outcome.subject.profile,
            "stacks": dict(outcome.stacks),
        }
        for outcome in outcomes
    ]
    return json.dumps({"trees": trees, "findings": findings, "suppressed": suppressed}, indent=1)


def _fields(finding: Finding) -> dict[str, Any]:
    return {**asdict(finding), "path": list(finding.path)}
