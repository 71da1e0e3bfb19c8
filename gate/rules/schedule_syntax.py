"""Schedules that EventBridge and its siblings cannot read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from gate.places import each
from gate.rule import Hit, rule
from gate.tree import Tree, as_text

_TEMPLATE = """
Parameters:
  Every: {{Type: String, Default: {every}}}
Resources:
  Nightly:
    Type: AWS::Events::Rule
    Properties: {{ScheduleExpression: !Sub "rate(${{Every}})"}}
"""
_PLACES: Final[Mapping[str, Sequence[str]]] = {
    "AWS::Events::Rule": ("ScheduleExpression",),
    "AWS::Scheduler::Schedule": ("ScheduleExpression",),
    "AWS::SecretsManager::RotationSchedule": ("RotationRules.ScheduleExpression",),
    "AWS::ApplicationAutoScaling::ScalableTarget": ("ScheduledActions.*.Schedule",),
    "AWS::Backup::BackupPlan": ("BackupPlan.BackupPlanRule.*.ScheduleExpression",),
    "AWS::Synthetics::Canary": ("Schedule.Expression",),
}
_KINDS: Final[Mapping[str, Sequence[str]]] = {
    "AWS::Events::Rule": ("cron", "rate"),
    "AWS::Backup::BackupPlan": ("cron",),
    "AWS::SecretsManager::RotationSchedule": ("cron", "rate"),
}
_MONTHS: Final = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_DAYS: Final = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
_FIELDS: Final[Sequence[tuple[str, int, int, Sequence[str], str]]] = (
    ("minutes", 0, 59, (), ""),
    ("hours", 0, 23, (), ""),
    ("day of the month", 1, 31, (), "?LW"),
    ("month", 1, 12, _MONTHS, ""),
    ("day of the week", 1, 7, _DAYS, "?L#"),
    ("year", 1970, 2199, (), ""),
)
_SINGULAR: Final = ("minute", "hour", "day")


@rule(
    id="E9162",
    title="A schedule is an expression that its service reads",
    reason=(
        "EventBridge, Application Auto Scaling, Secrets Manager and Backup refuse a cron expression without six fields "
        "or with both days given, and a rate whose unit does not agree with its number."
    ),
    source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html",
    good=_TEMPLATE.format(every="1 hour"),
    bad=_TEMPLATE.format(every="1 hours"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Read every schedule."""
    for resource in tree.resources(*_PLACES):
        for pattern in _PLACES[resource.type]:
            for place, value in each(resource.properties, pattern):
                written = as_text(tree.literal(value))
                wrong = _wrong(written, resource.type) if written else None
                if wrong:
                    fix = "Write for instance rate(5 minutes), or cron(0 3 * * ? *)."
                    yield Hit(resource, ("Properties", *place), f"{written}: {wrong}", fix)


def _wrong(written: str, type_: str) -> str | None:
    found = re.fullmatch(r"(\w+)\((.*)\)", written.strip())
    allowed = _KINDS.get(type_, ("cron", "rate", "at"))
    if not found or found[1] not in allowed:
        return f"it is none of {', '.join(f'{kind}(...)' for kind in allowed)}"
    kind, inside = found[1], found[2].strip()
    if kind == "rate":
        return _rate(inside, type_)
    if kind == "at":
        exact = re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?", inside)
        return None if exact else "a time is written like 2027-01-31T06:00:00"
    return _cron(inside)


def _rate(inside: str, type_: str) -> str | None:
    found = re.fullmatch(r"(\d+)\s+([a-z]+)", inside)
    if not found:
        return "a rate is a number and a unit"
    number, unit = int(found[1]), found[2]
    if number == 0 and type_ != "AWS::Synthetics::Canary":
        return "the number is 1 or more"
    if unit.removesuffix("s") not in _SINGULAR:
        return "the unit is minutes, hours or days"
    agrees = type_ != "AWS::Events::Rule" or (number == 1) == (unit in _SINGULAR)
    return None if agrees else f"with {number} the unit is {unit.removesuffix('s')}{'' if number == 1 else 's'}"


def _cron(inside: str) -> str | None:
    fields = inside.split()
    if len(fields) != len(_FIELDS):
        return f"a cron expression has six fields; it has {len(fields)}"
    for field, (name, low, high, names, more) in zip(fields, _FIELDS, strict=True):
        if not all(_fits(part, low, high, names, more) for part in field.split(",")):
            return f"{field} is no {name}"
    if (fields[2] == "?") == (fields[4] == "?"):
        return "one of day of the month and day of the week is ?, the other is not"
    return None


def _fits(part: str, low: int, high: int, names: Sequence[str], more: str) -> bool:
    if part == "*" or (part in ("?", "L") and part in more):
        return True
    if "W" in more and re.fullmatch(r"(L-\d+|\d+W|LW|L)", part):
        return True
    base, _, step = part.partition("/")
    base, _, nth = base.partition("#") if "#" in more else (base, "", "")
    if not re.fullmatch(r"\d*", step) or not re.fullmatch("[1-5]?", nth) or (part.endswith("/")):
        return False
    if "L" in more and names and base.endswith("L"):
        base = base[:-1]
    return (base in ("*", "") and bool(step)) or all(_number(end, low, high, names) for end in base.split("-", 1))


def _number(text: str, low: int, high: int, names: Sequence[str]) -> bool:
    return text.upper() in names or (text.isdecimal() and low <= int(text) <= high)
