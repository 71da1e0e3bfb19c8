"""What to do next after a failure: the commands, in the order to think of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deployer.decide import states

if TYPE_CHECKING:
    from collections.abc import Callable

    from deployer.decide.causes import Verdict

_POLICY = re.compile(r"denied by stack policy", re.IGNORECASE)


def next_steps(status: str, verdict: Verdict, command: Callable[..., str]) -> tuple[str, ...]:
    """Return the command lines that lead on from a failed operation; ``command`` makes one from a verb."""
    cause, blocked = verdict.cause, verdict.blocked or verdict.cause
    if status == states.CONTINUABLE:
        skip = [command("continue", "--skip", blocked.path)] if blocked and blocked.type else []
        return (command("continue"), *skip)
    if status in states.REVERTIBLE:
        return (command("rollback"),)
    if status == "DELETE_FAILED":
        return (command("destroy"), command("destroy", "--force"))
    if status == "ROLLBACK_FAILED":
        return (command("destroy"),)
    if cause and _POLICY.search(cause.reason):
        return (command("deploy", "--allow-replace", cause.path),)
    return (command("deploy"),)
