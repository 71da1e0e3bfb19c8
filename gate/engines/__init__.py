"""The engines behind one interface: each splits its work into jobs, and a job gives findings.

A job says in its key everything that its verdict depends on, so a verdict can be remembered, shared between
environments, and computed in any process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias

from gate.finding import Finding
from gate.subject import Subject

Verdict: TypeAlias = dict[str, list[Finding]]
"""Findings by region."""

Stacks: TypeAlias = Mapping[str, str | None]
"""The template file of every stack of a tree, by the stack's path; None where the template is outside the tree."""


CRASHED: Final = "E9099"


@dataclass(frozen=True, kw_only=True)
class Job:
    """A piece of work that speaks for some subjects; ``weight`` is its expected effort beside other jobs'.

    ``name`` and ``file`` say what failed if ``run`` does.
    """

    key: str
    name: str
    file: str
    subjects: tuple[Subject, ...]
    weight: int
    run: Callable[[], Verdict] = field(repr=False)

    def verdict(self) -> Verdict:
        """Run; where that fails, this is what is found, since the tree is not known to be good."""
        try:
            return self.run()
        except Exception as error:
            return {subject.region: [crash(self.name, self.file, error)] for subject in self.subjects}


def crash(what: str, file: str, error: Exception) -> Finding:
    """Report a check that failed."""
    return Finding(
        rule=CRASHED,
        severity="error",
        message=f"{what} failed: {type(error).__name__}: {error}",
        fix="Mend what is malformed; else report this with the template, and suppress it with that reason.",
        link="",
        stack="",
        file=file,
    )


class Engine(Protocol):
    """What a module of this package offers."""

    def jobs(self, trees: Mapping[Subject, Stacks]) -> Iterable[Job]:
        """Split the work on trees that can be read."""

    def prepare(self) -> None:
        """Load what all workers share; called only if there is a job to run."""
