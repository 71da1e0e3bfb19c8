"""Right account and region, names of change sets, rollback triggers, advice, durations."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from deployer import durations
from deployer.decide import advice, checks, plans, triggers
from deployer.decide.causes import Cause, Verdict
from deployer.errors import DeployError
from deployer.model import STACK_TYPE, Change, Resource, Stack
from kit.durations import expected_seconds
from kit.environment import Environment

if TYPE_CHECKING:
    from pathlib import Path

PROD = Environment(
    name="prod",
    stack_name="streamflix-prod",
    regions=("eu-west-2", "eu-central-1"),
    account="123456789012",
    protected=True,
    profile="production",
    tags={},
    parameters={},
)


def test_without_a_wish_all_regions_are_meant() -> None:
    assert checks.regions(PROD, ()) == ("eu-west-2", "eu-central-1")
    assert checks.regions(PROD, ("eu-central-1", "eu-central-1")) == ("eu-central-1",)


def test_a_region_of_another_environment_is_refused() -> None:
    with pytest.raises(DeployError, match=r"prod is not deployed to us-east-1.*eu-west-2, eu-central-1"):
        checks.regions(PROD, ("us-east-1",))


def test_another_account_is_refused() -> None:
    checks.account(PROD, "123456789012")
    checks.account(dataclasses.replace(PROD, account=None), "999999999999")
    with pytest.raises(DeployError, match="999999999999, but prod lives in 123456789012"):
        checks.account(PROD, "999999999999")


STACK = Stack(name="s", id="arn:s", status="UPDATE_COMPLETE", updated=datetime(2026, 11, 20, tzinfo=UTC))


def test_the_same_request_on_the_same_stack_has_the_same_name() -> None:
    name = plans.change_set_name({"a": 1, "b": 2}, STACK)
    assert name == plans.change_set_name({"b": 2, "a": 1}, STACK)
    assert name.startswith(plans.PREFIX)
    assert len(name) <= 128
    assert name != plans.change_set_name({"a": 1, "b": 3}, STACK)
    later = dataclasses.replace(STACK, updated=datetime(2026, 11, 21, tzinfo=UTC))
    assert name != plans.change_set_name({"a": 1, "b": 2}, later)


def test_an_empty_shell_is_as_good_as_no_stack() -> None:
    shell = dataclasses.replace(STACK, status="REVIEW_IN_PROGRESS")
    assert plans.change_set_name({"a": 1}, shell) == plans.change_set_name({"a": 1}, None)


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (
            "The submitted information didn't contain changes. Submit different information to create a change set.",
            True,
        ),
        ("No updates are to be performed.", True),
        ("Parameters: [Size] must have values", False),
    ],
)
def test_nothing_to_do_is_told_from_a_failure(reason: str, expected: bool) -> None:
    assert plans.no_changes(reason) is expected


def test_resources_are_counted_by_stack() -> None:
    changes = [
        Change(stack_path="", logical_id="A", type=STACK_TYPE, action="Add"),
        Change(stack_path="A", logical_id="B", type="AWS::SNS::Topic", action="Add"),
        Change(stack_path="A", logical_id="C", type="AWS::SNS::Topic", action="Add"),
    ]
    assert plans.counts(changes, STACK_TYPE) == {"A": 2}


def alarm(path: str, kind: str = triggers.SINGLE) -> Resource:
    stack, _, name = path.rpartition("/")
    return Resource(stack_path=stack, logical_id=name, physical_id=f"p-{name}", type=kind, status="CREATE_COMPLETE")


def arns(deployed: list[Resource], after: list[Resource]) -> list[str]:
    types = {each.path: each.type for each in after}
    return [each["Arn"] for each in triggers.triggers(deployed, types, "arn:aws:cloudwatch:eu-west-2:1")]


def test_the_composite_alarm_is_the_trigger() -> None:
    deployed = [
        alarm("Monitoring/Lag"),
        alarm("Monitoring/Unhealthy", triggers.COMPOSITE),
        alarm("A/T", "AWS::SNS::Topic"),
    ]
    assert arns(deployed, deployed) == ["arn:aws:cloudwatch:eu-west-2:1:alarm:p-Unhealthy"]


def test_at_most_five_single_alarms_and_none_that_goes_away() -> None:
    deployed = [alarm(f"Monitoring/A{number}") for number in range(8)]
    assert len(arns(deployed, deployed)) == 5
    assert arns(deployed[:1], []) == []


def command(verb: str, *more: str) -> str:
    return " ".join(("build.py", verb, "prod", *more))


def verdict(reason: str = "", blocked: bool = False) -> Verdict:
    def cause(path: str) -> Cause:
        return Cause(path, "AWS::RDS::DBCluster", "UPDATE_FAILED", reason, datetime(2026, 1, 1, tzinfo=UTC), "")

    return Verdict(cause("A/First"), cause("B/Stuck") if blocked else None, 0, cancelled=False)


@pytest.mark.parametrize(
    ("status", "given", "steps"),
    [
        (
            "UPDATE_ROLLBACK_FAILED",
            verdict(blocked=True),
            ("build.py continue prod", "build.py continue prod --skip B/Stuck"),
        ),
        ("UPDATE_ROLLBACK_FAILED", Verdict(None, None, 0, cancelled=False), ("build.py continue prod",)),
        ("UPDATE_FAILED", verdict(), ("build.py rollback prod",)),
        ("DELETE_FAILED", verdict(), ("build.py destroy prod", "build.py destroy prod --force")),
        ("ROLLBACK_FAILED", verdict(), ("build.py destroy prod",)),
        (
            "UPDATE_ROLLBACK_COMPLETE",
            verdict("Action denied by stack policy: Statement [#2] does not allow [Update:Replace]"),
            ("build.py deploy prod --allow-replace A/First",),
        ),
        ("ROLLBACK_COMPLETE", verdict(), ("build.py deploy prod",)),
    ],
)
def test_advice(status: str, given: Verdict, steps: tuple[str, ...]) -> None:
    assert advice.next_steps(status, given, command) == steps


def test_own_deployments_refine_the_table(tmp_path: Path) -> None:
    kind = "AWS::RDS::DBInstance"
    file = tmp_path / "deep" / "durations.json"
    assert expected_seconds(kind, "create", durations.load(file)) == 595
    durations.record(file, [(kind, "create", 300), (kind, "create", 500), (kind, "create", 320)])
    durations.record(file, [(kind, "update", 10)])
    known = durations.load(file)
    assert expected_seconds(kind, "create", known) == 320
    assert expected_seconds(kind, "update", known) == 10
    assert [each.name for each in file.parent.iterdir()] == ["durations.json"]


def test_old_and_broken_recordings_are_dropped(tmp_path: Path) -> None:
    file = tmp_path / "durations.json"
    file.write_text("{broken", encoding="utf-8")
    durations.record(file, [("T", "create", number) for number in range(30)])
    kept: Any = durations.load(file)["T"]["create"]
    assert kept == list(range(10, 30))


def test_what_is_no_duration_in_a_recording_is_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "durations.json"
    file.write_text('{"A": {"create": [3, "x", -1, null]}, "B": 5, "C": {"create": 7}}', encoding="utf-8")
    assert durations.load(file) == {"A": {"create": [3]}, "C": {}}
    file.write_text("[1]", encoding="utf-8")
    assert durations.load(file) == {}
