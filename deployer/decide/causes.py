"""The root cause: the earliest real failure in the deepest stack."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from deployer.model import join

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from deployer.model import Event, Validation

CONSEQUENCE = re.compile(
    r"^(Resource (creation|update|deletion|import) cancelled"
    r"|The following resource\(s\) failed to (create|update|delete|import)"
    r"|Embedded stack \S+ was not successfully (created|updated|deleted|imported))"
)
"""What CloudFormation says of a resource or stack that failed only because another one did."""

_STARTS = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "IMPORT_IN_PROGRESS")
_REVERTS = re.compile(r"^(UPDATE_|IMPORT_)?ROLLBACK_IN_PROGRESS$")
_BY_HAND = "User Initiated"


@dataclass(frozen=True)
class Cause:
    """One failure, where it happened and in the service's own words; ``type`` is empty for a stack as a whole."""

    path: str
    type: str
    status: str
    reason: str
    time: datetime
    physical_id: str


@dataclass(frozen=True)
class Verdict:
    """Why an operation failed, why it could not be undone (if so), and how many other resources failed by themselves.

    ``cancelled`` means that a person stopped it, so that there is no failure to look for.
    """

    cause: Cause | None
    blocked: Cause | None
    others: int
    cancelled: bool


def starts(event: Event) -> bool:
    """Whether an operation on the stack begins with this event."""
    return event.of_stack and event.status in _STARTS


def operation(events: Sequence[Event]) -> list[Event]:
    """Return the events of a stack's newest operation, oldest first; ``events`` may have any order.

    An operation starts where the stack says of itself that it is being created, updated or deleted, or that a person
    asked for it to be rolled back.
    """
    ordered = sorted(events, key=lambda event: event.time)
    for index in range(len(ordered) - 1, -1, -1):
        if starts(ordered[index]) or _starts_by_hand(ordered, index):
            return ordered[index:]
    return ordered


def _starts_by_hand(ordered: Sequence[Event], index: int) -> bool:
    """Whether a rollback was asked for on a stack at rest: it is then an operation of its own."""
    event = ordered[index]
    if not event.of_stack or not _REVERTS.match(event.status) or event.reason != _BY_HAND:
        return False
    earlier = next((e for e in reversed(ordered[:index]) if e.of_stack), None)
    return earlier is not None and not earlier.status.endswith("_IN_PROGRESS")


def paths(root_id: str, events: Mapping[str, Iterable[Event]]) -> dict[str, str]:
    """Return the stack path of every stack id that is met in ``events``, which hold one list per stack id."""
    found = {root_id: ""}
    waiting = [root_id]
    while waiting:
        stack_id = waiting.pop()
        for event in events.get(stack_id, ()):
            if event.nested_id and event.nested_id not in found:
                found[event.nested_id] = join(found[stack_id], event.logical_id)
                waiting.append(event.nested_id)
    return found


def diagnose(root_id: str, events: Mapping[str, Sequence[Event]]) -> Verdict:
    """Find out why the newest operation on a stack failed, from the events of it and of all its nested stacks."""
    current = operation(events.get(root_id, ()))
    if not current:
        return Verdict(None, None, 0, cancelled=False)
    start = current[0]
    recent = {stack_id: [e for e in known if e.time >= start.time] for stack_id, known in events.items()}
    where = paths(root_id, recent)
    turns = _turning_points(start, where, recent)
    before: list[Cause] = []
    after: list[Cause] = []
    for stack_id, stack_path in where.items():
        for event in recent.get(stack_id, ()):
            if _real(event, recent):
                turn = turns[stack_id]
                (before if turn is None or event.time <= turn else after).append(_cause(event, stack_path))
    before.sort(key=_earliest_deepest)
    after.sort(key=_earliest_deepest)
    cancelled = not before and any(
        e.of_stack and _REVERTS.match(e.status) and e.reason == _BY_HAND for e in current[1:]
    )
    first = before[0] if before else None
    if first is None and not cancelled:
        first = _echo(where, recent) or _stacks_own_words(current)
    return Verdict(first, after[0] if after else None, max(len(before) - 1, 0), cancelled)


def _turning_points(
    start: Event, where: Mapping[str, str], events: Mapping[str, Sequence[Event]]
) -> dict[str, datetime | None]:
    """Return when each stack began to be undone, by itself or because its parent was; None where it was not."""
    found: dict[str, datetime | None] = {}
    by_path = {path: stack_id for stack_id, path in where.items()}
    for stack_id, path in where.items():
        own = [e.time for e in events.get(stack_id, ()) if e is not start and e.of_stack and _REVERTS.match(e.status)]
        parent = found[by_path[path.rpartition("/")[0]]] if path else None
        found[stack_id] = min((time for time in (*own, parent) if time), default=None)
    return found


def _earliest_deepest(cause: Cause) -> tuple[datetime, int]:
    return (cause.time, -cause.path.count("/"))


def _real(event: Event, events: Mapping[str, Sequence[Event]]) -> bool:
    """Whether an event is a failure of its own, not the echo of another one."""
    if not event.status.endswith("_FAILED") or event.of_stack or CONSEQUENCE.match(event.reason):
        return False
    inner = events.get(event.nested_id, ()) if event.nested_id else ()
    return not any(_real(child, events) for child in inner)


def _echo(where: Mapping[str, str], events: Mapping[str, Sequence[Event]]) -> Cause | None:
    """Return the first failed nested stack whose own events tell nothing."""
    found = [
        _cause(event, path)
        for stack_id, path in where.items()
        for event in events.get(stack_id, ())
        if event.nested_id and event.status.endswith("_FAILED") and "cancelled" not in event.reason
    ]
    return min(found, key=_earliest_deepest, default=None)


def _cause(event: Event, stack_path: str) -> Cause:
    path = join(stack_path, event.logical_id)
    return Cause(path, event.type, event.status, event.reason, event.time, event.physical_id)


def _stacks_own_words(current: Sequence[Event]) -> Cause | None:
    """Return what the stack itself gives as the reason, where no resource of it failed (a rollback trigger, say)."""
    for event in current[1:]:
        if event.of_stack and event.reason and (event.status.endswith("_FAILED") or "ROLLBACK" in event.status):
            return Cause("", "", event.status, event.reason, event.time, event.physical_id)
    return None


def unexplained(cause: Cause | None) -> bool:
    """Whether a cause only points to DescribeEvents, as a stack does that failed pre-deployment validation."""
    return cause is not None and "DescribeEvents" in cause.reason


def explained(verdict: Verdict, validations: Sequence[Validation]) -> Verdict:
    """Return the verdict with the resource that failed validation as the cause, if there is one."""
    failing = [each for each in validations if each.fails]
    if verdict.cause is None or not failing:
        return verdict
    first = failing[0]
    reason = f"{first.property_path}: {first.reason}".removeprefix(": ")
    cause = Cause(first.path, first.type, "VALIDATION_FAILED", reason, verdict.cause.time, "")
    return replace(verdict, cause=cause, others=verdict.others + len(failing) - 1)
