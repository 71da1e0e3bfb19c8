"""What deploying to many accounts and regions would do: which stack instances come, change and go, and in which steps.

A stack set is one template with its values, its instances are the stacks made of it, one per account and region:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-concepts.html
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from deployer.decide.templates import values

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from deployer.decide.plans import Plan
    from deployer.model import Template

CURRENT, OUTDATED, INOPERABLE = "CURRENT", "OUTDATED", "INOPERABLE"
"""States of a stack instance: as the set says, not as it says (not updated, or that failed), and beyond updating:
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackInstanceSummary.html"""

MOVING = ("QUEUED", "RUNNING", "STOPPING")
"""States of an operation that has not ended."""


@dataclass(frozen=True, order=True)
class Place:
    """Where a stack instance is."""

    account: str
    region: str

    def __str__(self) -> str:
        """Return it as a person names it."""
        return f"{self.account}/{self.region}"


@dataclass(frozen=True, kw_only=True)
class Instance:
    """A stack instance as ListStackInstances shows it."""

    place: Place
    status: str
    reason: str = ""
    drift: str = ""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one operation has done to one stack instance so far."""

    place: Place
    status: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Operation:
    """An operation on a stack set; ``id`` was chosen by whoever began it."""

    id: str
    action: str
    status: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Content:
    """What every instance is made of: the root template, as deployed, its parameter values and the tags."""

    template: Template
    parameters: Mapping[str, str]
    tags: Mapping[str, str]

    def same(self, other: Content) -> bool:
        """Whether two contents make the same stacks; a default and the same value given are one."""
        mine, theirs = (values(each.template, each.parameters) for each in (self, other))
        return self.template == other.template and mine == theirs and dict(self.tags) == dict(other.tags)

    @property
    def digest(self) -> str:
        """A hash of it all."""
        text = json.dumps([self.template, dict(self.parameters), dict(self.tags)], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Spread:
    """The stack instances that come, change and go; ``stuck`` are wanted, but no update reaches them."""

    create: tuple[Place, ...]
    update: tuple[Place, ...]
    delete: tuple[Place, ...]
    stuck: tuple[Place, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether every instance is where and as it should be, or out of reach."""
        return not (self.create or self.update or self.delete)


@dataclass(frozen=True, kw_only=True)
class SetPlan:
    """What one command would do to a stack set.

    ``inside`` is what changes in each instance, predicted from the templates. ``keep_stacks`` lets the stacks of
    deleted instances stay in their accounts, out of the set. ``since`` is the last operation on the set.
    """

    environment: str
    name: str
    region: str
    account: str
    exists: bool
    renew: bool
    spread: Spread
    inside: Plan | None = None
    keep_stacks: bool
    drop: bool = False
    since: str = ""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return self.spread.empty and not self.renew and not self.drop


class Act(StrEnum):
    """What a step does."""

    CREATE = "create instances"
    UPDATE = "update instances"
    DELETE = "delete instances"
    RENEW = "update the set and all its instances"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One operation: every one of ``accounts`` in every one of ``regions``, in their order."""

    act: Act
    accounts: tuple[str, ...]
    regions: tuple[str, ...]


def spread(wanted: Collection[Place], there: Collection[Instance], *, renew: bool) -> Spread:
    """Compare the places wanted with the instances there; ``renew`` says that the set's content changes."""
    states = {each.place: each.status for each in there}
    kept = sorted(states.keys() & set(wanted))
    return Spread(
        create=tuple(sorted(set(wanted) - states.keys())),
        update=tuple(p for p in kept if states[p] == OUTDATED or (renew and states[p] != INOPERABLE)),
        delete=tuple(sorted(states.keys() - set(wanted))),
        stuck=tuple(p for p in kept if states[p] == INOPERABLE),
    )


def batches(places: Collection[Place], order: Sequence[str]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return the fewest (accounts, regions) whose products are exactly the places; regions in ``order``, others last.

    StackSets only takes products of accounts and regions, and two accounts may lack different regions.
    """
    rank = {region: number for number, region in enumerate(order)}
    regions_of: dict[str, list[str]] = {}
    for place in sorted(places, key=lambda p: (p.account, rank.get(p.region, len(rank)), p.region)):
        regions_of.setdefault(place.account, []).append(place.region)
    accounts_of: dict[tuple[str, ...], list[str]] = {}
    for account, regions in regions_of.items():
        accounts_of.setdefault(tuple(regions), []).append(account)
    return [(tuple(accounts), regions) for regions, accounts in accounts_of.items()]


def steps(plan: SetPlan, order: Sequence[str]) -> list[Step]:
    """Return the operations of a plan, one after the other: StackSets runs one at a time on a set.

    What leaves goes first, so that no time is spent on updating it. New content goes to all instances at once.
    """
    found = _steps(Act.DELETE, plan.spread.delete, order)
    if plan.renew and plan.exists:
        regions = tuple(region for region in order if region in {place.region for place in plan.spread.update})
        found.append(Step(act=Act.RENEW, accounts=(), regions=regions))
    else:
        found += _steps(Act.UPDATE, plan.spread.update, order)
    return found + _steps(Act.CREATE, plan.spread.create, order)


def _steps(act: Act, places: Collection[Place], order: Sequence[str]) -> list[Step]:
    return [Step(act=act, accounts=accounts, regions=regions) for accounts, regions in batches(places, order)]


def unnamed(plan: SetPlan, allowed: Collection[str]) -> tuple[Place, ...]:
    """Return the instances whose stacks would be deleted, with their data, without having been given up by name."""
    return () if plan.keep_stacks else tuple(p for p in plan.spread.delete if str(p) not in allowed)
