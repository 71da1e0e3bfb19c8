"""The engines behind one interface: each splits its work into jobs, and a job gives findings.

A job says in its key everything that its verdict depends on, so a verdict can be remembered, shared between
environments, and computed in any process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from gate.finding import Finding
from gate.subject import Subject

Verdict: TypeAlias = dict[str, list[Finding]]
"""Findings by region."""

Stacks: TypeAlias = Mapping[str, str]
"""The template file of every stack of a tree, by the stack's path."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """A piece of work that speaks for some subjects; ``weight`` is its expected effort beside other jobs'."""

    key: str
    subjects: tuple[Subject, ...]
    weight: int
    run: Callable[[], Verdict] = field(repr=False)


class Engine(Protocol):
    """What a module of this package offers."""

    def jobs(self, trees: Mapping[Subject, Stacks]) -> Iterable[Job]:
        """Split the work on trees that can be read."""

    def prepare(self) -> None:
        """Load what all workers share; called only if there is a job to run."""
