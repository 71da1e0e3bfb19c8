"""What to do with a stack in state X: one row per documented status.

Source of the statuses and their meaning:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html#cfn-console-view-stack-data-resources-status-codes
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from deployer.exits import Exit


class Move(Enum):
    """What a command does next with a stack."""

    CREATE = "create"
    UPDATE = "update"
    CLEAN = "delete the empty leftover, then create"
    WAIT = "wait"
    REFUSE = "refuse"
    DELETE = "delete"
    NOTHING = "nothing"


class Phase(Enum):
    """Where a stack stands."""

    MOVING = "an operation is running"
    GOOD = "the last operation succeeded"
    REVERTED = "the last operation failed and was undone"
    BROKEN = "the last operation failed and was not undone"
    EMPTY = "no resources"


@dataclass(frozen=True)
class Row:
    """What a status means, and what each command makes of it.

    ``cure`` names the command that leads out of the state, where it is not the one that was asked for.
    """

    phase: Phase
    deploy: Move
    destroy: Move
    why: str
    cure: str = ""


ABSENT = "(absent)"

STATES: dict[str, Row] = {
    ABSENT: Row(Phase.EMPTY, Move.CREATE, Move.NOTHING, "there is no such stack"),
    "CREATE_IN_PROGRESS": Row(Phase.MOVING, Move.WAIT, Move.DELETE, "the stack is being created", "watch"),
    "CREATE_COMPLETE": Row(Phase.GOOD, Move.UPDATE, Move.DELETE, "the stack is ready"),
    "CREATE_FAILED": Row(
        Phase.BROKEN, Move.REFUSE, Move.DELETE, "creation failed and what was made was kept", "rollback"
    ),
    "ROLLBACK_IN_PROGRESS": Row(Phase.MOVING, Move.WAIT, Move.WAIT, "a failed creation is being undone", "watch"),
    "ROLLBACK_COMPLETE": Row(
        Phase.REVERTED, Move.CLEAN, Move.DELETE, "creation failed and was undone; the empty stack can only be deleted"
    ),
    "ROLLBACK_FAILED": Row(
        Phase.BROKEN, Move.REFUSE, Move.DELETE, "creation failed and could not be undone", "destroy"
    ),
    "DELETE_IN_PROGRESS": Row(Phase.MOVING, Move.WAIT, Move.WAIT, "the stack is being deleted", "watch"),
    "DELETE_COMPLETE": Row(Phase.EMPTY, Move.CREATE, Move.NOTHING, "the stack was deleted"),
    "DELETE_FAILED": Row(Phase.BROKEN, Move.REFUSE, Move.DELETE, "some resources could not be deleted", "destroy"),
    "REVIEW_IN_PROGRESS": Row(
        Phase.EMPTY, Move.CREATE, Move.DELETE, "a change set was made but never executed; the stack has no resources"
    ),
    "UPDATE_IN_PROGRESS": Row(Phase.MOVING, Move.WAIT, Move.WAIT, "the stack is being updated", "watch"),
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": Row(
        Phase.MOVING, Move.WAIT, Move.WAIT, "the update is done and replaced resources are being removed", "watch"
    ),
    "UPDATE_COMPLETE": Row(Phase.GOOD, Move.UPDATE, Move.DELETE, "the stack is ready"),
    "UPDATE_FAILED": Row(
        Phase.BROKEN, Move.REFUSE, Move.DELETE, "the update failed and what was changed was kept", "rollback"
    ),
    "UPDATE_ROLLBACK_IN_PROGRESS": Row(Phase.MOVING, Move.WAIT, Move.WAIT, "an update is being undone", "watch"),
    "UPDATE_ROLLBACK_FAILED": Row(
        Phase.BROKEN, Move.REFUSE, Move.DELETE, "the update failed and could not be undone", "continue"
    ),
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": Row(
        Phase.MOVING, Move.WAIT, Move.WAIT, "the update was undone and new resources are being removed", "watch"
    ),
    "UPDATE_ROLLBACK_COMPLETE": Row(
        Phase.REVERTED, Move.UPDATE, Move.DELETE, "the last update failed and was undone; the stack is ready"
    ),
    "IMPORT_IN_PROGRESS": Row(Phase.MOVING, Move.WAIT, Move.WAIT, "resources are being imported", "watch"),
    "IMPORT_COMPLETE": Row(Phase.GOOD, Move.UPDATE, Move.DELETE, "the stack is ready"),
    "IMPORT_ROLLBACK_IN_PROGRESS": Row(Phase.MOVING, Move.WAIT, Move.WAIT, "an import is being undone", "watch"),
    "IMPORT_ROLLBACK_FAILED": Row(
        Phase.BROKEN, Move.REFUSE, Move.DELETE, "an import failed and could not be undone", "status"
    ),
    "IMPORT_ROLLBACK_COMPLETE": Row(
        Phase.REVERTED, Move.UPDATE, Move.DELETE, "the last import failed and was undone; the stack is ready"
    ),
}


def row(status: str) -> Row:
    """Return the row of a status; one that AWS adds later is refused, not guessed at."""
    unknown = Row(Phase.BROKEN, Move.REFUSE, Move.REFUSE, f"status {status} is not known to this version", "status")
    return STATES.get(status, unknown)


def moving(status: str) -> bool:
    """Whether an operation is running on the stack."""
    return row(status).phase is Phase.MOVING


class Goal(Enum):
    """What an operation was meant to reach."""

    DEPLOY = "deploy"
    REVERT = "roll back"
    DELETE = "delete"


def outcome(goal: Goal, status: str) -> Exit:
    """Return the exit code of an operation that has ended in ``status``."""
    phase = row(status).phase
    if phase is Phase.BROKEN:
        return Exit.STUCK
    if goal is Goal.DELETE:
        return Exit.DONE if phase is Phase.EMPTY else Exit.STUCK
    if goal is Goal.REVERT:
        return Exit.DONE
    return Exit.DONE if phase is Phase.GOOD else Exit.ROLLED_BACK


CANCELLABLE = "UPDATE_IN_PROGRESS"
"""The only status that CancelUpdateStack takes:
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CancelUpdateStack.html"""

CONTINUABLE = "UPDATE_ROLLBACK_FAILED"
"""The only status that ContinueUpdateRollback is for:
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ContinueUpdateRollback.html"""

REVERTIBLE = ("CREATE_FAILED", "UPDATE_FAILED")
"""The statuses that RollbackStack takes:
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_RollbackStack.html"""
