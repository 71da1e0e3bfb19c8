"""Commands from end to end, against the real service model: which calls are made, and which are not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.stub import Stubber

import deployer
from deployer import DeployError, Exit
from deployer import messages as m
from deployer.decide import stateful
from deployer.decide.changes import Effect, effect
from deployer.errors import ExpiredError, UnreachableError
from deployer.recovering import skipped
from deployer.show.style import Style
from deployer.show.text import lines
from tests.deployer.recordings import recorded
from tests.deployer.stage import ANY, CHANGE_SET, DATA, NESTED, NOON, ROOT, Script, Stage, resource_change, stage

if TYPE_CHECKING:
    from pathlib import Path

KEPT = stateful.policy(["Cluster"], "Data")
LIFTED = stateful.policy(["Cluster"], "Data", {"Data/Cluster"})

REPLACED = resource_change(
    "Cluster",
    "AWS::RDS::DBCluster",
    Replacement="True",
    PolicyAction="ReplaceAndDelete",
    Details=[
        {
            "Target": {
                "Attribute": "Properties",
                "Name": "Engine",
                "RequiresRecreation": "Always",
                "BeforeValue": "aurora-mysql",
                "AfterValue": "aurora-postgresql",
            },
            "Evaluation": "Static",
            "ChangeSource": "DirectModification",
        }
    ],
)
RENAMED = resource_change("Topic", "AWS::SNS::Topic", Replacement="False")


def told(on: Stage, kind: type[Any]) -> list[Any]:
    return [message for message in on.told if isinstance(message, kind)]


def planned(on: Stage, change: dict[str, Any], policy: str | None = KEPT, *, nested: bool = True) -> None:
    """Expect everything up to a plan for the existing stack."""
    on.find("UPDATE_COMPLETE")
    on.resources()
    on.bucket()
    on.cfn.add_response("list_change_sets", {"Summaries": []})
    on.staged([change], nested=nested)
    on.policy(policy)
    on.no_validations(2 if nested else 1)


def test_a_plan_leaves_nothing_behind(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        planned(on, REPLACED)
        on.discarded()
        assert deployer.plan(on.ctx).exit is Exit.CHANGES
    (message,) = told(on, m.Planned)
    assert {c.path: effect(c) for c in message.plan.changes if c.stack_path} == {"Data/Cluster": Effect.REPLACED}
    assert on.person.asked == []


def test_a_replacement_that_loses_data_is_refused_whatever_the_answer(tmp_path: Path) -> None:
    with stage(tmp_path, person=Script(yes=("",))) as on:
        planned(on, REPLACED)
        on.discarded()
        with pytest.raises(DeployError, match=r"Data/Cluster.*--allow-replace Data/Cluster"):
            deployer.deploy(on.ctx)


def test_without_a_yes_nothing_is_executed(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        planned(on, RENAMED)
        on.discarded()
        assert deployer.deploy(on.ctx).exit is Exit.REFUSED
    assert on.person.asked == ["Deploy dev to eu-west-2 (account 123456789012)?"]


def executed(on: Stage) -> None:
    """Expect an update to run to its good end."""
    on.root_events(("UPDATE_COMPLETE", ""), minute=0)
    on.cfn.add_response("execute_change_set", {}, {**dict.fromkeys(("ClientRequestToken",), ANY), **EXECUTION})
    on.find("UPDATE_IN_PROGRESS")
    on.root_events(("UPDATE_IN_PROGRESS", "User Initiated"), ("UPDATE_COMPLETE", ""), minute=1)
    on.find("UPDATE_COMPLETE")
    on.root_events(("UPDATE_COMPLETE", ""), minute=2)


EXECUTION = {"ChangeSetName": CHANGE_SET, "DisableRollback": False, "RetainExceptOnCreate": True}


def test_an_allowed_replacement_lifts_the_policy_and_puts_it_back(tmp_path: Path) -> None:
    with stage(tmp_path, person=Script(yes=("Deploy dev",))) as on:
        planned(on, REPLACED)
        on.resources()
        on.policy(KEPT)
        on.cfn.add_response("set_stack_policy", {}, {"StackName": DATA, "StackPolicyBody": LIFTED})
        executed(on)
        on.resources()
        on.policy(LIFTED)
        on.cfn.add_response("set_stack_policy", {}, {"StackName": DATA, "StackPolicyBody": KEPT})
        on.find("UPDATE_COMPLETE", Outputs=[{"OutputKey": "A", "OutputValue": "1"}])
        result = deployer.deploy(on.ctx, allow_replace=["Data/Cluster"])
    assert (result.exit, result.data["outputs"]) == (Exit.DONE, {"A": "1"})
    (plan,) = told(on, m.Planned)
    assert [setting.stack_path for setting in plan.plan.settings] == ["Data"]


def test_a_protected_environment_gets_its_guards_even_without_changes(tmp_path: Path) -> None:
    with stage(tmp_path, person=Script(yes=("Deploy dev",)), protected=True) as on:
        on.find("CREATE_COMPLETE")
        on.resources()
        on.bucket()
        on.cfn.add_response("list_change_sets", {"Summaries": []})
        on.cfn.add_response("create_change_set", {"Id": CHANGE_SET, "StackId": ROOT})
        empty = {
            "ChangeSetId": CHANGE_SET,
            "ChangeSetName": "streamflix-x",
            "StackId": ROOT,
            "Status": "FAILED",
            "ExecutionStatus": "UNAVAILABLE",
            "StatusReason": "The submitted information didn't contain changes.",
        }
        on.cfn.add_response("describe_change_set", empty)
        on.policy(None)
        on.no_validations(1)
        on.discarded("CREATE_COMPLETE")
        on.resources()
        on.policy(None)
        on.cfn.add_response("set_stack_policy", {}, {"StackName": DATA, "StackPolicyBody": KEPT})
        on.find("CREATE_COMPLETE")
        sent = {"StackName": ROOT, "EnableTerminationProtection": True}
        on.cfn.add_response("update_termination_protection", {}, sent)
        assert deployer.deploy(on.ctx).exit is Exit.DONE
    (plan,) = told(on, m.Planned)
    assert [(s.what, s.before) for s in plan.plan.settings] == [
        ("termination protection", "off"),
        ("stack policy", "none"),
    ]


def test_where_nested_stacks_are_not_told_their_changes_are_predicted(tmp_path: Path) -> None:
    old = {"Resources": {"Cluster": {"Type": "AWS::RDS::DBCluster", "Properties": {"Engine": "aurora-mysql"}}}}
    with stage(tmp_path) as on:
        planned(on, RENAMED, nested=False)
        root = {"Resources": {"Data": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "u"}}}}
        on.cfn.add_response("get_template", {"TemplateBody": json.dumps(root)})
        on.cfn.add_response("get_template", {"TemplateBody": json.dumps(old)})
        on.discarded()
        assert deployer.plan(on.ctx).exit is Exit.CHANGES
    (message,) = told(on, m.Planned)
    assert message.plan.predicted
    assert {c.path for c in message.plan.changes} == {"Data/Cluster", "Data/Topic"}


def test_a_change_set_left_by_a_killed_run_is_taken_up(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        on.find("UPDATE_COMPLETE")
        on.resources()
        on.bucket()
        on.cfn.add_response("list_change_sets", {"Summaries": []})
        on.cfn.add_client_error("create_change_set", "AlreadyExistsException", "it exists", 400)
        names: list[str] = []
        events = on.ctx.clients.cloudformation.meta.events
        events.register(
            "provide-client-params.cloudformation.CreateChangeSet",
            lambda params, **_: names.append(params["ChangeSetName"]),
            unique_id="names",
        )
        left: dict[str, Any] = {"ChangeSetId": CHANGE_SET, "Status": "CREATE_COMPLETE", "ExecutionStatus": "AVAILABLE"}
        on.cfn.add_response("list_change_sets", {"Summaries": [left]})
        # The name is known only once it is asked for, so the listing is completed on the way.
        events.register(
            "provide-client-params.cloudformation.ListChangeSets",
            lambda **_: left.update(ChangeSetName=names[0] if names else "x"),
            unique_id="listing",
        )
        change = resource_change("Data", "AWS::CloudFormation::Stack", ChangeSetId=NESTED)
        on.described(CHANGE_SET, ROOT, [change])
        on.described(NESTED, DATA, [RENAMED])
        on.policy(KEPT)
        on.no_validations(2)
        on.discarded()
        assert deployer.plan(on.ctx).exit is Exit.CHANGES
        events.unregister("provide-client-params.cloudformation.CreateChangeSet", unique_id="names")
        events.unregister("provide-client-params.cloudformation.ListChangeSets", unique_id="listing")


def test_a_rejected_change_set_shows_the_property_in_five_lines(tmp_path: Path) -> None:
    data = recorded("validation_fails")
    (failing,) = [each for each, found in data["events"].items() if found]
    (sound,) = [each for each in data["sets"] if "Network" in each]
    root = data["change_set"]
    with stage(tmp_path) as on:
        on.absent()
        on.bucket()
        on.cfn.add_response("create_change_set", {"Id": root, "StackId": data["root"]})
        for change_set in (root, sound, failing):
            sent = {"ChangeSetName": change_set, "IncludePropertyValues": True}
            on.cfn.add_response("describe_change_set", data["sets"][change_set], sent)
        for change_set in (root, sound, failing):
            sent = {"ChangeSetName": change_set, "Filters": {"FailedEvents": True}}
            on.cfn.add_response("describe_events", {"OperationEvents": data["events"][change_set]}, sent)
        on.cfn.add_response("delete_change_set", {}, {"ChangeSetName": root})
        on.cfn.add_response("list_change_sets", {"Summaries": []}, {"StackName": data["root"]})
        on.find("REVIEW_IN_PROGRESS")
        on.cfn.add_response("delete_stack", {}, {"StackName": data["root"]})
        with pytest.raises(DeployError, match="nothing was changed") as caught:
            deployer.plan(on.ctx)
    assert caught.value.exit is Exit.VALIDATION
    (rejected,) = told(on, m.Rejected)
    first = "\n".join(lines(rejected, Style())[:5])
    assert "Streaming/Ingest (AWS::Kinesis::Stream) /Resources/Ingest/Properties/RetentionPeriodHours" in first
    assert "Value 9000 is greater than the maximum 8760" in first
    assert "Nested change set" not in "\n".join(lines(rejected, Style()))


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        ("UPDATE_IN_PROGRESS", Exit.REFUSED, "build.py watch dev"),
        ("UPDATE_ROLLBACK_FAILED", Exit.STUCK, "build.py continue dev"),
        ("CREATE_FAILED", Exit.STUCK, "build.py rollback dev"),
        ("DELETE_FAILED", Exit.STUCK, "build.py destroy dev"),
    ],
)
def test_a_stack_that_is_not_at_rest_is_not_deployed_over(tmp_path: Path, status: str, code: Exit, words: str) -> None:
    with stage(tmp_path) as on:
        on.find(status)
        on.resources()
        with pytest.raises(DeployError, match=words) as caught:
            deployer.deploy(on.ctx)
    assert caught.value.exit is code
    assert told(on, m.Planned) == []


def test_an_empty_leftover_is_offered_to_be_cleaned_and_kept_without_a_yes(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        on.find("ROLLBACK_COMPLETE")
        on.cfn.add_response("list_stack_resources", {"StackResourceSummaries": []}, {"StackName": ROOT})
        assert deployer.deploy(on.ctx).exit is Exit.REFUSED
    (message,) = told(on, m.Planned)
    assert "delete the empty leftover" in lines(message, Style())[0]
    assert {effect(change) for change in message.plan.changes} == {Effect.ADDED}


def test_resources_to_skip_get_their_stacks_own_name(tmp_path: Path) -> None:
    with stage(tmp_path, person=Script(yes=("Go on rolling",))) as on:
        on.find("UPDATE_ROLLBACK_FAILED")
        on.resources()
        on.root_events(("UPDATE_ROLLBACK_FAILED", "x"))
        sent = {"StackName": ROOT, "ResourcesToSkip": ["streamflix-dev-Data-X1.Cluster"]}
        on.cfn.add_response("continue_update_rollback", {}, sent)
        on.find("UPDATE_ROLLBACK_COMPLETE")
        on.root_events(("UPDATE_ROLLBACK_COMPLETE", ""), ("UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated"), minute=1)
        assert deployer.resume(on.ctx, ["Data/Cluster"]).exit is Exit.DONE


def test_a_stack_that_does_not_exist_cannot_be_skipped_in() -> None:
    assert skipped({"": ROOT}, ["Topic"]) == ["Topic"]
    with pytest.raises(DeployError, match="there is no nested stack Dta; there are: Data"):
        skipped({"": ROOT, "Data": DATA}, ["Dta/Cluster"])


def test_a_protected_stack_is_not_destroyed(tmp_path: Path) -> None:
    with stage(tmp_path, person=Script(yes=("",))) as on:
        on.find("CREATE_COMPLETE", EnableTerminationProtection=True)
        on.resources()
        with pytest.raises(DeployError, match="update-termination-protection --no-enable"):
            deployer.destroy(on.ctx)


def test_destroying_tells_what_becomes_of_data_and_asks(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        on.find("CREATE_COMPLETE")
        on.resources()
        kept = {"Resources": {"Cluster": {"Type": "AWS::RDS::DBCluster", "DeletionPolicy": "Snapshot"}}}
        on.cfn.add_response("get_template", {"TemplateBody": "{}"}, {"StackName": ROOT, "TemplateStage": "Original"})
        on.cfn.add_response("get_template", {"TemplateBody": json.dumps(kept)})
        assert deployer.destroy(on.ctx).exit is Exit.REFUSED
    assert on.person.asked == ["Delete dev (streamflix-dev) in eu-west-2?"]
    assert [note.text for note in told(on, m.Note)] == [
        "Data/Cluster (AWS::RDS::DBCluster, cluster-1): a final snapshot stays"
    ]


def interrupting(on: Stage, times: int = 1) -> None:
    """Let Ctrl-C be pressed during the next pauses."""
    left = [None] * times

    def sleep(_: float) -> None:
        if left:
            left.pop()
            raise KeyboardInterrupt

    object.__setattr__(on.ctx, "sleep", sleep)


@pytest.mark.parametrize(
    ("newest", "code"),
    [
        ([("UPDATE_ROLLBACK_COMPLETE", ""), ("UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated")], Exit.DONE),
        ([("UPDATE_ROLLBACK_COMPLETE", ""), ("UPDATE_ROLLBACK_IN_PROGRESS", "failed to update")], Exit.ROLLED_BACK),
    ],
)
def test_a_rollback_asked_for_by_hand_is_no_failure(tmp_path: Path, newest: list[Any], code: Exit) -> None:
    asked = newest[1][1] == "User Initiated"
    before = ("UPDATE_ROLLBACK_FAILED" if asked else "UPDATE_IN_PROGRESS", "")
    with stage(tmp_path) as on:
        on.find("UPDATE_ROLLBACK_COMPLETE")
        on.find("UPDATE_ROLLBACK_COMPLETE")
        on.root_events(*newest, before)
        assert deployer.watch(on.ctx).exit is code


def test_detaching_leaves_the_operation_alone(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        interrupting(on)
        on.find("UPDATE_IN_PROGRESS")
        on.find("UPDATE_IN_PROGRESS")
        on.root_events(("UPDATE_IN_PROGRESS", "User Initiated"))
        result = deployer.watch(on.ctx)
    assert result.exit is Exit.INTERRUPTED
    assert "build.py watch dev" in result.summary


def test_waiting_for_another_operation_can_be_interrupted(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        interrupting(on)
        on.find("UPDATE_IN_PROGRESS")
        on.resources()
        on.find("UPDATE_IN_PROGRESS")
        on.root_events(("UPDATE_IN_PROGRESS", "User Initiated"))
        with pytest.raises(DeployError, match="nothing was begun") as caught:
            deployer.deploy(on.ctx, wait=True)
    assert caught.value.exit is Exit.INTERRUPTED


def test_there_is_nothing_to_watch_in_an_empty_shell(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        on.find("REVIEW_IN_PROGRESS")
        result = deployer.watch(on.ctx)
    assert result.exit is Exit.DONE
    assert "never executed" in result.summary


def test_staying_goes_on_watching(tmp_path: Path) -> None:
    with stage(tmp_path, person=Script(choices=["keep watching"])) as on:
        interrupting(on)
        on.find("UPDATE_IN_PROGRESS")
        on.find("UPDATE_IN_PROGRESS")
        on.root_events(("UPDATE_IN_PROGRESS", "User Initiated"))
        on.find("UPDATE_COMPLETE")
        on.root_events(("UPDATE_COMPLETE", ""), minute=1)
        assert deployer.watch(on.ctx).exit is Exit.DONE


def test_cancelling_an_update_takes_a_second_yes(tmp_path: Path) -> None:
    person = Script(yes=("Cancel the update",), choices=["cancel the operation"])
    with stage(tmp_path, person=person) as on:
        interrupting(on)
        on.find("UPDATE_IN_PROGRESS")
        on.find("UPDATE_IN_PROGRESS")
        on.root_events(("UPDATE_IN_PROGRESS", "User Initiated"))
        on.find("UPDATE_IN_PROGRESS")
        on.cfn.add_response("cancel_update_stack", {}, {"StackName": ROOT})
        on.find("UPDATE_ROLLBACK_COMPLETE")
        on.root_events(("UPDATE_ROLLBACK_COMPLETE", ""), ("UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated"), minute=1)
        assert deployer.watch(on.ctx).exit is Exit.ROLLED_BACK
    (failed,) = told(on, m.Failed)
    assert failed.verdict.cancelled


def test_an_operation_that_never_begins_is_not_waited_for_without_end(tmp_path: Path) -> None:
    with stage(tmp_path, person=Script(yes=("Go on rolling",))) as on:
        on.find("UPDATE_ROLLBACK_FAILED")
        on.resources()
        on.root_events(("UPDATE_ROLLBACK_FAILED", "x"))
        on.cfn.add_response("continue_update_rollback", {}, {"StackName": ROOT, "ResourcesToSkip": []})
        for _ in range(60):
            on.find("UPDATE_ROLLBACK_FAILED")
            on.root_events(("UPDATE_ROLLBACK_FAILED", "x"))
        with pytest.raises(DeployError, match="never began") as caught:
            deployer.resume(on.ctx)
    assert caught.value.exit is Exit.STUCK


def test_a_bad_connection_is_sat_out(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        on.find("UPDATE_IN_PROGRESS")
        on.cfn.add_client_error("describe_stacks", "ServiceUnavailable", "", 503)
        on.cfn.add_client_error("describe_stacks", "Throttling", "Rate exceeded", 400)
        on.find("UPDATE_COMPLETE")
        on.root_events(("UPDATE_COMPLETE", ""), ("UPDATE_IN_PROGRESS", "User Initiated"))
        assert deployer.watch(on.ctx).exit is Exit.DONE
    assert len(told(on, m.Note)) == 2


def test_a_connection_that_stays_bad_says_how_to_go_on(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        on.find("UPDATE_IN_PROGRESS")
        for _ in range(5):
            on.cfn.add_client_error("describe_stacks", "ServiceUnavailable", "", 503)
        with pytest.raises(UnreachableError, match=r"The operation goes on; .*build\.py watch dev"):
            deployer.watch(on.ctx)


def test_expired_credentials_in_the_middle_say_how_to_go_on(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        on.find("UPDATE_IN_PROGRESS")
        on.cfn.add_client_error("describe_stacks", "ExpiredToken", "expired", 403)
        with pytest.raises(ExpiredError, match=r"sign in and attach again: build\.py watch dev"):
            deployer.watch(on.ctx)


def test_a_service_that_fails_tells_why_its_tasks_stopped(tmp_path: Path) -> None:
    tasks = recorded("ecs_never_settles")["tasks"]
    service = "arn:aws:ecs:eu-west-2:123456789012:service/streamflix-dev/worker"
    own = {"StackId": ROOT, "StackName": "streamflix-dev", "ClientRequestToken": "t"}
    stack = {**own, "LogicalResourceId": "streamflix-dev", "PhysicalResourceId": ROOT}
    worker = {**own, "LogicalResourceId": "Worker", "PhysicalResourceId": service, "ResourceType": "AWS::ECS::Service"}
    reason = 'Resource handler returned message: "Exceeded attempts to wait" (HandlerErrorCode: NotStabilized)'
    happened = [
        {**stack, "ResourceStatus": "ROLLBACK_COMPLETE"},
        {**stack, "ResourceStatus": "ROLLBACK_IN_PROGRESS", "ResourceStatusReason": "The following resource(s) failed"},
        {**worker, "ResourceStatus": "CREATE_FAILED", "ResourceStatusReason": reason},
        {**worker, "ResourceStatus": "CREATE_IN_PROGRESS"},
        {**stack, "ResourceStatus": "CREATE_IN_PROGRESS", "ResourceStatusReason": "User Initiated"},
    ]
    answers = [
        {
            "ResourceType": "AWS::CloudFormation::Stack",
            **each,
            "EventId": str(n),
            "Timestamp": NOON.replace(second=30 - n),
        }
        for n, each in enumerate(happened)
    ]
    (tmp_path / "meta").mkdir()
    places = {"root.json": {"Worker": "templates/compute.py:88"}}
    (tmp_path / "meta" / "sources.json").write_text(json.dumps(places), encoding="utf-8")
    with stage(tmp_path) as on, Stubber(on.ctx.clients.ecs) as ecs:
        on.find("ROLLBACK_COMPLETE")
        on.find("ROLLBACK_COMPLETE")
        on.cfn.add_response("describe_stack_events", {"StackEvents": answers})
        ecs.add_response("list_tasks", {"taskArns": [task["taskArn"] for task in tasks]})
        ecs.add_response("describe_tasks", {"tasks": tasks})
        assert deployer.watch(on.ctx).exit is Exit.ROLLED_BACK
    (failed,) = told(on, m.Failed)
    first = "\n".join(lines(failed, Style())[:5])
    assert "Worker (AWS::ECS::Service) CREATE_FAILED 12:00:28  at templates/compute.py:88" in first
    assert "Exceeded attempts to wait" in first
    assert "CannotPullContainerError" in first


def test_drift_of_any_stack_is_drift(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        on.find("UPDATE_COMPLETE")
        on.resources()
        on.find("UPDATE_COMPLETE")
        on.resources()
        for name in ("1", "2"):
            on.cfn.add_response("detect_stack_drift", {"StackDriftDetectionId": name})
        time = on.ctx.now()
        for name, state in (("1", "DETECTION_IN_PROGRESS"), ("2", "DETECTION_COMPLETE"), ("1", "DETECTION_COMPLETE")):
            answer = {"StackId": ROOT, "StackDriftDetectionId": name, "DetectionStatus": state, "Timestamp": time}
            on.cfn.add_response("describe_stack_drift_detection_status", answer, {"StackDriftDetectionId": name})
        on.cfn.add_response("describe_stack_resource_drifts", {"StackResourceDrifts": []})
        drifted = {
            "StackId": DATA,
            "LogicalResourceId": "Topic",
            "ResourceType": "AWS::SNS::Topic",
            "StackResourceDriftStatus": "DELETED",
            "Timestamp": time,
        }
        on.cfn.add_response("describe_stack_resource_drifts", {"StackResourceDrifts": [drifted]})
        assert deployer.drift(on.ctx).exit is Exit.DRIFT
    (message,) = told(on, m.DriftFound)
    assert (message.checked, [each.path for each in message.drifted]) == (2, ["Data/Topic"])


@pytest.mark.parametrize(
    ("status", "code", "cure"),
    [
        ("UPDATE_COMPLETE", Exit.DONE, ""),
        ("UPDATE_ROLLBACK_FAILED", Exit.STUCK, "build.py continue dev"),
        ("REVIEW_IN_PROGRESS", Exit.DONE, ""),
    ],
)
def test_status(tmp_path: Path, status: str, code: Exit, cure: str) -> None:
    with stage(tmp_path) as on:
        on.find(status)
        on.resources()
        assert deployer.status(on.ctx).exit is code
    (message,) = told(on, m.Overview)
    assert message.cure == cure
    assert message.stacks == (("Data", "UPDATE_COMPLETE"),)


def test_outputs_of_nothing_say_how_to_get_some(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        on.absent()
        with pytest.raises(DeployError, match=r"build\.py deploy dev"):
            deployer.outputs(on.ctx)


def test_credentials_of_another_account_stop_before_anything_is_read(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        vars(on.ctx.clients)["account"] = "999999999999"
        with pytest.raises(DeployError, match="999999999999"):
            deployer.deploy(on.ctx)


def test_regions_stop_at_the_first_failure(tmp_path: Path) -> None:
    results = [deployer.Result(Exit.CHANGES, "a"), deployer.Result(Exit.STUCK, "b"), deployer.Result(Exit.DONE, "c")]
    ran: list[str] = []
    with stage(tmp_path) as on:

        def command(_: deployer.Context) -> deployer.Result:
            ran.append("x")
            return results[len(ran) - 1]

        assert regions_result(on, command, 3) == (Exit.STUCK, "b")
        assert len(ran) == 2
        ran.clear()
        results[:] = [deployer.Result(Exit.CHANGES, "a"), deployer.Result(Exit.DONE, "b")]
        assert regions_result(on, command, 2) == (Exit.CHANGES, "b")


def regions_result(on: Stage, command: Any, count: int) -> tuple[Exit, str]:
    result = deployer.in_order([on.ctx] * count, command)
    return result.exit, result.summary


def test_one_region_that_is_not_confirmed_stops_all(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        planned(on, RENAMED)
        on.discarded()
        with pytest.raises(DeployError, match="Not confirmed"):
            deployer.at_once([on.ctx])


def test_every_name_of_the_api_is_what_it_says() -> None:
    commands = [name for name in deployer.__all__ if name.islower()]
    assert "regions" in commands
    assert [name for name in commands if getattr(deployer, name).__class__.__name__ != "function"] == []


def test_offline_needs_no_account(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        result = deployer.offline(on.ctx, {"": {"Resources": {}}}, {})
        same = deployer.offline(on.ctx, deployer.read_tree(tmp_path).tree, {})
    assert (result.exit, same.exit) == (Exit.CHANGES, Exit.DONE)
