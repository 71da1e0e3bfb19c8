"""FIFO queues and topics to which a service cannot send."""

from __future__ import annotations

from collections.abc import Iterator

from gate.messaging import is_fifo
from gate.rule import Hit, rule
from gate.tree import Path, Resource, Tree, Value, dig, items

_TEMPLATE = """
Resources:
  Queue: {{Type: AWS::SQS::Queue, Properties: {{{kind}}}}}
  Topic: {{Type: AWS::SNS::Topic}}
  Subscription:
    Type: AWS::SNS::Subscription
    Properties: {{TopicArn: !Ref Topic, Protocol: sqs, Endpoint: !GetAtt Queue.Arn}}
"""
_KINDS = ("AWS::SQS::Queue", "AWS::SNS::Topic")


@rule(
    id="E9271",
    title="What sends without a message group does not send to a FIFO queue or topic",
    reason=(
        "Standard topics, S3 notifications, alarms, event rules without a message group and the dead-letter settings "
        "of functions and subscriptions of standard topics cannot use FIFO queues and topics."
    ),
    source="https://docs.aws.amazon.com/sns/latest/dg/fifo-topic-message-delivery.html",
    good=_TEMPLATE.format(kind=""),
    bad=_TEMPLATE.format(kind="FifoQueue: true"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at the kind of the queue or topic of each sender."""
    for resource, path, value in _sent(tree):
        target = tree.target(value, *_KINDS)
        if target and is_fifo(tree, target):
            message = f"{target.path} is FIFO, which {resource.type} cannot send to"
            yield Hit(resource, path, message, "Name a standard queue or topic.")


def _sent(tree: Tree) -> Iterator[tuple[Resource, Path, Value]]:
    for subscription in tree.resources("AWS::SNS::Subscription"):
        topic = tree.target(subscription.get("TopicArn"), "AWS::SNS::Topic")
        if topic and is_fifo(tree, topic) is False:
            yield subscription, ("Endpoint",), subscription.get("Endpoint")
            yield subscription, ("RedrivePolicy",), subscription.get("RedrivePolicy.deadLetterTargetArn")
    for bucket in tree.resources("AWS::S3::Bucket"):
        for kind, name in (("QueueConfigurations", "Queue"), ("TopicConfigurations", "Topic")):
            for index, each in enumerate(items(bucket.get(("NotificationConfiguration", kind)))):
                yield bucket, ("NotificationConfiguration", kind, index, name), dig(each, name)
    for alarm in tree.resources("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"):
        for name in ("AlarmActions", "OKActions", "InsufficientDataActions"):
            for index, action in enumerate(items(alarm.get(name))):
                yield alarm, (name, index), action
    for function in tree.resources("AWS::Lambda::Function"):
        yield function, ("DeadLetterConfig", "TargetArn"), function.get("DeadLetterConfig.TargetArn")
    for event in tree.resources("AWS::Events::Rule"):
        for index, each in enumerate(items(event.get("Targets"))):
            if dig(each, "SqsParameters.MessageGroupId") is None:
                yield event, ("Targets", index, "Arn"), dig(each, "Arn")
