"""What is done with a stack in every documented state."""

from __future__ import annotations

import botocore.session
import pytest

from deployer.decide import states
from deployer.decide.states import Goal, Move, Phase
from deployer.exits import Exit

DOCUMENTED = (
    botocore.session.get_session().get_service_model("cloudformation").shape_for("StackStatus").enum  # type: ignore[attr-defined]
)


def test_every_status_of_the_api_has_a_row() -> None:
    assert set(DOCUMENTED) == set(states.STATES) - {states.ABSENT}


@pytest.mark.parametrize("status", DOCUMENTED)
def test_whatever_is_in_progress_is_waited_for(status: str) -> None:
    expected = status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS"
    assert states.moving(status) is expected
    assert (states.row(status).deploy is Move.WAIT) is expected


@pytest.mark.parametrize("status", DOCUMENTED)
def test_nothing_is_deployed_over_a_failure(status: str) -> None:
    assert (states.row(status).phase is Phase.BROKEN) is status.endswith("_FAILED")
    if status.endswith("_FAILED"):
        assert states.row(status).deploy is Move.REFUSE
        assert states.row(status).cure


@pytest.mark.parametrize(
    ("status", "deploy", "destroy"),
    [
        (states.ABSENT, Move.CREATE, Move.NOTHING),
        ("DELETE_COMPLETE", Move.CREATE, Move.NOTHING),
        ("REVIEW_IN_PROGRESS", Move.CREATE, Move.DELETE),
        ("ROLLBACK_COMPLETE", Move.CLEAN, Move.DELETE),
        ("CREATE_COMPLETE", Move.UPDATE, Move.DELETE),
        ("UPDATE_COMPLETE", Move.UPDATE, Move.DELETE),
        ("UPDATE_ROLLBACK_COMPLETE", Move.UPDATE, Move.DELETE),
        ("CREATE_IN_PROGRESS", Move.WAIT, Move.DELETE),
        ("UPDATE_IN_PROGRESS", Move.WAIT, Move.WAIT),
        ("DELETE_FAILED", Move.REFUSE, Move.DELETE),
        ("UPDATE_ROLLBACK_FAILED", Move.REFUSE, Move.DELETE),
        ("A_STATUS_OF_2031", Move.REFUSE, Move.REFUSE),
    ],
)
def test_moves(status: str, deploy: Move, destroy: Move) -> None:
    assert (states.row(status).deploy, states.row(status).destroy) == (deploy, destroy)


@pytest.mark.parametrize(
    ("status", "cure"),
    [
        ("UPDATE_ROLLBACK_FAILED", "continue"),
        ("UPDATE_FAILED", "rollback"),
        ("CREATE_FAILED", "rollback"),
        ("ROLLBACK_FAILED", "destroy"),
        ("DELETE_FAILED", "destroy"),
    ],
)
def test_each_failure_has_its_cure(status: str, cure: str) -> None:
    assert states.row(status).cure == cure


@pytest.mark.parametrize(
    ("goal", "status", "code"),
    [
        (Goal.DEPLOY, "CREATE_COMPLETE", Exit.DONE),
        (Goal.DEPLOY, "UPDATE_COMPLETE", Exit.DONE),
        (Goal.DEPLOY, "ROLLBACK_COMPLETE", Exit.ROLLED_BACK),
        (Goal.DEPLOY, "UPDATE_ROLLBACK_COMPLETE", Exit.ROLLED_BACK),
        (Goal.DEPLOY, "DELETE_COMPLETE", Exit.ROLLED_BACK),
        (Goal.DEPLOY, "UPDATE_ROLLBACK_FAILED", Exit.STUCK),
        (Goal.DEPLOY, "CREATE_FAILED", Exit.STUCK),
        (Goal.REVERT, "UPDATE_ROLLBACK_COMPLETE", Exit.DONE),
        (Goal.REVERT, "UPDATE_ROLLBACK_FAILED", Exit.STUCK),
        (Goal.DELETE, "DELETE_COMPLETE", Exit.DONE),
        (Goal.DELETE, "DELETE_FAILED", Exit.STUCK),
        (Goal.DELETE, "CREATE_COMPLETE", Exit.STUCK),
    ],
)
def test_outcomes(goal: Goal, status: str, code: Exit) -> None:
    assert states.outcome(goal, status) is code


def test_exit_codes_are_the_documented_ones() -> None:
    assert {code.name: int(code) for code in Exit} == {
        "DONE": 0,
        "REFUSED": 1,
        "CHANGES": 2,
        "GATE": 3,
        "VALIDATION": 4,
        "ROLLED_BACK": 5,
        "STUCK": 6,
        "DRIFT": 7,
        "INTERRUPTED": 130,
    }
