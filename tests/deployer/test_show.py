"""Printing: messages in, text out."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from deployer import messages as m
from deployer.decide import progress
from deployer.decide.causes import Verdict, diagnose
from deployer.decide.plans import POLICY, PROTECTION, Plan, Setting
from deployer.decide.states import Move
from deployer.exits import Exit
from deployer.model import STACK_TYPE, Change, Detail, Difference, Drifted, Validation
from deployer.show.outputs import outputs_text
from deployer.show.people import Interactive, Unattended
from deployer.show.printers import JsonLines, Live, Plain, observer
from deployer.show.standing import tree_lines, waiting_line
from deployer.show.style import Style, clip, clock
from deployer.show.text import lines
from tests.deployer.recordings import events, recorded


def shown(message: m.Message) -> str:
    return "\n".join(lines(message, Style()))


def change(path: str, kind: str, action: str, **more: Any) -> Change:
    stack, _, name = path.rpartition("/")
    return Change(stack_path=stack, logical_id=name, type=kind, action=action, **more)


PLAN = Plan(
    environment="prod",
    stack="streamflix-prod",
    stack_id="arn",
    region="eu-west-2",
    account="123456789012",
    move=Move.UPDATE,
    change_set_id="arn:cs",
    changes=(
        change("Compute", STACK_TYPE, "Modify", replacement="False", change_set_id="arn:n"),
        change(
            "Database/Cluster",
            "AWS::RDS::DBCluster",
            "Modify",
            replacement="True",
            policy_action="ReplaceAndSnapshot",
            details=(Detail(name="Engine", recreation="Always", before="aurora-mysql", after="aurora-postgresql"),),
        ),
        change(
            "Cache/Group",
            "AWS::ElastiCache::ReplicationGroup",
            "Modify",
            replacement="True",
            details=(
                Detail(name="KmsKeyId", recreation="Always", evaluation="Dynamic", cause="Security.Outputs.KeyArn"),
            ),
        ),
        change(
            "Compute/Worker",
            "AWS::ECS::Service",
            "Modify",
            replacement="False",
            details=(
                Detail(name="DesiredCount", before="2", after="4"),
                Detail(name="TaskDefinition", evaluation="Dynamic", cause="Tasks"),
                Detail(attribute="Tags"),
            ),
        ),
        change("Compute/OldTopic", "AWS::SNS::Topic", "Remove", policy_action="Delete"),
        change("Compute/NewTopic", "AWS::SNS::Topic", "Add"),
    ),
    settings=(
        Setting(stack_path="", what=PROTECTION, before="off", after="on"),
        Setting(stack_path="Database", what=POLICY, before="none", after="keeps 1 resource that holds data"),
    ),
    triggers=("arn:aws:cloudwatch:eu-west-2:123456789012:alarm:streamflix-prod-unhealthy",),
)


def test_a_plan() -> None:
    assert shown(m.Planned(PLAN)) == (
        """\
Plan: update streamflix-prod in eu-west-2 (account 123456789012)

  Holds data:
    ! REPLACE Database/Cluster  AWS::RDS::DBCluster  (a final snapshot is kept)
    ? may replace Cache/Group  AWS::ElastiCache::ReplicationGroup  (only if Security.Outputs.KeyArn changes)

  Cache
    ? may replace Group  AWS::ElastiCache::ReplicationGroup  (only if Security.Outputs.KeyArn changes)
          KmsKeyId: follows Security.Outputs.KeyArn  replaces

  Compute
    - remove OldTopic  AWS::SNS::Topic
    ~ change Worker  AWS::ECS::Service
          DesiredCount: 2 -> 4
          TaskDefinition: follows Tasks
          Tags
    + add NewTopic  AWS::SNS::Topic

  Database
    ! REPLACE Cluster  AWS::RDS::DBCluster  (a final snapshot is kept)
          Engine: aurora-mysql -> aurora-postgresql  replaces

  Guards
    termination protection: off -> on
    stack policy of Database: none -> keeps 1 resource that holds data
    rolled back if alarmed: streamflix-prod-unhealthy
  1 to add, 1 to change, 1 may be replaced, 1 to replace, 1 to remove."""
    )


def test_an_empty_plan() -> None:
    empty = replace(PLAN, changes=(), settings=(), triggers=(), change_set_id="")
    assert shown(m.Planned(empty)).splitlines()[1:] == ["  No changes."]


def test_a_plan_that_only_changes_outputs_says_so() -> None:
    assert "Only outputs, tags or metadata" in shown(m.Planned(replace(PLAN, changes=())))


def test_a_prediction_says_that_it_is_one() -> None:
    assert "predicted from the templates" in shown(m.Planned(replace(PLAN, predicted=True)))
    assert "(offline)" in shown(m.Planned(replace(PLAN, account="")))


def test_a_big_new_stack_is_summed_up() -> None:
    added = tuple(change(f"Network/S{n}", "AWS::EC2::Subnet", "Add") for n in range(9))
    vpc = change("Network/Vpc", "AWS::EC2::VPC", "Add")
    text = shown(m.Planned(replace(PLAN, changes=(*added, vpc), settings=(), triggers=())))
    assert "    + 10 resources: EC2::Subnet x9, EC2::VPC" in text


def test_a_long_value_is_cut() -> None:
    long = change("A/B", "AWS::SNS::Topic", "Modify", details=(Detail(name="Policy", before="x" * 200, after=None),))
    line = next(each for each in lines(m.Planned(replace(PLAN, changes=(long,))), Style()) if "Policy:" in each)
    assert line.strip() == "Policy: " + "x" * 57 + "... -> (none)"


def failed(name: str, **more: Any) -> m.Failed:
    data = recorded(name)
    verdict = diagnose(data["root"], events(data))
    known: dict[str, Any] = {"sources": {}, "hints": (), "next": ("build.py deploy prod",)}
    return m.Failed(
        stack="streamflix-prod", region="eu-west-2", status=data["status"], verdict=verdict, **{**known, **more}
    )


def test_a_nested_failure() -> None:
    text = shown(failed("nested_failure", sources={"Platform/Database/Cluster": "templates/database.py:88"}))
    assert text == (
        """\
FAILED  streamflix-prod in eu-west-2 is ROLLBACK_COMPLETE
  Cause   Platform/Database/Cluster (AWS::RDS::DBCluster) CREATE_FAILED 01:50:52  at templates/database.py:88
          Resource handler returned message: "Cannot find version 15.99 for aurora-postgresql (Service: Rds, \
Status Code: 400, Request ID: 3f1c8a52-77d1-4f0e-9a37-0f3a6d2b9c41)" (RequestToken: \
5b0e2a34-6a2c-1d8f-3c2e-7f6a5b4c3d2e, HandlerErrorCode: InvalidRequest)
  Next    build.py deploy prod"""
    )


def test_a_stuck_rollback_names_both_causes() -> None:
    text = shown(failed("rollback_fails", hints=("CannotPullContainerError: not found",)))
    heads = [line[:40] for line in text.splitlines()]
    assert heads[1].startswith("  Cause   Compute/WorkerService")
    assert heads[3].startswith("  Stuck   Database/Cluster")
    assert heads[5] == "  Task    CannotPullContainerError: not "


def test_a_failure_that_nobody_explains_is_admitted() -> None:
    silent = m.Failed("s", "r", "ROLLBACK_COMPLETE", Verdict(None, None, 0, cancelled=False), {}, (), ())
    assert "tell nothing" in shown(silent)


def test_a_rejected_change_set_names_the_property_first() -> None:
    found = Validation(
        stack_path="Streaming",
        logical_id="Ingest",
        type="AWS::Kinesis::Stream",
        name="PROPERTY_VALIDATION",
        property_path="/Resources/Ingest/Properties/RetentionPeriodHours",
        reason="Value 9000 is greater than the maximum 8760",
        fails=True,
    )
    warning = replace(found, logical_id="Media", fails=False)
    sources = {"Streaming/Ingest": "templates/streaming.py:31"}
    text = shown(m.Rejected("streamflix-dev", ("Streaming: validation failed",), (warning, found), sources))
    first = text.splitlines()[:3]
    assert first[1].startswith("  Cause   Streaming/Ingest (AWS::Kinesis::Stream) /Resources/Ingest")
    assert first[1].endswith("at templates/streaming.py:31")
    assert "greater than the maximum 8760" in first[2]


def standing() -> m.Standing:
    """Return an operation ten minutes after its start."""
    data = recorded("ecs_never_settles")
    early = {stack: [e for e in known if e.time.hour == 10] for stack, known in events(data).items()}
    state = progress.progress(data["root"], early, {"Compute": 3, "Storage": 1})
    assert state is not None
    return m.Standing(
        stack="streamflix-dev",
        region="eu-west-2",
        now=state.started + timedelta(minutes=10, seconds=5),
        progress=state,
        expected={"Compute/WorkerService": 119},
        hints={"Compute/WorkerService": ("CannotPullContainerError: not found",)},
    )


TREE = """\
streamflix-dev eu-west-2  CREATE_IN_PROGRESS  10:05  2/4
  > Compute  CREATE_IN_PROGRESS  1/3
    > WorkerService  AWS::ECS::Service  creating 09:49 of about 01:59
        CannotPullContainerError: not found
  v Storage  CREATE_COMPLETE  1/1"""


def test_the_live_tree() -> None:
    assert "\n".join(tree_lines(standing(), Style(), 40)) == TREE
    short = tree_lines(standing(), Style(), 3)
    assert short[2] == "  ... 3 more lines"
    assert len(short) == 3


def test_the_line_without_a_terminal() -> None:
    assert waiting_line(standing()) == (
        "10:10:05 2/4; waiting for Compute/WorkerService (creating 09:49 of about 01:59); "
        "CannotPullContainerError: not found"
    )


def test_a_failed_resource_stays_in_the_tree() -> None:
    data = recorded("ecs_never_settles")
    known = {s: [e for e in found if "DELETE" not in e.status] for s, found in events(data).items()}
    state = progress.progress(data["root"], known, {})
    assert state is not None
    text = "\n".join(tree_lines(replace(standing(), progress=state), Style(), 40))
    assert "    x WorkerService  CREATE_FAILED  Resource handler returned message" in text


def test_plain_printing_says_once_a_minute_that_it_waits() -> None:
    out = io.StringIO()
    plain = Plain(out)
    first = standing()
    for seconds in (0, 5, 30, 59, 61, 100, 125):
        plain(replace(first, now=first.now + timedelta(seconds=seconds)))
    assert len(out.getvalue().splitlines()) == 3


def test_plain_printing_is_quiet_when_nothing_runs() -> None:
    out = io.StringIO()
    Plain(out)(replace(standing(), progress=progress.Progress(standing().now, ())))
    assert out.getvalue() == ""


def test_a_nested_stack_is_not_echoed_by_its_parent() -> None:
    data = recorded("nested_failure")
    root = events(data)[data["root"]]
    echoes = [e for e in root if e.nested_id]
    said = [shown(m.Happened(e.logical_id, e)) for e in echoes]
    assert [bool(text) for text in said] == [e.status.endswith("_FAILED") for e in echoes]
    assert any(said)


def test_the_live_tree_is_redrawn_in_place() -> None:
    out = io.StringIO()
    live = Live(out)
    live(standing())
    live(standing())
    live(m.Note("done"))
    drawn = len(TREE.splitlines())
    assert out.getvalue() == f"{TREE}\n\033[{drawn}A\033[J{TREE}\n\033[{drawn}A\033[Jdone\n"


def test_a_live_terminal_shows_failures_only() -> None:
    data = recorded("nested_failure")
    out = io.StringIO()
    live = Live(out)
    for stack_events in events(data).values():
        for event in stack_events:
            live(m.Happened(event.logical_id, event))
    assert all("_FAILED" in line for line in out.getvalue().splitlines())
    assert "Cannot find version" in out.getvalue()


def test_events_go_out_and_text_goes_to_people() -> None:
    out, err = io.StringIO(), io.StringIO()
    tell = observer(out, err, as_json=True)
    for message in (m.Planned(PLAN), standing(), failed("nested_failure"), m.Ended(Exit.ROLLED_BACK, "It failed.")):
        tell(message)
    stream = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [each["event"] for each in stream] == ["Planned", "Standing", "Failed", "Ended"]
    assert stream[0]["plan"]["changes"][1]["logical_id"] == "Cluster"
    assert stream[2]["verdict"]["cause"]["path"] == "Platform/Database/Cluster"
    assert stream[3]["exit"] == 5
    assert "It failed." in err.getvalue()


def test_without_json_everything_goes_out() -> None:
    out, err = io.StringIO(), io.StringIO()
    observer(out, err)(m.Note("hello"))
    assert (out.getvalue(), err.getvalue()) == ("hello\n", "")


def test_json_lines_hold_one_object_each() -> None:
    out = io.StringIO()
    JsonLines(out)(m.Note("two\nlines"))
    assert json.loads(out.getvalue()) == {"event": "Note", "text": "two\nlines"}
    assert out.getvalue().count("\n") == 1


VALUES = {"VpcId": "vpc-1", "ApiUrl": "https://x/y?a=1&b=2", "DatabaseARNOfReader": "arn:x"}


def test_outputs_for_people_programs_and_shells() -> None:
    assert outputs_text(VALUES, "text").splitlines()[0] == "ApiUrl               https://x/y?a=1&b=2"
    assert json.loads(outputs_text(VALUES, "json")) == VALUES
    assert outputs_text(VALUES, "env").splitlines() == [
        "API_URL='https://x/y?a=1&b=2'",
        "DATABASE_ARN_OF_READER=arn:x",
        "VPC_ID=vpc-1",
    ]
    assert outputs_text({}, "text") == ""


def test_drift_shows_what_differs() -> None:
    difference = Difference(property_path="/Size", expected="1", actual="2", kind="NOT_EQUAL")
    drifted = Drifted(path="A/B", type="T", physical_id="p", status="MODIFIED", differences=(difference,))
    assert shown(m.DriftFound(3, (drifted,))).splitlines() == [
        "3 stacks checked, 1 resource drifted",
        "  MODIFIED A/B  T  p",
        "      /Size: 1 -> 2",
    ]


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "00:00"), (59.9, "00:59"), (252, "04:12"), (3852, "1:04:12"), (-1, "00:00")]
)
def test_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def test_a_row_is_cut_to_the_terminal_and_colours_take_no_room() -> None:
    assert clip("abcdef", 3) == "abc"
    assert clip("a\033[31mbcd\033[0mef", 3) == "a\033[31mbc\033[0m"


def test_colour_only_adds() -> None:
    painted = "\n".join(lines(m.Planned(PLAN), Style(colour=True)))
    assert "\033[31m" in painted
    assert shown(m.Planned(PLAN)) == "".join(
        part.partition("m")[2] if i else part for i, part in enumerate(painted.split("\033["))
    )


@pytest.mark.parametrize(
    ("answer", "yes"), [("y\n", True), ("YES\n", True), ("n\n", False), ("\n", False), ("", False)]
)
def test_only_a_plain_yes_is_a_yes(answer: str, yes: bool) -> None:
    out = io.StringIO()
    assert Interactive(io.StringIO(answer), out).agree("Deploy?") is yes
    assert out.getvalue() == "Deploy? [y/N] "


@pytest.mark.parametrize(("answer", "choice"), [("2\n", "stay"), ("", "go"), ("9\n", "go"), ("x\n", "go")])
def test_the_first_option_is_the_harmless_one(answer: str, choice: str) -> None:
    assert Interactive(io.StringIO(answer), io.StringIO()).choose("?", ("go", "stay")) == choice


def test_nobody_there_says_no_unless_told_otherwise() -> None:
    assert not Unattended().agree("?")
    assert Unattended(yes=True).agree("?")
    assert Unattended(yes=True).choose("?", ("detach", "cancel")) == "detach"
