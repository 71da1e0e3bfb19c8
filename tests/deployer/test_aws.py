"""AWS calls: what is sent and how answers are read, checked against the real service model."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import botocore.exceptions
import pytest
from botocore.stub import ANY, Stubber

from deployer.aws import artifacts, change_sets, drift, services, stacks, validations, writes
from deployer.aws.faults import from_botocore, translated
from deployer.consent import ConfirmedPlan, Consent
from deployer.decide.plans import Plan
from deployer.decide.states import Move
from deployer.decide.templates import Artifact
from deployer.errors import (
    AlreadyError,
    DeniedError,
    DeployError,
    ExpiredError,
    NotFoundError,
    ThrottledError,
    UnreachableError,
    UnsupportedError,
)
from deployer.exits import Exit
from tests.deployer.recordings import ACCOUNT, REGION, clients, recorded

if TYPE_CHECKING:
    from collections.abc import Iterator

ARN = "arn:aws:cloudformation:eu-west-2:123456789012:stack/streamflix-dev/6f1b"
CONSENT = Consent(ARN, "Really?")


@contextmanager
def stubbed(service: str) -> Iterator[Stubber]:
    """Stub one client; every answer must have been asked for by the end."""
    with Stubber(getattr(clients(), service)) as stub:
        yield stub
        stub.assert_no_pending_responses()


@pytest.fixture(autouse=True)
def _own_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(vars(clients()), "account", ACCOUNT)


@pytest.mark.parametrize(
    ("code", "words", "http", "kind", "hint"),
    [
        ("Throttling", "Rate exceeded", 400, ThrottledError, "wait a minute"),
        ("RequestLimitExceeded", "Rate exceeded", 503, ThrottledError, "wait a minute"),
        ("ExpiredToken", "The security token included in the request is expired", 403, ExpiredError, "sign in"),
        ("InvalidClientTokenId", "The security token is invalid", 403, ExpiredError, "sign in"),
        ("AccessDenied", "User: x is not authorized to perform: y", 403, DeniedError, "not authorized to perform: y"),
        ("ValidationError", "Stack with id x does not exist", 400, NotFoundError, "does not exist"),
        ("ChangeSetNotFound", "ChangeSet [x] does not exist", 404, NotFoundError, "does not exist"),
        ("AlreadyExistsException", "ChangeSet x already exists", 400, AlreadyError, "already exists"),
        ("InvalidAction", "Unknown action", 400, UnsupportedError, "does not know"),
        ("InternalFailure", "oops", 500, UnreachableError, "later"),
        ("ServiceUnavailable", "", 503, UnreachableError, "later"),
    ],
)
def test_answers_become_one_sentence(code: str, words: str, http: int, kind: type[DeployError], hint: str) -> None:
    with stubbed("cloudformation") as stub:
        stub.add_client_error("describe_stack_events", code, words, http)
        with pytest.raises(kind, match=hint) as caught:
            stacks.events(clients(), "s", lambda _: False)
    assert str(caught.value).startswith("DescribeStackEvents in eu-west-2: ")
    assert "\n" not in str(caught.value)
    assert caught.value.exit is Exit.REFUSED


def test_what_the_service_rejects_is_a_validation_failure() -> None:
    with stubbed("cloudformation") as stub:
        stub.add_client_error("get_template", "ValidationError", "Template format error", 400)
        with pytest.raises(DeployError, match="Template format error") as caught:
            stacks.template(clients(), "s")
    assert caught.value.exit is Exit.VALIDATION


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (botocore.exceptions.NoCredentialsError(), ExpiredError),
        (botocore.exceptions.ProfileNotFound(profile="x"), ExpiredError),
        (botocore.exceptions.EndpointConnectionError(endpoint_url="https://x"), UnreachableError),
        (botocore.exceptions.ReadTimeoutError(endpoint_url="https://x"), UnreachableError),
        (botocore.exceptions.ConnectionClosedError(endpoint_url="https://x"), UnreachableError),
        (botocore.exceptions.ParamValidationError(report="x"), DeployError),
    ],
)
def test_no_answer_becomes_one_sentence(error: botocore.exceptions.BotoCoreError, kind: type[DeployError]) -> None:
    assert type(from_botocore(error, "Call", REGION)) is kind
    with pytest.raises(kind, match="Call in eu-west-2: "), translated("Call", REGION):
        raise error


def test_a_stack_that_is_not_there_is_none() -> None:
    with stubbed("cloudformation") as stub:
        stub.add_client_error("describe_stacks", "ValidationError", "Stack with id s does not exist", 400)
        assert stacks.find(clients(), "s") is None


def test_resources_are_found_in_nested_stacks() -> None:
    time = datetime(2026, 11, 20, tzinfo=UTC)

    def row(name: str, kind: str, physical: str) -> dict[str, Any]:
        return {
            "LogicalResourceId": name,
            "PhysicalResourceId": physical,
            "ResourceType": kind,
            "LastUpdatedTimestamp": time,
            "ResourceStatus": "CREATE_COMPLETE",
        }

    stack = "AWS::CloudFormation::Stack"
    with stubbed("cloudformation") as stub:
        pages: list[tuple[dict[str, Any], dict[str, str]]] = [
            ({"StackResourceSummaries": [row("A", stack, "arn:a")], "NextToken": "2"}, {"StackName": "root"}),
            (
                {"StackResourceSummaries": [row("B", stack, "arn:b")]},
                {"StackName": "root", "NextToken": "2"},
            ),
            ({"StackResourceSummaries": [row("Topic", "AWS::SNS::Topic", "t")]}, {"StackName": "arn:a"}),
        ]
        for answer, request in pages:
            stub.add_response("list_stack_resources", answer, request)
        stub.add_client_error("list_stack_resources", "ValidationError", "Stack arn:b does not exist", 400)
        found = stacks.all_resources(clients(), "root")
    assert [each.path for each in found] == ["A", "B", "A/Topic"]
    assert stacks.stack_ids("root", found) == {"": "root", "A": "arn:a", "B": "arn:b"}


def test_a_change_set_is_asked_for_with_everything() -> None:
    request = change_sets.Request(
        stack_name="streamflix-dev",
        name="streamflix-abc",
        create=True,
        template_url="https://s3.eu-west-2.amazonaws.com/b/k",
        parameters={"Environment": "dev"},
        tags={"Project": "StreamFlix"},
        triggers=[{"Arn": "arn:aws:cloudwatch:eu-west-2:1:alarm:a", "Type": "AWS::CloudWatch::CompositeAlarm"}],
        monitor_minutes=5,
    )
    sent = {
        "StackName": "streamflix-dev",
        "ChangeSetName": "streamflix-abc",
        "ChangeSetType": "CREATE",
        "TemplateURL": "https://s3.eu-west-2.amazonaws.com/b/k",
        "Parameters": [{"ParameterKey": "Environment", "ParameterValue": "dev"}],
        "Tags": [{"Key": "Project", "Value": "StreamFlix"}],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        "IncludeNestedStacks": True,
        "RollbackConfiguration": {
            "RollbackTriggers": [
                {"Arn": "arn:aws:cloudwatch:eu-west-2:1:alarm:a", "Type": "AWS::CloudWatch::CompositeAlarm"}
            ],
            "MonitoringTimeInMinutes": 5,
        },
    }
    with stubbed("cloudformation") as stub:
        stub.add_response("create_change_set", {"Id": "arn:cs", "StackId": ARN}, sent)
        stub.add_client_error("create_change_set", "AlreadyExistsException", "ChangeSet exists", 400)
        assert change_sets.create(clients(), request) == "arn:cs"
        assert change_sets.create(clients(), request) is None


def test_validation_results_are_read() -> None:
    data = recorded("validation_fails")
    (nested,) = [each for each, found in data["events"].items() if found]
    with stubbed("cloudformation") as stub:
        request = {"ChangeSetName": nested, "Filters": {"FailedEvents": True}}
        stub.add_response("describe_events", {"OperationEvents": data["events"][nested]}, request)
        (found,) = validations.of_change_set(clients(), nested, "Streaming")
    assert (found.path, found.property_path) == (
        "Streaming/Ingest",
        "/Resources/Ingest/Properties/RetentionPeriodHours",
    )
    assert found.fails
    assert "maximum 8760" in found.reason


def test_an_empty_shell_is_deleted_only_without_change_sets_and_resources() -> None:
    stack = {"StackName": "s", "CreationTime": datetime(2026, 1, 1, tzinfo=UTC), "StackId": ARN}
    with stubbed("cloudformation") as stub:
        stub.add_response("list_change_sets", {"Summaries": [{"ChangeSetId": "arn:aws:x"}]})
        change_sets.drop_shell(clients(), ARN)
        stub.add_response("list_change_sets", {"Summaries": []})
        stub.add_response("describe_stacks", {"Stacks": [{**stack, "StackStatus": "CREATE_IN_PROGRESS"}]})
        change_sets.drop_shell(clients(), ARN)
        stub.add_response("list_change_sets", {"Summaries": []})
        stub.add_response("describe_stacks", {"Stacks": [{**stack, "StackStatus": "REVIEW_IN_PROGRESS"}]})
        stub.add_response("delete_stack", {}, {"StackName": ARN})
        change_sets.drop_shell(clients(), ARN)


def confirmed(change_set: str = "arn:aws:cs") -> ConfirmedPlan:
    plan = Plan(
        environment="dev",
        stack="s",
        stack_id=ARN,
        region=REGION,
        account=ACCOUNT,
        move=Move.UPDATE,
        change_set_id=change_set,
    )
    return ConfirmedPlan(ARN, "Deploy?", plan, frozenset())


def test_an_execution_always_rolls_back_and_has_a_token_of_its_own() -> None:
    tokens: list[str] = []
    with stubbed("cloudformation") as stub:
        clients().cloudformation.meta.events.register(
            "provide-client-params.cloudformation.ExecuteChangeSet",
            lambda params, **_: tokens.append(params["ClientRequestToken"]),
            unique_id="tokens",
        )
        sent = {
            "ChangeSetName": ANY,
            "ClientRequestToken": ANY,
            "DisableRollback": False,
            "RetainExceptOnCreate": True,
        }
        for _ in range(3):
            stub.add_response("execute_change_set", {}, sent)
        for change_set in ("arn:aws:a", "arn:aws:a", "arn:aws:b"):
            writes.execute(clients(), confirmed(change_set))
        clients().cloudformation.meta.events.unregister(
            "provide-client-params.cloudformation.ExecuteChangeSet", unique_id="tokens"
        )
    assert tokens[0] == tokens[1] != tokens[2]


CHANGE_SET: dict[str, Any] = {"ChangeSetId": "arn:aws:cs", "Status": "CREATE_COMPLETE"}


@pytest.mark.parametrize("code", ["InvalidChangeSetStatus", "TokenAlreadyExistsException"])
def test_an_execution_that_was_begun_already_is_not_an_error(code: str) -> None:
    with stubbed("cloudformation") as stub:
        stub.add_client_error("execute_change_set", code, "it is being executed", 400)
        stub.add_response("describe_change_set", {**CHANGE_SET, "ExecutionStatus": "EXECUTE_IN_PROGRESS"})
        writes.execute(clients(), confirmed())


def test_a_plan_that_is_out_of_date_is_not_taken_for_begun() -> None:
    with stubbed("cloudformation") as stub:
        stub.add_client_error("execute_change_set", "InvalidChangeSetStatus", "it is OBSOLETE", 400)
        stub.add_response("describe_change_set", {**CHANGE_SET, "ExecutionStatus": "OBSOLETE"})
        with pytest.raises(DeployError, match=r"changed since the plan was made \(OBSOLETE\)"):
            writes.execute(clients(), confirmed())


def test_a_deletion_leaves_things_behind_only_when_forced() -> None:
    with stubbed("cloudformation") as stub:
        for mode in ("STANDARD", "FORCE_DELETE_STACK"):
            sent = {"StackName": ARN, "ClientRequestToken": ANY, "DeletionMode": mode}
            stub.add_response("delete_stack", {}, sent)
        writes.delete(clients(), CONSENT)
        writes.delete(clients(), CONSENT, force=True)


def test_a_bucket_is_emptied_of_all_versions() -> None:
    with stubbed("s3") as stub:
        page: dict[str, Any] = {
            "Versions": [{"Key": "a", "VersionId": "1"}, {"Key": "a", "VersionId": "2"}],
            "DeleteMarkers": [{"Key": "b", "VersionId": "3"}],
        }
        stub.add_response("list_object_versions", page, {"Bucket": "b"})
        objects = [{"Key": k, "VersionId": v} for k, v in (("a", "1"), ("a", "2"), ("b", "3"))]
        stub.add_response("delete_objects", {}, {"Bucket": "b", "Delete": {"Objects": objects, "Quiet": True}})
        assert writes.empty_bucket(clients(), CONSENT, "b") == 3


OWNED = {"Bucket": "b", "ExpectedBucketOwner": ACCOUNT}
CLOSED = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
ENCRYPTED = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": True}]}


def test_a_bucket_of_somebody_else_is_not_used() -> None:
    with stubbed("s3") as stub, stubbed("sts") as sts:
        stub.add_client_error("head_bucket", "403", "Forbidden", 403, expected_params=OWNED)
        sts.add_response("get_caller_identity", {"Account": ACCOUNT})
        with pytest.raises(DeniedError, match="belongs to another account"):
            artifacts.exists(clients(), "b")


def test_expired_credentials_are_not_taken_for_a_bucket_of_somebody_else() -> None:
    with stubbed("s3") as stub, stubbed("sts") as sts:
        stub.add_client_error("head_bucket", "400", "Bad Request", 400)
        sts.add_client_error("get_caller_identity", "ExpiredToken", "expired", 403)
        with pytest.raises(ExpiredError, match="sign in"):
            artifacts.exists(clients(), "b")


def test_a_bucket_that_is_not_there_is_noticed() -> None:
    with stubbed("s3") as stub:
        stub.add_client_error("head_bucket", "404", "Not Found", 404, expected_params=OWNED)
        assert not artifacts.exists(clients(), "b")


def test_a_bucket_is_created_in_the_stacks_region() -> None:
    with stubbed("s3") as stub:
        sent = {
            "Bucket": "b",
            "ObjectOwnership": "BucketOwnerEnforced",
            "CreateBucketConfiguration": {"LocationConstraint": REGION},
        }
        stub.add_response("create_bucket", {}, sent)
        artifacts.create(clients(), "b")
        stub.add_client_error("create_bucket", "BucketAlreadyOwnedByYou", "yours", 409, expected_params=sent)
        artifacts.create(clients(), "b")


def test_a_bare_bucket_gets_every_setting() -> None:
    policy = json.dumps(artifacts.tls_only("aws", "b"))
    with stubbed("s3") as stub:
        stub.add_client_error("get_public_access_block", "NoSuchPublicAccessBlockConfiguration", "", 404)
        stub.add_response("put_public_access_block", {}, {**OWNED, "PublicAccessBlockConfiguration": CLOSED})
        stub.add_client_error("get_bucket_encryption", "ServerSideEncryptionConfigurationNotFoundError", "", 404)
        stub.add_response("put_bucket_encryption", {}, {**OWNED, "ServerSideEncryptionConfiguration": ENCRYPTED})
        stub.add_response("get_bucket_versioning", {}, OWNED)
        stub.add_response("put_bucket_versioning", {}, {**OWNED, "VersioningConfiguration": {"Status": "Enabled"}})
        stub.add_client_error("get_bucket_policy", "NoSuchBucketPolicy", "", 404)
        stub.add_response("put_bucket_policy", {}, {**OWNED, "Policy": policy})
        assert len(artifacts.secure(clients(), "b")) == 4


def secured(stub: Stubber) -> None:
    """Let a bucket be found as it should be."""
    stub.add_response("get_public_access_block", {"PublicAccessBlockConfiguration": CLOSED})
    stub.add_response("get_bucket_encryption", {"ServerSideEncryptionConfiguration": ENCRYPTED})
    stub.add_response("get_bucket_versioning", {"Status": "Enabled"})
    stub.add_response("get_bucket_policy", {"Policy": json.dumps(artifacts.tls_only("aws", "b"), indent=2)})


def test_a_secured_bucket_is_left_alone() -> None:
    with stubbed("s3") as stub:
        secured(stub)
        assert artifacts.secure(clients(), "b") == []


def test_only_new_templates_are_uploaded() -> None:
    with stubbed("s3") as stub:
        stub.add_response("head_object", {}, {**OWNED, "Key": "templates/old"})
        stub.add_client_error("head_object", "404", "Not Found", 404, expected_params={**OWNED, "Key": "templates/new"})
        stub.add_response("put_object", {}, {**OWNED, "Key": "templates/new", "Body": b"{}"})
        given = [Artifact("templates/old", "[]"), Artifact("templates/new", "{}")]
        assert artifacts.upload(clients(), "b", given) == ["templates/new"]


def test_stopped_tasks_of_a_service_tell_why() -> None:
    tasks = recorded("ecs_never_settles")["tasks"]
    with stubbed("ecs") as stub:
        arns = [task["taskArn"] for task in tasks]
        stub.add_response("list_tasks", {"taskArns": arns}, {"cluster": "streamflix-dev", "desiredStatus": "STOPPED"})
        stub.add_response("describe_tasks", {"tasks": tasks}, {"cluster": "streamflix-dev", "tasks": arns})
        found = services.ecs_reasons(clients(), "arn:aws:ecs:eu-west-2:123456789012:service/streamflix-dev/worker")
    assert len(found) == 2
    assert found[0].startswith("CannotPullContainerError")
    assert found[1] == (
        "Essential container in task exited; container worker exited with 1: "
        "OutOfMemoryError: Container killed due to memory usage"
    )


def test_a_service_whose_cluster_is_gone_tells_nothing() -> None:
    with stubbed("ecs") as stub:
        stub.add_client_error("list_tasks", "ClusterNotFoundException", "Cluster not found.", 400)
        assert services.ecs_reasons(clients(), "arn:aws:ecs:eu-west-2:1:service/gone/worker") == []
    assert services.ecs_reasons(clients(), "worker") == []


def test_log_lines_are_read_and_a_missing_group_is_none() -> None:
    since = datetime(2026, 11, 20, tzinfo=UTC)
    with stubbed("logs") as stub:
        event = {"timestamp": int(since.timestamp() * 1000) + 5, "message": "started\n", "logStreamName": "s"}
        sent = {"logGroupName": "g", "startTime": int(since.timestamp() * 1000), "filterPattern": "ERROR"}
        stub.add_response("filter_log_events", {"events": [event]}, sent)
        (line,) = services.log_lines(clients(), "g", since, "ERROR")
        stub.add_client_error("filter_log_events", "ResourceNotFoundException", "no such group", 400)
        assert services.log_lines(clients(), "g", since) == []
    assert (line.group, line.stream, line.text) == ("g", "s", "started")


def test_drift_is_read_page_by_page_without_nested_stacks() -> None:
    def row(name: str, kind: str) -> dict[str, Any]:
        return {
            "StackId": ARN,
            "LogicalResourceId": name,
            "PhysicalResourceId": "p",
            "ResourceType": kind,
            "StackResourceDriftStatus": "MODIFIED",
            "Timestamp": datetime(2026, 11, 20, tzinfo=UTC),
            "PropertyDifferences": [
                {
                    "PropertyPath": "/RetentionPeriodHours",
                    "ExpectedValue": "24",
                    "ActualValue": "48",
                    "DifferenceType": "NOT_EQUAL",
                }
            ],
        }

    sent = {"StackName": ARN, "StackResourceDriftStatusFilters": ["MODIFIED", "DELETED"]}
    with stubbed("cloudformation") as stub:
        first = {"StackResourceDrifts": [row("Inner", "AWS::CloudFormation::Stack")], "NextToken": "2"}
        stub.add_response("describe_stack_resource_drifts", first, sent)
        last = {"StackResourceDrifts": [row("Ingest", "AWS::Kinesis::Stream")]}
        stub.add_response("describe_stack_resource_drifts", last, {**sent, "NextToken": "2"})
        (found,) = drift.found(clients(), ARN, "Streaming")
    assert found.path == "Streaming/Ingest"
    assert (found.differences[0].expected, found.differences[0].actual) == ("24", "48")


def test_object_urls_are_path_style_and_https() -> None:
    assert clients().object_url("b", "k") == "https://s3.eu-west-2.amazonaws.com/b/k"
