"""What a command's exit code says."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any


class Exit(IntEnum):
    """Exit codes of every command that talks to AWS; scripts may rely on them."""

    DONE = 0
    """Done, or there was nothing to do."""
    REFUSED = 1
    """Nothing was changed: AWS could not be reached, access was denied, or the answer was no."""
    CHANGES = 2
    """``plan``: changes are pending."""
    GATE = 3
    """The gate found something."""
    VALIDATION = 4
    """CloudFormation rejected the templates or parameter values before it changed anything."""
    ROLLED_BACK = 5
    """The deployment failed, and the stack is back in its earlier state."""
    STUCK = 6
    """The deployment failed, and the stack needs a hand."""
    DRIFT = 7
    """``drift``: something was changed behind CloudFormation's back."""
    INTERRUPTED = 130
    """Ctrl-C: detached; the deployment goes on."""


@dataclass(frozen=True)
class Result:
    """How a command ended: its exit code, one sentence, and the data that a program may want."""

    exit: Exit
    summary: str
    data: dict[str, Any] = field(default_factory=dict)
