"""What a person has agreed to: without it, no call that changes anything can be made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deployer.decide.plans import Plan
    from deployer.decide.stack_sets import SetPlan


@dataclass(frozen=True)
class Consent:
    """A person, or ``--yes``, has been told what will happen to this stack and agreed.

    Made by ``deployer.ask`` only. Every function of ``deployer.aws.writes`` and ``stack_set_writes`` demands one.
    """

    stack_id: str
    to: str


@dataclass(frozen=True)
class ConfirmedPlan(Consent):
    """A plan that was shown and agreed to, with the resource paths that may be replaced this once."""

    plan: Plan
    allowed: frozenset[str]


@dataclass(frozen=True)
class ConfirmedSet(Consent):
    """A plan for a stack set that was shown and agreed to; ``stack_id`` is the set's name."""

    plan: SetPlan
