"""What an environment is besides its template parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class StackSet:
    """The accounts that an environment is deployed to at once, by CloudFormation StackSets.

    ``max_concurrent_percent`` of the accounts are deployed to at a time, in each region; the operation stops in a
    region once more than ``failure_tolerance_count`` of them have failed there.
    """

    accounts: tuple[str, ...]
    max_concurrent_percent: int
    failure_tolerance_count: int


@dataclass(frozen=True, kw_only=True)
class Environment:
    """A deployable copy of the platform: ``params/<name>.json`` and its table in ``params/environments.toml``.

    ``account`` is the twelve-digit id that a deployment must run in, or None where any account will do.
    ``protected`` asks for termination protection, and that data is kept when the environment is destroyed. ``profile``
    is what the gate demands: ``deploy`` (the deployment succeeds and works) or ``production`` (that, and posture).
    ``parameters`` are root-template parameter values, all strings, as CloudFormation's API takes them. With a
    ``stack_set`` the environment is deployed to all its accounts, in every region; ``account`` is then the one that
    administers the set, from the first of the regions.
    """

    name: str
    stack_name: str
    regions: tuple[str, ...]
    account: str | None
    protected: bool
    profile: str
    tags: Mapping[str, str]
    parameters: Mapping[str, str]
    stack_set: StackSet | None = None
