"""A stage for commands: stubbed clients, a scripted person, and everything that was told."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.stub import ANY, Stubber

from deployer import Context
from deployer.aws import artifacts
from deployer.messages import Message
from kit.environment import Environment
from tests.deployer.recordings import ACCOUNT, REGION, clients

ROOT = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/streamflix-dev/1111"
DATA = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/streamflix-dev-Data-X1/2222"
CHANGE_SET = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:changeSet/streamflix-x/3333"
NESTED = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:changeSet/streamflix-x-Data/4444"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)

TREE = {
    "root.json": {
        "Resources": {"Data": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "data.json"}}}
    },
    "data.json": {
        "Resources": {
            "Cluster": {"Type": "AWS::RDS::DBCluster", "Properties": {"Engine": "aurora-postgresql"}},
            "Topic": {"Type": "AWS::SNS::Topic"},
        }
    },
}


@dataclass
class Script:
    """A person who answers as told, and says no to everything else."""

    yes: tuple[str, ...] = ()
    choices: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def agree(self, question: str) -> bool:
        self.asked.append(question)
        return any(words in question for words in self.yes)

    def choose(self, question: str, options: Sequence[str]) -> str:
        self.asked.append(question)
        return self.choices.pop(0) if self.choices else options[0]


@dataclass
class Stage:
    """A context whose every call must be expected, in order, per service."""

    ctx: Context
    person: Script
    told: list[Message]
    cfn: Stubber
    s3: Stubber

    def find(self, status: str, **more: Any) -> None:
        """Expect a look at the root stack."""
        stack = {"StackName": "streamflix-dev", "StackId": ROOT, "CreationTime": NOON, "StackStatus": status, **more}
        self.cfn.add_response("describe_stacks", {"Stacks": [stack]})

    def absent(self) -> None:
        """Expect a look at the root stack that is not there."""
        self.cfn.add_client_error("describe_stacks", "ValidationError", "Stack with id x does not exist", 400)

    def resources(self) -> None:
        """Expect a walk over the deployed tree."""
        nested = row("Data", "AWS::CloudFormation::Stack", DATA)
        self.cfn.add_response("list_stack_resources", {"StackResourceSummaries": [nested]}, {"StackName": ROOT})
        inner = [row("Cluster", "AWS::RDS::DBCluster", "cluster-1"), row("Topic", "AWS::SNS::Topic", "topic-1")]
        self.cfn.add_response("list_stack_resources", {"StackResourceSummaries": inner}, {"StackName": DATA})

    def bucket(self) -> None:
        """Expect the artifact bucket to be found as it should be, with every template there."""
        self.s3.add_response("head_bucket", {})
        closed = dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
        )
        self.s3.add_response("get_public_access_block", {"PublicAccessBlockConfiguration": closed})
        rule: dict[str, Any] = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
        self.s3.add_response("get_bucket_encryption", {"ServerSideEncryptionConfiguration": {"Rules": [rule]}})
        self.s3.add_response("get_bucket_versioning", {"Status": "Enabled"})
        policy = artifacts.tls_only("aws", artifacts.bucket_name(ACCOUNT, REGION))
        self.s3.add_response("get_bucket_policy", {"Policy": json.dumps(policy)})
        for _ in TREE:
            self.s3.add_response("head_object", {})

    def staged(self, data_changes: Sequence[dict[str, Any]], *, nested: bool = True) -> None:
        """Expect a change set to be made and read; with ``nested`` it holds one for the Data stack."""
        self.cfn.add_response("create_change_set", {"Id": CHANGE_SET, "StackId": ROOT})
        child = {"ChangeSetId": NESTED} if nested else {}
        change = resource_change("Data", "AWS::CloudFormation::Stack", PhysicalResourceId=DATA, **child)
        self.described(CHANGE_SET, ROOT, [change])
        if nested:
            self.described(NESTED, DATA, data_changes)

    def described(self, change_set: str, stack: str, changes: Sequence[dict[str, Any]]) -> None:
        """Expect a look at one change set."""
        answer = {
            "ChangeSetId": change_set,
            "ChangeSetName": change_set.split("/")[1],
            "StackId": stack,
            "Status": "CREATE_COMPLETE",
            "ExecutionStatus": "AVAILABLE",
            "Changes": [{"Type": "Resource", "ResourceChange": each} for each in changes],
        }
        sent = {"ChangeSetName": change_set, "IncludePropertyValues": True}
        self.cfn.add_response("describe_change_set", answer, sent)

    def no_validations(self, count: int) -> None:
        """Expect the validation results of so many change sets to be asked for."""
        for _ in range(count):
            self.cfn.add_response("describe_events", {"OperationEvents": []})

    def policy(self, document: str | None) -> None:
        """Expect the Data stack's policy to be read."""
        answer = {} if document is None else {"StackPolicyBody": document}
        self.cfn.add_response("get_stack_policy", answer, {"StackName": DATA})

    def discarded(self, status: str = "UPDATE_COMPLETE") -> None:
        """Expect the change set to be thrown away; a stack that exists is left alone."""
        self.cfn.add_response("delete_change_set", {}, {"ChangeSetName": CHANGE_SET})
        self.cfn.add_response("list_change_sets", {"Summaries": []}, {"StackName": ROOT})
        self.find(status)

    def root_events(self, *found: tuple[str, str], minute: int = 0) -> None:
        """Expect the root's events to be read: (status, reason) of the stack itself, newest first."""
        answers = [
            {
                "StackId": ROOT,
                "StackName": "streamflix-dev",
                "EventId": f"{status}-{minute}",
                "LogicalResourceId": "streamflix-dev",
                "PhysicalResourceId": ROOT,
                "ResourceType": "AWS::CloudFormation::Stack",
                "Timestamp": NOON.replace(minute=minute, second=30 - number),
                "ResourceStatus": status,
                "ResourceStatusReason": reason,
            }
            for number, (status, reason) in enumerate(found)
        ]
        self.cfn.add_response("describe_stack_events", {"StackEvents": answers}, {"StackName": ROOT})


def row(name: str, kind: str, physical: str, status: str = "UPDATE_COMPLETE") -> dict[str, Any]:
    """Return a resource as ListStackResources gives it."""
    return {
        "LogicalResourceId": name,
        "PhysicalResourceId": physical,
        "ResourceType": kind,
        "LastUpdatedTimestamp": NOON,
        "ResourceStatus": status,
    }


def resource_change(name: str, kind: str, action: str = "Modify", **more: Any) -> dict[str, Any]:
    """Return a change as DescribeChangeSet gives it."""
    return {"Action": action, "LogicalResourceId": name, "ResourceType": kind, **more}


@contextmanager
def stage(folder: Path, *, person: Script | None = None, protected: bool = False) -> Iterator[Stage]:
    """Set a stage with the two-stack TREE as the build folder; every expected call must have been made by the end."""
    for name, content in TREE.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    environment = Environment(
        name="dev",
        stack_name="streamflix-dev",
        regions=(REGION,),
        account=ACCOUNT,
        protected=protected,
        profile="deploy",
        tags={"Project": "StreamFlix"},
        parameters={},
    )
    told: list[Message] = []
    script = person or Script()
    made = clients()
    vars(made)["account"] = ACCOUNT
    ctx = Context(
        environment=environment,
        region=REGION,
        clients=made,
        tell=told.append,
        person=script,
        build=folder,
        recorded=folder / "durations.json",
        sleep=lambda _: None,
        now=lambda: NOON.replace(hour=13),
    )
    with ExitStack() as stack:
        cfn, s3 = (stack.enter_context(Stubber(client)) for client in (made.cloudformation, made.s3))
        yield Stage(ctx, script, told, cfn, s3)
        cfn.assert_no_pending_responses()
        s3.assert_no_pending_responses()


__all__ = ["ANY", "CHANGE_SET", "DATA", "NESTED", "NOON", "ROOT", "Script", "Stage", "resource_change", "row", "stage"]
