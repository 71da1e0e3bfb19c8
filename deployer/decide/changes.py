"""What a change does to what exists: kept, possibly replaced, replaced, removed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from deployer.decide.stateful import STATEFUL
from deployer.model import STACK_TYPE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from deployer.model import Change, Detail


class Effect(IntEnum):
    """What happens to the resource, the gravest last."""

    ADDED = 0
    CHANGED = 1
    POSSIBLY_REPLACED = 2
    REPLACED = 3
    REMOVED = 4


def effect(change: Change) -> Effect:
    """Return what a change does to its resource.

    A nested change set reports ``Replacement`` as soon as a parameter is fed by a sibling's output, because it cannot
    know the output's next value (``Evaluation`` is ``Dynamic``): only a possibility, as is ``Conditional``.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChangeDetail.html
    """
    if change.action == "Remove":
        return Effect.REMOVED
    if change.action in {"Add", "Import"}:
        return Effect.ADDED
    if change.policy_action.startswith("Replace") or change.replacement == "True":
        return Effect.POSSIBLY_REPLACED if _only_suspected(change.details) else Effect.REPLACED
    if change.replacement == "Conditional":
        return Effect.POSSIBLY_REPLACED
    return Effect.CHANGED


def _only_suspected(details: Collection[Detail]) -> bool:
    """Whether every reason to replace rests on a value that is not known yet."""
    reasons = [detail for detail in details if detail.recreation != "Never"]
    return bool(reasons) and all(detail.evaluation == "Dynamic" for detail in reasons)


def why_possible(change: Change) -> str:
    """Return what a possible replacement depends on, in words."""
    causes = {d.cause for d in change.details if d.recreation != "Never" and d.cause}
    if causes:
        return "only if " + ", ".join(sorted(causes)) + " changes"
    return "depends on the property's new value"


FATES = {
    "Delete": "its data is deleted",
    "ReplaceAndDelete": "its data is deleted",
    "Snapshot": "a final snapshot is kept",
    "ReplaceAndSnapshot": "a final snapshot is kept",
    "Retain": "the old one is kept, outside the stack",
    "ReplaceAndRetain": "the old one is kept, outside the stack",
}


def fate(change: Change) -> str:
    """Return what becomes of the data of a resource that is replaced or removed."""
    return FATES.get(change.policy_action, "its data is deleted unless its policies keep it")


def stateful(change: Change) -> bool:
    """Whether the changed resource holds data."""
    return change.type in STATEFUL


def needs_consent(changes: Iterable[Change]) -> list[Change]:
    """Return the changes that replace or remove what holds data: each needs to be allowed by its path."""
    return [change for change in changes if stateful(change) and effect(change) >= Effect.REPLACED]


def ordered(changes: Iterable[Change]) -> list[Change]:
    """Return the changes of a plan as a person should read them: data first, then the gravest, then by path."""
    leaves = (change for change in changes if change.type != STACK_TYPE or effect(change) >= Effect.REPLACED)
    return sorted(leaves, key=lambda change: (not stateful(change), -effect(change), change.path))


@dataclass(frozen=True)
class Totals:
    """How many resources a plan adds, changes, may replace, replaces and removes; nested stacks are not counted."""

    added: int
    changed: int
    possible: int
    replaced: int
    removed: int


def totals(changes: Iterable[Change]) -> Totals:
    """Count the changes of a plan by effect."""
    found = [effect(change) for change in changes if change.type != STACK_TYPE]
    return Totals(*(found.count(kind) for kind in Effect))
