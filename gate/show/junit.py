"""Findings as test results: a suite per tree, a test per stack."""

from __future__ import annotations

from collections.abc import Sequence

from junit_xml import TestCase, TestSuite, to_xml_report_string  # type: ignore[import-untyped]

from gate.judge import Outcome
from gate.show.places import outside, template, what


def render(outcomes: Sequence[Outcome]) -> str:
    """Render JUnit XML; a stack without findings is a test that passes."""
    return str(to_xml_report_string([_suite(outcome) for outcome in outcomes]))


def _suite(outcome: Outcome) -> TestSuite:
    cases = {stack: TestCase(stack, allow_multiple_subelements=True) for stack in outcome.stacks}
    for stack in outside([outcome]):
        cases[stack].add_skipped_info("its template is outside the tree")
    for finding in outcome.standing:
        case = cases.setdefault(finding.stack, TestCase(finding.stack, allow_multiple_subelements=True))
        where = f"{template(finding, [outcome.subject])}:{finding.line or 1}"
        case.add_failure_info(
            message=" ".join(f"{finding.rule} {what(finding)}: {finding.message}".split()),
            output=f"{finding.source or where}\n{finding.fix}\n{finding.link}",
            failure_type=finding.severity,
        )
    for finding, reason in outcome.suppressed:
        case = cases.setdefault(finding.stack, TestCase(finding.stack, allow_multiple_subelements=True))
        case.stdout = f"{case.stdout or ''}suppressed: {finding.rule} {what(finding)}: {reason}\n"
    return TestSuite(outcome.subject.name, list(cases.values()))
