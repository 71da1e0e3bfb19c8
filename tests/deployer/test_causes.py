"""The root cause, found in recorded events."""

from __future__ import annotations

import dataclasses

import pytest

from deployer.decide import causes
from deployer.decide.causes import diagnose
from deployer.messages import Failed
from deployer.model import Validation
from deployer.show.failure import failure_lines
from deployer.show.style import Style
from tests.deployer.recordings import events, recorded


def first_lines(name: str) -> str:
    """Return the first five lines of what a person sees."""
    data = recorded(name)
    verdict = diagnose(data["root"], events(data))
    shown = Failed("streamflix", "eu-west-2", data["status"], verdict, {}, (), ("build.py deploy prod",))
    return "\n".join(failure_lines(shown, Style())[:5])


def test_a_failure_three_levels_deep_is_found() -> None:
    data = recorded("nested_failure")
    verdict = diagnose(data["root"], events(data))
    assert verdict.cause is not None
    assert verdict.cause.path == "Platform/Database/Cluster"
    assert verdict.cause.type == "AWS::RDS::DBCluster"
    assert "Cannot find version 15.99" in verdict.cause.reason
    assert (verdict.blocked, verdict.others, verdict.cancelled) == (None, 0, False)


def test_a_rollback_that_fails_has_two_causes() -> None:
    data = recorded("rollback_fails")
    verdict = diagnose(data["root"], events(data))
    assert verdict.cause is not None
    assert verdict.blocked is not None
    assert verdict.cause.path == "Compute/WorkerService"
    assert verdict.blocked.path == "Database/Cluster"
    assert "not in the available state" in verdict.blocked.reason


def test_an_older_failure_is_not_mistaken_for_this_one() -> None:
    data = recorded("rollback_fails")
    everything = events(data)
    assert any("No Fargate configuration" in e.reason for known in everything.values() for e in known)
    verdict = diagnose(data["root"], everything)
    assert verdict.cause is not None
    assert "No Fargate configuration" not in verdict.cause.reason


def test_a_cancelled_update_has_no_failure() -> None:
    data = recorded("cancelled_update")
    verdict = diagnose(data["root"], events(data))
    assert verdict.cancelled
    assert verdict.cause is None


def test_a_service_that_never_settles_is_the_cause() -> None:
    data = recorded("ecs_never_settles")
    verdict = diagnose(data["root"], events(data))
    assert verdict.cause is not None
    assert verdict.cause.path == "Compute/WorkerService"
    assert "NotStabilized" in verdict.cause.reason


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("nested_failure", ["Platform/Database/Cluster", "Cannot find version 15.99 for aurora-postgresql"]),
        ("rollback_fails", ["Compute/WorkerService", "Circuit Breaker", "Database/Cluster", "not in the available"]),
        ("cancelled_update", ["cancelled by a person"]),
        ("ecs_never_settles", ["Compute/WorkerService", "Exceeded attempts to wait"]),
    ],
)
def test_the_cause_is_in_the_first_five_lines(name: str, wanted: list[str]) -> None:
    text = first_lines(name)
    assert [words for words in wanted if words not in text] == []


def test_the_order_of_events_does_not_matter() -> None:
    data = recorded("rollback_fails")
    newest_first = events(data)
    oldest_first = {stack: list(reversed(known)) for stack, known in newest_first.items()}
    assert diagnose(data["root"], newest_first) == diagnose(data["root"], oldest_first)


def test_events_of_a_nested_stack_that_cannot_be_read_leave_its_parents_word() -> None:
    data = recorded("ecs_never_settles")
    root_only = {data["root"]: events(data)[data["root"]]}
    verdict = diagnose(data["root"], root_only)
    assert verdict.cause is not None
    assert verdict.cause.path == "Compute"


def test_an_alarm_that_rolls_back_is_told_in_the_stacks_own_words() -> None:
    data = recorded("cancelled_update")
    reason = "Rollback trigger arn:aws:cloudwatch:eu-west-2:123456789012:alarm:unhealthy went into ALARM state"
    alarmed = {
        stack: [
            dataclasses.replace(e, reason=reason) if e.of_stack and "UPDATE_ROLLBACK_IN" in e.status else e
            for e in known
            if not e.status.endswith("_FAILED")
        ]
        for stack, known in events(data).items()
    }
    verdict = diagnose(data["root"], alarmed)
    assert verdict.cause is not None
    assert verdict.cause.reason == reason
    assert not verdict.cancelled


def test_a_rollback_asked_for_later_is_an_operation_of_its_own() -> None:
    data = recorded("rollback_fails")
    known = sorted(events(data)[data["root"]], key=lambda event: event.time)
    asked = dataclasses.replace(known[-1], id="x", status="UPDATE_ROLLBACK_IN_PROGRESS", reason="User Initiated")
    assert causes.operation([*known, asked]) == [asked]


def test_no_events_no_verdict() -> None:
    assert diagnose("arn", {}).cause is None


def test_a_cause_that_points_elsewhere_is_explained() -> None:
    data = recorded("nested_failure")
    verdict = diagnose(data["root"], events(data))
    found = Validation(
        stack_path="Storage",
        logical_id="Media",
        type="AWS::S3::Bucket",
        name="NAME_CONFLICT_VALIDATION",
        property_path="/BucketName",
        reason="a bucket of this name exists",
        fails=True,
    )
    warning = dataclasses.replace(found, logical_id="Other", fails=False)
    assert not causes.unexplained(verdict.cause)
    assert causes.explained(verdict, [warning]) == verdict
    cause = causes.explained(verdict, [warning, found]).cause
    assert cause is not None
    assert (cause.path, cause.reason) == ("Storage/Media", "/BucketName: a bucket of this name exists")
