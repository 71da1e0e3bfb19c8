"""Resources of a statement that are no ARNs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from gate.policies import Policy, policies
from gate.rule import Hit, rule
from gate.tree import Reference, Tree, Value
from gate.tree.arns import spelled

_BY_NAME: Final = frozenset(
    {
        *("AWS::DynamoDB::Table", "AWS::ECR::Repository", "AWS::ECS::Cluster", "AWS::EFS::AccessPoint"),
        *("AWS::EFS::FileSystem", "AWS::ElastiCache::ReplicationGroup", "AWS::Events::Rule", "AWS::IAM::Role"),
        *("AWS::IAM::User", "AWS::KMS::Key", "AWS::Kinesis::Stream", "AWS::KinesisFirehose::DeliveryStream"),
        *("AWS::Lambda::Function", "AWS::Logs::LogGroup", "AWS::RDS::DBCluster", "AWS::RDS::DBInstance"),
        *("AWS::S3::Bucket", "AWS::SQS::Queue", "AWS::SSM::Parameter"),
    }
)
"""Types whose ``Ref`` is a name, an id or a URL ("Return values" of each in the template reference, 2026-11)."""

_TEMPLATE = """
Resources:
  Stream: {{Type: AWS::Kinesis::Stream, Properties: {{ShardCount: 1}}}}
  Policy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement: {{Effect: Allow, Action: kinesis:PutRecord, Resource: {resource}}}
"""


@rule(
    id="E9404",
    title="Every resource of a statement is an ARN",
    reason=(
        "IAM refuses a resource that is no ARN, or one of another partition. Ref of a stream, queue, bucket, table, "
        "key or log group gives its name, URL or id, not its ARN."
    ),
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html",
    good=_TEMPLATE.format(resource="!GetAtt Stream.Arn"),
    bad=_TEMPLATE.format(resource="!Ref Stream"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Read every resource."""
    for policy in policies(tree):
        for statement in policy.statements:
            element = "Resource" if statement.resources else "NotResource"
            for value in (*statement.resources, *statement.not_resources):
                wrong = _wrong(tree, policy, value)
                if wrong:
                    fix = "Write an ARN: Fn::GetAtt of the Arn attribute, or Fn::Sub with ${AWS::Partition}."
                    yield Hit(policy.holder, (*statement.path, element), wrong, fix)


def _wrong(tree: Tree, policy: Policy, value: Value) -> str | None:
    if isinstance(value, Reference) and value.attribute == "Ref" and value.type in _BY_NAME:
        return f"{value} is not the ARN of the {value.type}"
    text = spelled(tree, value)
    if (
        text is None or text == "*" or not re.match(r"[\x20-\x7e]", text)
    ):  # nothing known, or it starts with an attribute
        return None
    if policy.service == "execute-api" and text.startswith("execute-api:"):
        return None
    fields = text.split(":", 5)
    fields += ["*"] * (6 - len(fields) if policy.kind == "identity" and len(fields) >= 3 else 0)  # IAM completes it
    if fields[0] != "arn" or len(fields) < 6:
        return f"{value} is no ARN"
    if not re.fullmatch(r"[\w-]+|\*", fields[1]) or not re.fullmatch(r"[a-z0-9-]+", fields[2]):
        wildcard = re.search(r"[*?]", fields[2]) and policy.kind != "identity"
        return None if wildcard else f"{value} is no ARN: partition and service must be named"
    if fields[1] not in {"*", tree.context.partition}:
        return f"{value} is in the partition {fields[1]}; this region is in {tree.context.partition}"
    if fields[2] == "iam" and fields[3]:
        return f"{value} has a region; ARNs of IAM have none"
    return None
