"""One environment in many accounts and regions: what is decided, what is sent, and how a command ends."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.response import StreamingBody
from hypothesis import given
from hypothesis import strategies as st

from deployer import DeployError, Exit, package, stack_sets
from deployer.aws import artifacts
from deployer.aws import stack_set_writes as writes
from deployer.aws import stack_sets as calls
from deployer.consent import ConfirmedSet
from deployer.decide import templates
from deployer.decide.stack_sets import Act, Content, Instance, Place, SetPlan, Spread, batches, spread, steps, unnamed
from deployer.messages import InstanceMoved, SetPlanned
from deployer.show.style import Style
from deployer.show.text import lines
from kit.environment import StackSet
from tests.deployer.recordings import ACCOUNT, REGION
from tests.deployer.stage import ANY, NOON, TREE, Script, Stage, stage

NAME = "streamflix-dev"
A, B, C = "111122223333", "444455556666", "777788889999"
AFAR = "eu-central-1"
BUCKET = artifacts.shared_bucket_name(ACCOUNT, REGION, "dev")
SETTINGS = StackSet(accounts=(A, B), max_concurrent_percent=50, failure_tolerance_count=1)

places = st.sets(st.builds(Place, st.sampled_from([A, B, C]), st.sampled_from([REGION, AFAR, "us-east-1"])))
states = st.sampled_from(["CURRENT", "OUTDATED", "INOPERABLE"])
ORDER = (REGION, AFAR)


def yes() -> Script:
    return Script(yes=("Deploy dev", "Delete dev", "Stop operation"))


def instance(place: Place, status: str = "CURRENT") -> Instance:
    return Instance(place=place, status=status)


@given(
    places, st.dictionaries(st.builds(Place, st.sampled_from([A, B]), st.sampled_from(ORDER)), states), st.booleans()
)
def test_what_comes_and_goes_is_the_difference_of_what_is_wanted_and_what_is_there(
    wanted: set[Place], there: dict[Place, str], renew: bool
) -> None:
    found = spread(wanted, [instance(place, status) for place, status in there.items()], renew=renew)
    assert {*found.create, *found.delete} == wanted ^ there.keys()
    assert set(found.create) == wanted - there.keys()
    kept = wanted & there.keys()
    assert set(found.stuck) == {place for place in kept if there[place] == "INOPERABLE"}
    assert set(found.update) == {p for p in kept if there[p] == "OUTDATED" or (renew and there[p] == "CURRENT")}


@given(places)
def test_batches_cover_every_place_once_and_nothing_else(wanted: set[Place]) -> None:
    covered = [Place(a, r) for accounts, regions in batches(wanted, ORDER) for a in accounts for r in regions]
    assert sorted(covered) == sorted(wanted)


def test_whole_products_are_one_batch_in_the_order_of_the_environment() -> None:
    wanted = {Place(account, region) for account in (A, B) for region in ORDER}
    assert batches(wanted, ORDER) == [((A, B), ORDER)]
    assert batches(wanted - {Place(B, AFAR)}, ORDER) == [((A,), ORDER), ((B,), (REGION,))]


def set_plan(found: Spread, **more: Any) -> SetPlan:
    facts: dict[str, Any] = {"exists": True, "renew": False, "keep_stacks": False, **more}
    return SetPlan(environment="dev", name=NAME, region=REGION, account=ACCOUNT, spread=found, **facts)


def test_what_leaves_goes_first_and_new_content_goes_to_all_at_once() -> None:
    found = Spread(create=(Place(C, REGION),), update=(Place(A, REGION),), delete=(Place(B, REGION),))
    assert [step.act for step in steps(set_plan(found), ORDER)] == [Act.DELETE, Act.UPDATE, Act.CREATE]
    renewed = steps(set_plan(found, renew=True), ORDER)
    assert [step.act for step in renewed] == [Act.DELETE, Act.RENEW, Act.CREATE]
    assert renewed[1].regions == (REGION,)
    new = Spread(create=(Place(A, REGION),), update=(), delete=())
    assert [step.act for step in steps(set_plan(new, exists=False, renew=True), ORDER)] == [Act.CREATE]


def test_an_instance_is_given_up_by_name_only_or_its_stack_stays() -> None:
    leaving = Spread(create=(), update=(), delete=(Place(A, REGION), Place(B, REGION)))
    assert unnamed(set_plan(leaving), [f"{A}/{REGION}"]) == (Place(B, REGION),)
    assert unnamed(set_plan(leaving, keep_stacks=True), []) == ()


def test_a_default_that_is_given_changes_nothing() -> None:
    template = {"Parameters": {"Hours": {"Type": "Number", "Default": 24}}}
    plain = Content(template=template, parameters={}, tags={})
    assert plain.same(replace(plain, parameters={"Hours": "24"}))
    assert not plain.same(replace(plain, parameters={"Hours": "48"}))
    assert not plain.same(replace(plain, tags={"Owner": "us"}))
    assert not plain.same(replace(plain, template={**template, "Description": "x"}))


class Set:
    """What a stage expects of a stack set."""

    def __init__(self, found: Stage) -> None:
        self.stage = found
        self.ctx = found.ctx
        source = templates.read(found.ctx.build)
        packed = templates.package(source, lambda key: found.ctx.clients.object_url(BUCKET, key))
        self.bodies = {each.key: each.body for each in packed.artifacts}
        self.root, self.url = packed.artifacts[-1].body, packed.root_url

    def absent(self) -> None:
        self.stage.cfn.add_client_error("describe_stack_set", "StackSetNotFoundException", "not found", 404)

    def there(self, body: str = "") -> None:
        tags = [{"Key": "Project", "Value": "StreamFlix"}]
        answer = {"StackSetName": NAME, "Status": "ACTIVE", "TemplateBody": body or self.root, "Tags": tags}
        self.stage.cfn.add_response("describe_stack_set", {"StackSet": answer}, {"StackSetName": NAME})

    def instances(self, *found: tuple[str, str, str]) -> None:
        rows = [{"Account": account, "Region": region, "Status": status} for account, region, status in found]
        self.stage.cfn.add_response("list_stack_instances", {"Summaries": rows}, {"StackSetName": NAME})

    def last(self, status: str = "SUCCEEDED", operation: str = "op-0") -> None:
        rows = [
            {"OperationId": "older", "Action": "CREATE", "Status": "FAILED", "CreationTimestamp": NOON - timedelta(1)},
            {"OperationId": operation, "Action": "UPDATE", "Status": status, "CreationTimestamp": NOON},
        ]
        self.stage.cfn.add_response(
            "list_stack_set_operations", {"Summaries": rows}, {"StackSetName": NAME, "MaxResults": 100}
        )

    def followed(self, *looks: tuple[str, dict[tuple[str, str], tuple[str, str]]], operation: object = ANY) -> None:
        """Expect an operation to be watched: its status, and each instance's status and reason, look by look."""
        for status, moved in looks:
            answer = {"OperationId": "op-1", "Action": "CREATE", "Status": status}
            sent = {"StackSetName": NAME, "OperationId": operation}
            self.stage.cfn.add_response("describe_stack_set_operation", {"StackSetOperation": answer}, sent)
            rows = [
                {"Account": account, "Region": region, "Status": result, "StatusReason": reason}
                for (account, region), (result, reason) in moved.items()
            ]
            self.stage.cfn.add_response("list_stack_set_operation_results", {"Summaries": rows}, sent)

    def begun(self, call: str, **more: Any) -> None:
        preferences = {
            "RegionConcurrencyType": more.pop("concurrency", "SEQUENTIAL"),
            "RegionOrder": more.pop("order", [REGION]),
            "MaxConcurrentPercentage": 50,
            "FailureToleranceCount": 1,
            "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE",
        }
        sent = {"StackSetName": NAME, "OperationId": ANY, "OperationPreferences": preferences, **more}
        self.stage.cfn.add_response(call, {"OperationId": "op-1"}, sent)

    def published(self) -> None:
        """Expect the shared bucket to be found as it should be, with every template there."""
        s3 = self.stage.s3
        s3.add_response("head_bucket", {}, {"Bucket": BUCKET, "ExpectedBucketOwner": ACCOUNT})
        closed = dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
        )
        s3.add_response("get_public_access_block", {"PublicAccessBlockConfiguration": closed})
        rule: dict[str, Any] = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
        s3.add_response("get_bucket_encryption", {"ServerSideEncryptionConfiguration": {"Rules": [rule]}})
        s3.add_response("get_bucket_versioning", {"Status": "Enabled"})
        policy = artifacts.tls_only("aws", BUCKET)
        policy["Statement"].append(artifacts.readable("aws", BUCKET, (A, B)))
        s3.add_response("get_bucket_policy", {"Policy": json.dumps(policy)})
        for _ in TREE:
            s3.add_response("head_object", {})

    def content(self) -> dict[str, Any]:
        return {
            "TemplateURL": self.url,
            "Parameters": [],
            "Tags": [{"Key": "Project", "Value": "StreamFlix"}],
            "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        }


@contextmanager
def scene(
    folder: Path, person: Script | None = None, *, protected: bool = False, regions: tuple[str, ...] = (REGION,)
) -> Iterator[Set]:
    with stage(folder, person=person, protected=protected) as found:
        environment = replace(found.ctx.environment, stack_set=SETTINGS, regions=regions)
        found.ctx = replace(found.ctx, environment=environment)
        yield Set(found)


BOTH = ((A, REGION, "CURRENT"), (B, REGION, "CURRENT"))
GOOD = {(A, REGION): ("SUCCEEDED", ""), (B, REGION): ("SUCCEEDED", "")}


def test_a_first_deployment_makes_the_set_and_an_instance_per_account_and_region(tmp_path: Path) -> None:
    with scene(tmp_path, yes(), regions=ORDER) as s:
        s.absent()
        s.absent()
        s.published()
        sent = {"StackSetName": NAME, "PermissionModel": "SELF_MANAGED", "ClientRequestToken": ANY, **s.content()}
        s.stage.cfn.add_response("create_stack_set", {"StackSetId": "x"}, sent)
        s.begun("create_stack_instances", Accounts=[A, B], Regions=[REGION, AFAR], order=[REGION, AFAR])
        s.followed(*[("RUNNING", {(A, REGION): ("RUNNING", "")})] * 2, ("SUCCEEDED", GOOD))
        result = stack_sets.deploy(s.ctx)
    assert result.exit is Exit.DONE
    moved = [each.outcome for each in s.stage.told if isinstance(each, InstanceMoved)]
    assert [(str(o.place), o.status) for o in moved] == [
        (f"{A}/{REGION}", "RUNNING"),
        (f"{A}/{REGION}", "SUCCEEDED"),
        (f"{B}/{REGION}", "SUCCEEDED"),
    ]


def test_a_second_deployment_changes_nothing(tmp_path: Path) -> None:
    with scene(tmp_path, yes()) as s:
        s.there()
        s.last()
        s.there()
        s.instances(*BOTH)
        s.last()
        result = stack_sets.deploy(s.ctx)
    assert (result.exit, result.summary) == (Exit.DONE, f"{NAME}: no changes.")
    assert s.stage.person.asked == []


def test_a_plan_writes_nothing_and_says_that_changes_are_pending(tmp_path: Path) -> None:
    with scene(tmp_path) as s:
        s.there()
        s.instances((A, REGION, "OUTDATED"), (C, REGION, "CURRENT"))
        s.last()
        result = stack_sets.plan(s.ctx)
    assert result.exit is Exit.CHANGES
    (told,) = s.stage.told
    assert lines(told, Style()) == [
        f"Plan: update stack set {NAME} in {REGION} (account {ACCOUNT})",
        f"  + create {B}/{REGION}",
        f"  ~ update {A}/{REGION}",
        f"  - DELETE with its data {C}/{REGION}",
        "  Instances: 1 to create, 1 to update, 1 to remove.",
    ]


def test_without_a_yes_nothing_is_written(tmp_path: Path) -> None:
    with scene(tmp_path) as s:
        s.absent()
        s.absent()
        result = stack_sets.deploy(s.ctx)
    assert result.exit is Exit.REFUSED
    assert s.stage.person.asked == [f"Deploy dev to the instances of {NAME} (from account {ACCOUNT})?"]


def test_an_instance_with_its_data_goes_only_by_name(tmp_path: Path) -> None:
    def expected(s: Set) -> None:
        s.there()
        s.last()
        s.there()
        s.instances(*BOTH, (C, REGION, "CURRENT"))
        s.last()

    with scene(tmp_path, yes()) as s:
        expected(s)
        with pytest.raises(DeployError, match=f"--allow-replace {C}/{REGION}"):
            stack_sets.deploy(s.ctx)
    with scene(tmp_path, yes()) as s:
        expected(s)
        s.published()
        s.begun("delete_stack_instances", Accounts=[C], Regions=[REGION], RetainStacks=False)
        s.followed(("SUCCEEDED", {}))
        assert stack_sets.deploy(s.ctx, allow_replace=[f"{C}/{REGION}"]).exit is Exit.DONE


def test_a_stack_that_leaves_a_protected_set_stays_in_its_account(tmp_path: Path) -> None:
    with scene(tmp_path, yes(), protected=True) as s:
        s.there()
        s.last()
        s.there()
        s.instances(*BOTH, (C, REGION, "CURRENT"))
        s.last()
        s.published()
        s.begun("delete_stack_instances", Accounts=[C], Regions=[REGION], RetainStacks=True)
        s.followed(("SUCCEEDED", {}))
        assert stack_sets.deploy(s.ctx).exit is Exit.DONE


def deployed_before(s: Set, engine: str) -> str:
    """Expect the deployed templates to be read back, with another engine; return the root's text."""
    data = json.loads(json.dumps(TREE["data.json"]).replace("aurora-postgresql", engine))
    old = json.loads(s.root)
    old["Resources"]["Data"]["Properties"]["TemplateURL"] = s.ctx.clients.object_url(BUCKET, "templates/old")
    body = json.dumps(data).encode()
    sent = {"Bucket": BUCKET, "Key": "templates/old", "ExpectedBucketOwner": ACCOUNT}
    s.stage.s3.add_response("get_object", {"Body": StreamingBody(io.BytesIO(body), len(body))}, sent)
    return json.dumps(old)


def test_new_content_is_predicted_against_the_deployed_templates_and_goes_to_every_instance(tmp_path: Path) -> None:
    with scene(tmp_path, yes()) as s:
        before = deployed_before(s, "aurora-mysql")
        s.there(before)
        s.last()
        s.there(before)
        s.instances(*BOTH)
        s.last()
        s.published()
        s.begun("update_stack_set", **s.content())
        s.followed(("SUCCEEDED", GOOD))
        assert stack_sets.deploy(s.ctx).exit is Exit.DONE
    (planned,) = [each.plan for each in s.stage.told if isinstance(each, SetPlanned)]
    assert planned.inside is not None
    assert [change.path for change in planned.inside.changes] == ["Data/Cluster"]
    assert "Plan: update each instance of streamflix-dev in eu-west-2 (offline)" in lines(SetPlanned(planned), Style())


def test_a_replacement_of_what_holds_data_needs_its_name(tmp_path: Path) -> None:
    with scene(tmp_path, yes()) as s:
        s.ctx = replace(s.ctx, create_only=lambda _: ["/properties/Engine"])
        before = deployed_before(s, "aurora-mysql")
        s.there(before)
        s.last()
        s.there(before)
        s.instances(*BOTH)
        s.last()
        with pytest.raises(DeployError, match="--allow-replace Data/Cluster"):
            stack_sets.deploy(s.ctx)


@pytest.mark.parametrize("status", ["FAILED", "SUCCEEDED"])
def test_an_instance_that_failed_is_told_with_its_reason_even_within_the_tolerance(tmp_path: Path, status: str) -> None:
    bad = {**GOOD, (B, REGION): ("FAILED", "Account 4444 should have\n 'ExecutionRole' role")}
    with scene(tmp_path, yes()) as s:
        s.there()
        s.last()
        s.there()
        s.instances(*BOTH[:1])
        s.last()
        s.published()
        s.begun("create_stack_instances", Accounts=[B], Regions=[REGION])
        s.followed((status, bad))
        s.instances(BOTH[0], (B, REGION, "OUTDATED"))
        result = stack_sets.deploy(s.ctx)
    assert result.exit is Exit.ROLLED_BACK
    assert "1 instances failed" in result.summary
    text = [line for each in s.stage.told for line in lines(each, Style())]
    assert f"FAILED {B}/{REGION}  Account 4444 should have 'ExecutionRole' role" in text


def test_an_instance_beyond_updating_is_stuck(tmp_path: Path) -> None:
    with scene(tmp_path, yes()) as s:
        s.there()
        s.last()
        s.there()
        s.instances(BOTH[0], (B, REGION, "INOPERABLE"))
        s.last()
        result = stack_sets.deploy(s.ctx)
    assert result.exit is Exit.STUCK
    assert f"--retain-stacks --accounts {B} --regions {REGION}" in result.summary


def test_an_operation_that_a_killed_run_has_left_is_followed_before_anything_is_planned(tmp_path: Path) -> None:
    with scene(tmp_path, yes()) as s:
        s.there()
        s.last("RUNNING", "op-7")
        s.followed(("RUNNING", {}), ("SUCCEEDED", GOOD), operation="op-7")
        s.there()
        s.instances(*BOTH)
        s.last(operation="op-7")
        assert stack_sets.deploy(s.ctx, wait=True).exit is Exit.DONE


def test_an_operation_that_runs_is_not_waited_for_unasked(tmp_path: Path) -> None:
    with scene(tmp_path) as s:
        s.there()
        s.last("RUNNING", "op-7")
        with pytest.raises(DeployError, match=r"Operation op-7 \(UPDATE\).* is RUNNING; next: build.py watch dev"):
            stack_sets.deploy(s.ctx)


def test_an_operation_whose_answer_was_lost_counts_as_begun(tmp_path: Path) -> None:
    with scene(tmp_path, yes()) as s:
        s.there()
        s.last()
        s.there()
        s.instances(*BOTH[:1])
        s.last()
        s.published()
        s.stage.cfn.add_client_error("create_stack_instances", "OperationIdAlreadyExistsException", "exists", 409)
        s.followed(("SUCCEEDED", GOOD))
        assert stack_sets.deploy(s.ctx).exit is Exit.DONE


def test_an_operation_id_belongs_to_one_step_and_content_and_what_came_before(tmp_path: Path) -> None:
    content = Content(template={}, parameters={}, tags={})
    more = Content(template={}, parameters={"Hours": "48"}, tags={})
    found = Spread(create=(Place(A, REGION),), update=(), delete=())
    first, later = set_plan(found, since="op-0"), set_plan(found, since="op-1")
    (step,) = steps(first, ORDER)
    other = replace(step, accounts=(B,))
    tries = [(first, step, content), (first, step, content), (later, step, content), (first, step, more)]
    with scene(tmp_path) as s:
        ids = []
        for plan, each, made_of in [*tries, (first, other, content)]:
            # The answer is lost each time, so the id is the one that was asked for.
            s.stage.cfn.add_client_error("create_stack_instances", "OperationIdAlreadyExistsException", "exists", 409)
            confirmed = ConfirmedSet(NAME, "Deploy?", plan)
            ids.append(
                writes.begin(
                    s.ctx.clients, confirmed, each, content=made_of, template_url="u", settings=SETTINGS, parallel=False
                )
            )
    assert ids[0] == ids[1]
    assert len(set(ids)) == 4


def test_all_regions_at_the_same_time_are_asked_for(tmp_path: Path) -> None:
    with scene(tmp_path, yes()) as s:
        s.there()
        s.last()
        s.there()
        s.instances(*BOTH[:1])
        s.last()
        s.published()
        s.begun("create_stack_instances", Accounts=[B], Regions=[REGION], concurrency="PARALLEL")
        s.followed(("SUCCEEDED", GOOD))
        assert stack_sets.deploy(s.ctx, parallel=True).exit is Exit.DONE


def test_somebody_elses_operation_is_one_sentence(tmp_path: Path) -> None:
    with scene(tmp_path, yes()) as s:
        s.there()
        s.last()
        s.there()
        s.instances(*BOTH[:1])
        s.last()
        s.published()
        s.stage.cfn.add_client_error("create_stack_instances", "OperationInProgressException", "busy", 409)
        with pytest.raises(DeployError, match=r"another operation runs .*run the command again") as caught:
            stack_sets.deploy(s.ctx)
    assert caught.value.exit is Exit.REFUSED


def test_ctrl_c_detaches(tmp_path: Path) -> None:
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    with scene(tmp_path) as s:
        s.ctx = replace(s.ctx, sleep=interrupt)
        s.there()
        s.last("RUNNING", "op-7")
        s.followed(("RUNNING", {}), operation="op-7")
        result = stack_sets.watch(s.ctx)
    assert result.exit is Exit.INTERRUPTED
    assert "build.py watch dev" in result.summary


def test_status_shows_every_instance_its_drift_and_the_last_operation(tmp_path: Path) -> None:
    with scene(tmp_path) as s:
        s.there()
        rows = [
            {"Account": A, "Region": REGION, "Status": "CURRENT", "DriftStatus": "DRIFTED"},
            {"Account": B, "Region": REGION, "Status": "INOPERABLE", "StatusReason": "delete failed"},
        ]
        s.stage.cfn.add_response("list_stack_instances", {"Summaries": rows[:1], "NextToken": "2"})
        s.stage.cfn.add_response(
            "list_stack_instances", {"Summaries": rows[1:]}, {"StackSetName": NAME, "NextToken": "2"}
        )
        s.last("FAILED")
        result = stack_sets.status(s.ctx)
    assert (result.exit, result.summary) == (Exit.STUCK, f"{NAME}: 1 CURRENT, 1 INOPERABLE.")
    (told,) = s.stage.told
    assert lines(told, Style()) == [
        f"{NAME}  2 instances",
        f"  {A}/{REGION}  CURRENT  drift DRIFTED",
        f"  {B}/{REGION}  INOPERABLE  drift NOT_CHECKED  delete failed",
        "  last operation op-0  UPDATE  FAILED",
    ]


def test_a_set_that_is_not_there_has_nothing_to_show_stop_or_delete(tmp_path: Path) -> None:
    for command in (stack_sets.status, stack_sets.watch, stack_sets.cancel):
        with scene(tmp_path) as s:
            s.absent()
            assert command(s.ctx).exit is Exit.DONE
    with scene(tmp_path) as s:
        s.absent()
        s.absent()
        assert stack_sets.destroy(s.ctx).exit is Exit.DONE


def test_cancel_stops_what_runs(tmp_path: Path) -> None:
    with scene(tmp_path, yes()) as s:
        s.there()
        s.last("RUNNING", "op-7")
        s.stage.cfn.add_response("stop_stack_set_operation", {}, {"StackSetName": NAME, "OperationId": "op-7"})
        s.followed(("STOPPING", {}), ("STOPPED", {}), operation="op-7")
        s.instances(*BOTH)
        assert stack_sets.cancel(s.ctx).exit is Exit.DONE


@pytest.mark.parametrize("force", [False, True])
def test_destroy_deletes_every_instance_and_then_the_set(tmp_path: Path, force: bool) -> None:
    with scene(tmp_path, yes()) as s:
        s.there()
        s.last()
        s.there()
        s.instances(*BOTH)
        s.last()
        s.begun("delete_stack_instances", Accounts=[A, B], Regions=[REGION], RetainStacks=force)
        s.followed(("SUCCEEDED", GOOD))
        s.stage.cfn.add_response("delete_stack_set", {}, {"StackSetName": NAME})
        assert stack_sets.destroy(s.ctx, force=force).exit is Exit.DONE


def test_a_protected_set_is_not_destroyed(tmp_path: Path) -> None:
    with scene(tmp_path, yes(), protected=True) as s:
        s.there()
        s.last()
        s.there()
        with pytest.raises(DeployError, match=r"is protected in params/environments\.toml"):
            stack_sets.destroy(s.ctx)


def test_another_account_is_refused(tmp_path: Path) -> None:
    with scene(tmp_path, yes()) as s:
        s.ctx = replace(s.ctx, environment=replace(s.ctx.environment, account=A))
        with pytest.raises(DeployError, match=f"belong to account {ACCOUNT}, but dev lives in {A}"):
            stack_sets.deploy(s.ctx)


def test_templates_go_to_a_bucket_that_only_the_instances_accounts_may_read(tmp_path: Path) -> None:
    with scene(tmp_path) as s:
        s.published()
        assert package(s.ctx).data["bucket"] == BUCKET
    allow = artifacts.readable("aws", BUCKET, (A, B))
    assert allow["Principal"] == {"AWS": [f"arn:aws:iam::{A}:root", f"arn:aws:iam::{B}:root"]}
    assert (allow["Action"], allow["Resource"]) == ("s3:GetObject", f"arn:aws:s3:::{BUCKET}/templates/*")


def test_a_deleted_set_is_none(tmp_path: Path) -> None:
    with scene(tmp_path) as s:
        answer = {"StackSet": {"StackSetName": NAME, "Status": "DELETED"}}
        s.stage.cfn.add_response("describe_stack_set", answer, {"StackSetName": NAME})
        assert calls.find(s.ctx.clients, NAME) is None
