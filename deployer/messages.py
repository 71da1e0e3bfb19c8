"""What a command has to tell, as it goes: plain data that each printer shows in its own way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from deployer.decide.causes import Verdict
from deployer.decide.plans import Plan
from deployer.decide.progress import Progress
from deployer.decide.stack_sets import Instance, Operation, Outcome, SetPlan
from deployer.exits import Exit
from deployer.model import Drifted, Event, Resource, Stack, Validation


@dataclass(frozen=True)
class Note:
    """One sentence."""

    text: str


@dataclass(frozen=True)
class Planned:
    """A plan, before anything is done."""

    plan: Plan


@dataclass(frozen=True)
class Rejected:
    """CloudFormation refused the templates or values before it changed anything."""

    stack: str
    reasons: tuple[str, ...]
    validations: tuple[Validation, ...]
    sources: dict[str, str]


@dataclass(frozen=True)
class Happened:
    """A new event of a resource, with its path in the tree of stacks."""

    path: str
    event: Event


@dataclass(frozen=True)
class Standing:
    """Where the running operation stands now."""

    stack: str
    region: str
    now: datetime
    progress: Progress
    expected: dict[str, int]
    """Seconds that each running resource is expected to take, by path."""
    hints: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What is known about why a resource takes long, by path."""


@dataclass(frozen=True)
class Failed:
    """Why an operation failed, and what to do next."""

    stack: str
    region: str
    status: str
    verdict: Verdict
    sources: dict[str, str]
    hints: tuple[str, ...]
    next: tuple[str, ...]


@dataclass(frozen=True)
class Overview:
    """Every stack of an environment and how it is."""

    stack: Stack
    why: str
    cure: str
    stacks: tuple[tuple[str, str], ...]
    unhealthy: tuple[Resource, ...]


@dataclass(frozen=True)
class Outputs:
    """The root stack's outputs."""

    values: dict[str, str]


@dataclass(frozen=True)
class DriftFound:
    """What has drifted in all stacks of an environment."""

    checked: int
    drifted: tuple[Drifted, ...]


@dataclass(frozen=True)
class Logged:
    """One line of a log."""

    time: datetime
    group: str
    stream: str
    text: str


@dataclass(frozen=True)
class SetPlanned:
    """What would become of a stack set and its instances."""

    plan: SetPlan


@dataclass(frozen=True)
class InstanceMoved:
    """What the running operation now says of one stack instance."""

    outcome: Outcome


@dataclass(frozen=True)
class SetOverview:
    """Every instance of a stack set and how it is, and the last operation on the set."""

    name: str
    instances: tuple[Instance, ...]
    last: Operation | None


@dataclass(frozen=True)
class Ended:
    """How the command ended."""

    exit: Exit
    summary: str


Message = (
    Note
    | Planned
    | Rejected
    | Happened
    | Standing
    | Failed
    | Overview
    | Outputs
    | DriftFound
    | Logged
    | SetPlanned
    | InstanceMoved
    | SetOverview
    | Ended
)

Observer = Callable[[Message], None]
"""Takes every message as it comes."""


class Person(Protocol):
    """Whoever answers questions: somebody at a terminal, or a policy for when nobody is there."""

    def agree(self, question: str) -> bool:
        """Return whether the answer is yes."""
        ...

    def choose(self, question: str, options: Sequence[str]) -> str:
        """Return one of the options; the first is the harmless one."""
        ...
