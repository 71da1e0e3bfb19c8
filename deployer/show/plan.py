"""A plan as text: what loses data first, then stack by stack."""

from __future__ import annotations

import textwrap
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from deployer.decide.changes import Effect, effect, fate, ordered, stateful, totals, why_possible
from deployer.decide.plans import POLICY
from deployer.decide.states import Move
from deployer.model import STACK_TYPE
from deployer.show.style import BLUE, BOLD, DIM, GREEN, RED, YELLOW, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deployer.decide.plans import Plan
    from deployer.model import Change, Detail, Validation
    from deployer.show.style import Style

MARKS = {
    Effect.ADDED: ("+", "add", GREEN),
    Effect.CHANGED: ("~", "change", BLUE),
    Effect.POSSIBLY_REPLACED: ("?", "may replace", YELLOW),
    Effect.REPLACED: ("!", "REPLACE", RED),
    Effect.REMOVED: ("-", "remove", RED),
}
MANY = 8
"""A new stack with more resources than this is summed up by type."""

WIDTH = 110
"""Columns that a list is wrapped at."""

LONG = 60
"""Characters of a value that are shown."""

VERBS = {
    Move.CREATE: "create",
    Move.UPDATE: "update",
    Move.CLEAN: "delete the empty leftover of a failed creation, then create",
}


def plan_lines(plan: Plan, style: Style) -> list[str]:
    """Return a plan as lines of text."""
    where = f"{plan.region} (account {plan.account})" if plan.account else f"{plan.region} (offline)"
    title = f"Plan: {VERBS.get(plan.move, plan.move.value)} {plan.stack} in {where}"
    lines = [style.paint(title, BOLD)]
    if plan.empty and not plan.changes:
        return [*lines, "  No changes."]
    lines += _losses(plan.changes, style)
    for stack_path, group in groupby(_by_stack(plan.changes), key=lambda change: change.stack_path):
        lines += _stack(stack_path or plan.stack, list(group), style)
    if not plan.changes and plan.change_set_id:
        lines.append("  Only outputs, tags or metadata of the stack change.")
    lines += [f"  {line}" for line in _validation_lines(plan.validations)]
    lines += _guards(plan)
    if plan.predicted and plan.changes:
        lines.append("  Inside nested stacks this is predicted from the templates, not told by CloudFormation.")
    return [*lines, "  " + _sum(plan.changes)]


def _by_stack(changes: Sequence[Change]) -> list[Change]:
    inside = [change for change in changes if change.type != STACK_TYPE or effect(change) is Effect.REMOVED]
    return sorted(ordered(inside), key=lambda change: change.stack_path)


def _losses(changes: Sequence[Change], style: Style) -> list[str]:
    """Return the section on resources that hold data and may lose it."""
    found = [c for c in ordered(changes) if stateful(c) and effect(c) >= Effect.POSSIBLY_REPLACED]
    if not found:
        return []
    return ["", style.paint("  Holds data:", BOLD), *(f"  {_line(change, style)}" for change in found)]


def _stack(name: str, changes: Sequence[Change], style: Style) -> list[str]:
    lines = ["", f"  {style.paint(name, BOLD)}"]
    if len(changes) > MANY and all(effect(change) is Effect.ADDED for change in changes):
        kinds = Counter(change.type.removeprefix("AWS::") for change in changes)
        what = ", ".join(f"{kind} x{count}" if count > 1 else kind for kind, count in sorted(kinds.items()))
        text = textwrap.wrap(f"{plural(len(changes), 'resource')}: {what}", WIDTH, subsequent_indent="      ")
        return [*lines, f"    {style.paint('+', GREEN)} {text[0]}", *text[1:]]
    for change in changes:
        lines.append(f"  {_line(change, style, change.logical_id)}")
        if effect(change) is not Effect.REMOVED:
            lines += [f"          {line}" for line in _details(change.details, style)]
    return lines


def _line(change: Change, style: Style, name: str = "") -> str:
    mark, verb, colour = MARKS[effect(change)]
    notes = []
    if effect(change) is Effect.POSSIBLY_REPLACED:
        notes.append(why_possible(change))
    if stateful(change) and effect(change) >= Effect.REPLACED:
        notes.append(fate(change))
    note = f"  ({'; '.join(notes)})" if notes else ""
    return f"  {style.paint(f'{mark} {verb}', colour)} {name or change.path}  {style.paint(change.type, DIM)}{note}"


def _details(details: Sequence[Detail], style: Style) -> Iterator[str]:
    """Yield one line for each property that changes, each once."""
    seen: dict[str, str] = {}
    for detail in details:
        name = detail.name if detail.attribute == "Properties" else detail.attribute
        replaces = style.paint("  replaces", RED) if detail.recreation == "Always" else ""
        if detail.before is not None or detail.after is not None:
            seen[name] = f"{name}: {_value(detail.before)} -> {_value(detail.after)}{replaces}"
        elif detail.cause:
            seen.setdefault(name, f"{name}: follows {detail.cause}{replaces}")
        else:
            seen.setdefault(name, f"{name}{replaces}")
    yield from seen.values()


def _value(value: str | None) -> str:
    if value is None:
        return "(none)"
    flat = " ".join(value.split())
    return flat if len(flat) <= LONG else flat[: LONG - 3] + "..."


def _validation_lines(validations: Sequence[Validation]) -> list[str]:
    return [f"warning: {each.path} {each.property_path}: {each.reason}" for each in validations if not each.fails]


def _guards(plan: Plan) -> list[str]:
    lines = []
    for setting in plan.settings:
        place = f" of {setting.stack_path or plan.stack}" if setting.what == POLICY else ""
        lines.append(f"    {setting.what}{place}: {setting.before} -> {setting.after}")
    if plan.triggers:
        names = ", ".join(arn.rpartition(":")[2] for arn in plan.triggers)
        lines.append(f"    rolled back if alarmed: {names}")
    return ["", "  Guards", *lines] if lines else []


def _sum(changes: Sequence[Change]) -> str:
    count = totals(changes)
    return (
        f"{count.added} to add, {count.changed} to change, {count.possible} may be replaced, "
        f"{count.replaced} to replace, {count.removed} to remove."
    )
