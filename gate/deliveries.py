"""What sending to a resource and reading from it takes.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from gate.needs import Need, key_of
from gate.tree import Path, Resource, Tree, Value

SEND: Final[Mapping[str, tuple[str, ...]]] = {
    "AWS::Kinesis::Stream": ("kinesis:PutRecord",),
    "AWS::KinesisFirehose::DeliveryStream": ("firehose:PutRecord",),
    "AWS::Lambda::Function": ("lambda:InvokeFunction",),
    "AWS::S3::Bucket": ("s3:PutObject",),
    "AWS::SNS::Topic": ("sns:Publish",),
    "AWS::SQS::Queue": ("sqs:SendMessage",),
    "AWS::StepFunctions::StateMachine": ("states:StartExecution",),
}
READ: Final[Mapping[str, tuple[str, ...]]] = {
    "AWS::DynamoDB::Table": ("dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"),
    "AWS::Kinesis::Stream": ("kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:DescribeStream"),
    "AWS::SQS::Queue": ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
}
_DATA_KEY: Final = frozenset({"AWS::Kinesis::Stream", "AWS::S3::Bucket", "AWS::SNS::Topic", "AWS::SQS::Queue"})


def delivery(
    tree: Tree, consumer: Resource, path: Path, *, role: Resource, to: Value, actions: Mapping[str, tuple[str, ...]]
) -> Iterator[Need]:
    """Yield what a role needs to send to (``SEND``), or read from (``READ``), the resource that ``to`` names."""
    on = tree.target(to, *actions)
    if on is None:
        return
    exact = to if on.type == "AWS::DynamoDB::Table" else on
    yield Need(consumer, path, role, actions[on.type], exact)
    key = key_of(tree, on) if on.type in _DATA_KEY else None
    if key:
        use = "kms:Decrypt" if actions is READ else "kms:GenerateDataKey"
        service = f"{actions[on.type][0].partition(':')[0]}.{tree.context.region}.{tree.context.url_suffix}"
        yield Need(consumer, path, role, (use,), key, {"kms:ViaService": service})
