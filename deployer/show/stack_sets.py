"""Stack sets as text: a plan, what an operation does, and how every instance is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployer import messages as m
from deployer.decide.stack_sets import CURRENT
from deployer.show.plan import plan_lines
from deployer.show.style import BLUE, BOLD, GREEN, RED, YELLOW, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deployer.decide.stack_sets import Outcome, Place, SetPlan
    from deployer.show.style import Style


def set_lines(message: m.SetPlanned | m.InstanceMoved | m.SetOverview, style: Style) -> list[str]:
    """Return a message about a stack set as lines."""
    match message:
        case m.SetPlanned(plan):
            return _plan(plan, style)
        case m.InstanceMoved(outcome):
            return [_moved(outcome, style)]
        case m.SetOverview():
            return _overview(message, style)


def _plan(plan: SetPlan, style: Style) -> list[str]:
    """Return a plan as lines: what changes inside each instance, then which instances come, change and go."""
    inside = [*plan_lines(plan.inside, style), ""] if plan.inside is not None and plan.inside.changes else []
    verb = "delete" if plan.drop else "update" if plan.exists else "create"
    title = f"Plan: {verb} stack set {plan.name} in {plan.region} (account {plan.account})"
    lines = [*inside, style.paint(title, BOLD)]
    if plan.empty and not plan.spread.stuck:
        return [*lines, "  No changes."]
    spread = plan.spread
    gone = "leave the set, stack stays" if plan.keep_stacks else "DELETE with its data"
    lines += _places(spread.create, style.paint("+ create", GREEN))
    lines += _places(spread.update, style.paint("~ update", BLUE))
    lines += _places(spread.delete, style.paint(f"- {gone}", RED))
    lines += _places(spread.stuck, style.paint("x cannot be updated, INOPERABLE", RED))
    counts = f"{len(spread.create)} to create, {len(spread.update)} to update, {len(spread.delete)} to remove."
    return [*lines, f"  Instances: {counts}"]


def _places(places: Sequence[Place], what: str) -> Iterator[str]:
    yield from (f"  {what} {place}" for place in places)


def _moved(outcome: Outcome, style: Style) -> str:
    """Return what an operation now says of an instance, with the service's own words where it failed."""
    failed = outcome.status in {"FAILED", "CANCELLED"}
    status = style.paint(outcome.status, RED) if failed else outcome.status
    reason = f"  {' '.join(outcome.reason.split())}" if outcome.reason else ""
    return f"{status} {outcome.place}{reason}"


def _overview(overview: m.SetOverview, style: Style) -> list[str]:
    """Return every instance of a set, and how its last operation stands."""
    lines = [f"{style.paint(overview.name, BOLD)}  {plural(len(overview.instances), 'instance')}"]
    for each in overview.instances:
        status = each.status if each.status == CURRENT else style.paint(each.status, YELLOW)
        reason = f"  {' '.join(each.reason.split())}" if each.reason else ""
        lines.append(f"  {each.place}  {status}  drift {each.drift or 'NOT_CHECKED'}{reason}")
    if overview.last is not None:
        reason = f"  {' '.join(overview.last.reason.split())}" if overview.last.reason else ""
        lines.append(f"  last operation {overview.last.id}  {overview.last.action}  {overview.last.status}{reason}")
    return lines
