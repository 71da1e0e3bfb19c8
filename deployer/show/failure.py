"""Failures as text: the root cause within the first lines, then what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployer.show.style import BOLD, RED, plural

if TYPE_CHECKING:
    from deployer.decide.causes import Cause
    from deployer.messages import Failed, Rejected
    from deployer.show.style import Style


def failure_lines(failed: Failed, style: Style) -> list[str]:
    """Return why an operation failed: the cause comes first, whatever else there is to say."""
    verdict = failed.verdict
    lines = [style.paint(f"FAILED  {failed.stack} in {failed.region} is {failed.status}", RED)]
    if verdict.cancelled:
        lines.append("  Cause   cancelled by a person")
    if verdict.cause:
        lines += _cause("Cause ", verdict.cause, failed.sources)
    if verdict.blocked:
        lines += _cause("Stuck ", verdict.blocked, failed.sources)
    lines += [f"  Task    {hint}" for hint in failed.hints]
    if verdict.others:
        lines.append(f"  Others  {plural(verdict.others, 'more resource')} failed too; see: the events above")
    if not verdict.cause and not verdict.cancelled:
        lines.append("  Cause   CloudFormation's events tell nothing; look at them in the console")
    return [*lines, *(f"  Next    {style.paint(step, BOLD)}" for step in failed.next)]


def _cause(label: str, cause: Cause, sources: dict[str, str]) -> list[str]:
    what = f"{cause.path} ({cause.type})" if cause.type else "the stack itself"
    place = f"  at {sources[cause.path]}" if cause.path in sources else ""
    words = " ".join(cause.reason.split()) or "no reason was given"
    return [f"  {label}  {what} {cause.status} {cause.time:%H:%M:%S}{place}", f"          {words}"]


def rejected_lines(rejected: Rejected, style: Style) -> list[str]:
    """Return why CloudFormation refused a change set: validation results first, they name the property."""
    lines = [style.paint(f"REJECTED  {rejected.stack}; nothing was changed", RED)]
    for each in sorted(rejected.validations, key=lambda validation: not validation.fails):
        place = f"  at {rejected.sources[each.path]}" if each.path in rejected.sources else ""
        label = "Cause  " if each.fails else "Warning"
        lines.append(f"  {label} {each.path} ({each.type}) {each.property_path}{place}")
        lines.append(f"          {each.reason} [{each.name}]")
    return [*lines, *(f"  Reason  {reason}" for reason in rejected.reasons)]
