"""Findings in the Static Analysis Results Interchange Format, which code hosts show beside the code.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any, Final

import sarif_om as sarif  # type: ignore[import-untyped]
from jschema_to_python.to_json import to_json  # type: ignore[import-untyped]

from gate.finding import Finding
from gate.judge import Outcome
from gate.show.places import merged, names, template, what, written
from gate.subject import Subject

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/cos02/schemas/sarif-schema-2.1.0.json"


def render(outcomes: Sequence[Outcome]) -> str:
    """Render one run; what is suppressed is in it too, marked so."""
    found = merged(outcomes)
    results = [_result(finding, subjects) for finding, subjects in found.items()]
    accepted = {item: outcome.subject for outcome in outcomes for item in outcome.suppressed}
    for (finding, reason), subject in accepted.items():
        result = _result(finding, [subject])
        result.suppressions = [sarif.Suppression(kind="external", justification=reason)]
        results.append(result)
    links = {finding.rule: finding.link for finding in [*found, *(finding for finding, _ in accepted)]}
    rules = [sarif.ReportingDescriptor(id=rule, help_uri=link or None) for rule, link in sorted(links.items())]
    driver = sarif.ToolComponent(name="streamflix-gate", rules=rules)
    run = sarif.Run(tool=sarif.Tool(driver=driver), results=results)
    return str(to_json(sarif.SarifLog(version="2.1.0", schema_uri=_SCHEMA, runs=[run])))


def _result(finding: Finding, subjects: Sequence[Subject]) -> Any:  # noqa: ANN401 - sarif_om has no types
    text = f"{what(finding)}: {finding.message}\n{finding.fix}\nin {names(subjects)}"
    logical = sarif.LogicalLocation(fully_qualified_name=f"{finding.stack}.{what(finding)}")
    place = _location(*written(finding, subjects))
    place.logical_locations = [logical]
    result = sarif.Result(
        rule_id=finding.rule,
        level=finding.severity,
        message=sarif.Message(text=text),
        locations=[place],
    )
    if finding.source:
        result.related_locations = [_location(template(finding, subjects), finding.line or 1)]
    return result


def _location(file: str, line: int) -> Any:  # noqa: ANN401 - as _result
    artifact = sarif.ArtifactLocation(uri=PurePath(file).as_posix())
    return sarif.Location(
        physical_location=sarif.PhysicalLocation(
            artifact_location=artifact, region=sarif.Region(start_line=max(line, 1))
        )
    )
