"""What code does with the resources that it is handed: the actions that touch their data, and the key's part in it.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from gate.tree import Path, Reference, Resource, Text, Tree, references
from gate.workloads import entries

DATA: Final[Mapping[str, tuple[str, ...]]] = {
    "AWS::DynamoDB::Table": tuple(
        f"dynamodb:{verb}"
        for verb in (
            *("GetItem", "BatchGetItem", "Query", "Scan", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"),
            *("PartiQLSelect", "PartiQLInsert", "PartiQLUpdate", "PartiQLDelete"),
        )
    ),
    "AWS::Kinesis::Stream": tuple(
        f"kinesis:{verb}" for verb in ("PutRecord", "PutRecords", "GetRecords", "SubscribeToShard")
    ),
    "AWS::KinesisFirehose::DeliveryStream": ("firehose:PutRecord", "firehose:PutRecordBatch"),
    "AWS::RDS::DBCluster": ("secretsmanager:GetSecretValue",),
    "AWS::RDS::DBInstance": ("secretsmanager:GetSecretValue",),
    "AWS::S3::Bucket": ("s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"),
    "AWS::SNS::Topic": ("sns:Publish", "sns:Subscribe"),
    "AWS::SQS::Queue": ("sqs:SendMessage", "sqs:ReceiveMessage", "sqs:PurgeQueue", "sqs:StartMessageMoveTask"),
    "AWS::SecretsManager::Secret": ("secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"),
}
"""Actions that move data, by type: whoever is handed such a resource needs at least one. Of a database only the secret
that RDS manages is meant."""

KEY_USE: Final[Mapping[str, tuple[str, ...]]] = {
    "kinesis:GetRecords": ("kms:Decrypt",),
    "kinesis:PutRecord": ("kms:GenerateDataKey",),
    "kinesis:PutRecords": ("kms:GenerateDataKey",),
    "s3:GetObject": ("kms:Decrypt",),
    "s3:PutObject": ("kms:GenerateDataKey",),
    "secretsmanager:GetSecretValue": ("kms:Decrypt",),
    "sns:Publish": ("kms:GenerateDataKey", "kms:Decrypt"),
    "sqs:ReceiveMessage": ("kms:Decrypt",),
    "sqs:SendMessage": ("kms:GenerateDataKey", "kms:Decrypt"),
}
"""What an action on encrypted data takes on a customer key. Sources:
https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html,
https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html,
https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html,
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
"""

_NAMING: Final = frozenset({"Ref", "Arn", "Id", "Name", "QueueName", "QueueUrl", "TopicArn", "TopicName"})
_SECRET: Final = "MasterUserSecret.SecretArn"  # noqa: S105 - the name of an attribute


def handed(tree: Tree, workload: Resource) -> Iterator[tuple[Path, Reference, Resource]]:
    """Yield the resources with data that a workload is handed by its environment, each with what names it."""
    for entry in entries(workload):
        first = entry.value.parts[0] if isinstance(entry.value, Text) else ""
        if entry.secret or (isinstance(first, str) and first.startswith("http")):
            continue
        for reference in references(entry.value):
            database = reference.type.startswith("AWS::RDS::")
            if reference.type in DATA and (
                reference.attribute == _SECRET if database else reference.attribute in _NAMING
            ):
                yield entry.path, reference, tree.at(reference)
