"""Encrypted topics and queues whose key the sending service may not use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gate.needs import key_of
from gate.rule import Hit, rule
from gate.senders import QUEUE, TOPIC, senders
from gate.tree import Resource, Tree, as_text
from gate.tree.iam import allows, resource_statements

_ACTIONS: Final = ("kms:GenerateDataKey", "kms:Decrypt")

_TEMPLATE = """
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - {{Effect: Allow, Principal: {{AWS: !Ref AWS::AccountId}}, Action: kms:*, Resource: "*"}}
          - Effect: Allow
            Principal: {{Service: {service}.amazonaws.com}}
            Action: ["kms:GenerateDataKey*", kms:Decrypt]
            Resource: "*"
  Topic: {{Type: AWS::SNS::Topic, Properties: {{KmsMasterKeyId: !Ref Key}}}}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmActions: [!Ref Topic]
      Namespace: AWS/SQS
      MetricName: NumberOfMessagesSent
      ComparisonOperator: GreaterThanThreshold
      EvaluationPeriods: 1
      Threshold: 1
"""


@rule(
    id="E9443",
    title="The key of a topic or queue lets the service that sends to it through",
    reason=(
        "CloudWatch, EventBridge, S3 and SNS need kms:GenerateDataKey* and kms:Decrypt on the key of an encrypted "
        "topic or queue, by its key policy. Without them, and with the key that AWS manages, messages are lost."
    ),
    source="https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services",
    good=_TEMPLATE.format(service="cloudwatch"),
    bad=_TEMPLATE.format(service="logs"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Ask the key of every encrypted topic and queue that a service sends to."""
    for sender in senders(tree, TOPIC, QUEUE):
        target = sender.target
        if _managed_by_aws(target):
            message = f"{target.path} is encrypted with a key of AWS, which {sender.service} cannot use"
            fix = f"Encrypt {target.id} with a customer key whose policy allows {sender.service}."
            yield Hit(sender.by, sender.path, message, fix)
            continue
        key = key_of(tree, target)
        policy = resource_statements(tree, key) if key else ()
        context = sender.context(tree)
        missing = [
            a for a in _ACTIONS if key and allows(tree, policy, a, None, sender.service, context=context) is False
        ]
        if key and missing:
            yield Hit(
                sender.by,
                sender.path,
                f"{key.path}, the key of {target.path}, does not let {sender.service} call {' and '.join(missing)}",
                f"Allow {' and '.join(missing)} to {{Service: {sender.service}}} in the key policy of {key.id}.",
            )


def _managed_by_aws(target: Resource) -> bool:
    return (as_text(target.get("KmsMasterKeyId")) or "").endswith(("alias/aws/sns", "alias/aws/sqs"))
