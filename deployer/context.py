"""What every command works with."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from deployer.aws.clients import Clients
    from deployer.decide.compare import CreateOnly
    from deployer.messages import Observer, Person
    from kit.environment import Environment


def _unknown(resource_type: str) -> frozenset[str]:
    """Know no create-only property of any type."""
    del resource_type
    return frozenset()


@dataclass(frozen=True, kw_only=True)
class Context:
    """One environment in one region: whom to call, whom to tell and to ask, and the folders to read and write.

    ``build`` holds the built templates, ``recorded`` is the file of measured durations. ``options`` are the command
    line options that a suggested next command needs (``--region eu-west-2``, ``--local``).
    """

    environment: Environment
    region: str
    clients: Clients
    tell: Observer
    person: Person
    build: Path
    recorded: Path
    create_only: CreateOnly = _unknown
    options: str = ""
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    @property
    def stack_name(self) -> str:
        """The root stack's name."""
        return self.environment.stack_name

    def command(self, verb: str, *more: str) -> str:
        """Return a command line for a person to run next."""
        return " ".join(word for word in ("build.py", verb, self.environment.name, self.options, *more) if word)

    def pauses(self) -> Iterator[None]:
        """Yield at once, then after 1 s, then after ever longer, up to 5 s, without end."""
        seconds = 1.0
        while True:
            yield
            self.sleep(seconds)
            seconds = min(seconds * 1.3, LONGEST_PAUSE)


LONGEST_PAUSE = 5.0
"""Seconds between two looks. CloudFormation allows about ten reading calls a second for an account, shared by all."""
