"""Subscriptions whose endpoint is not what their protocol delivers to."""

from __future__ import annotations

from collections.abc import Iterator

from gate.identifiers import ARN, given
from gate.rule import Hit, rule
from gate.tree import Reference, Resource, Tree, Value, as_text, dig, items

_TEMPLATE = """
Resources:
  Queue: {{Type: AWS::SQS::Queue}}
  Topic: {{Type: AWS::SNS::Topic}}
  Subscription:
    Type: AWS::SNS::Subscription
    Properties: {{TopicArn: !Ref Topic, Protocol: sqs, Endpoint: {endpoint}}}
"""
_TYPES = {
    "sqs": ("AWS::SQS::Queue",),
    "lambda": ("AWS::Lambda::Function", "AWS::Lambda::Alias", "AWS::Lambda::Version"),
    "firehose": ("AWS::KinesisFirehose::DeliveryStream",),
}


@rule(
    id="E9290",
    title="A subscription's endpoint is of its protocol",
    reason="SNS delivers to queues, functions and delivery streams by their ARN, and refuses anything else.",
    source="https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html",
    good=_TEMPLATE.format(endpoint="!GetAtt Queue.Arn"),
    bad=_TEMPLATE.format(endpoint="!Ref Queue"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the endpoint of each subscription with its protocol."""
    for resource, path, protocol, endpoint in _subscriptions(tree):
        wanted = _TYPES.get(protocol or "")
        if not wanted or not isinstance(endpoint, Reference):
            continue
        found = given(endpoint)
        if found is None or not found.type:
            continue
        if found.type not in wanted:
            message = f"{protocol} delivers to {wanted[0]}, but the endpoint is of type {found.type}"
            yield Hit(resource, path, message, "Name an endpoint of the protocol, or change the protocol.")
        elif found.form not in (ARN, None):
            message = f"the endpoint is the {found.form} of {tree.at(endpoint).path}; its ARN is wanted"
            yield Hit(resource, path, message, "Use Fn::GetAtt with the attribute Arn.")


def _subscriptions(tree: Tree) -> Iterator[tuple[Resource, tuple[str | int, ...], str | None, Value]]:
    for each in tree.resources("AWS::SNS::Subscription"):
        yield each, ("Endpoint",), as_text(tree.literal(each.get("Protocol"))), each.get("Endpoint")
    for topic in tree.resources("AWS::SNS::Topic"):
        for index, entry in enumerate(items(topic.get("Subscription"))):
            protocol = as_text(tree.literal(dig(entry, "Protocol")))
            yield topic, ("Subscription", index, "Endpoint"), protocol, dig(entry, "Endpoint")
