"""Roles of rules, schedules, pipes and filters that may not deliver."""

from __future__ import annotations

from collections.abc import Iterator

from gate.deliveries import READ, SEND, delivery
from gate.needs import Need, key_of, lacking, secret
from gate.principals import spread
from gate.rule import Hit, rule
from gate.tree import Tree, dig

_SENDERS = (
    ("AWS::Events::Rule", "Targets.*", "RoleArn", "Arn"),
    ("AWS::KinesisFirehose::DeliveryStream", "ExtendedS3DestinationConfiguration", "RoleARN", "BucketARN"),
    ("AWS::KinesisFirehose::DeliveryStream", "S3DestinationConfiguration", "RoleARN", "BucketARN"),
    ("AWS::Logs::SubscriptionFilter", "", "RoleArn", "DestinationArn"),
    ("AWS::Pipes::Pipe", "", "RoleArn", "Target"),
    ("AWS::SNS::Subscription", "", "SubscriptionRoleArn", "Endpoint"),
    ("AWS::Scheduler::Schedule", "Target", "RoleArn", "Arn"),
)
_READERS = (
    ("AWS::KinesisFirehose::DeliveryStream", "KinesisStreamSourceConfiguration", "RoleARN", "KinesisStreamARN"),
    ("AWS::Pipes::Pipe", "", "RoleArn", "Source"),
)
"""Type, the object in it (``*`` for each of a list), its property with the role and the one with the other end."""

_TEMPLATE = """
Resources:
  Jobs: {{Type: AWS::SQS::Queue}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {{Effect: Allow, Principal: {{Service: scheduler.amazonaws.com}}, Action: sts:AssumeRole}}
      Policies:
        - PolicyName: send
          PolicyDocument: {{Statement: {{Effect: Allow, Action: {action}, Resource: !GetAtt Jobs.Arn}}}}
  Nightly:
    Type: AWS::Scheduler::Schedule
    Properties:
      ScheduleExpression: rate(1 day)
      FlexibleTimeWindow: {{Mode: "OFF"}}
      Target: {{Arn: !GetAtt Jobs.Arn, RoleArn: !GetAtt Role.Arn}}
"""


@rule(
    id="E9437",
    title="A service's role may reach what the service reads and delivers to",
    reason=(
        "EventBridge, Scheduler, Pipes, Firehose, log subscriptions and RDS Proxy act with the role that they have. "
        "What it may not do is refused at creation, or fails at every delivery without anybody being told."
    ),
    source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html",
    good=_TEMPLATE.format(action="sqs:SendMessage"),
    bad=_TEMPLATE.format(action="sqs:ReceiveMessage"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Ask the role of every such consumer."""
    yield from lacking(tree, _needs(tree))


def _needs(tree: Tree) -> Iterator[Need]:
    for rows, actions in ((_SENDERS, SEND), (_READERS, READ)):
        for type_, base, role_property, end in rows:
            for consumer in tree.resources(type_):
                for path, body in spread(consumer, base):
                    role = tree.target(dig(body, role_property), "AWS::IAM::Role")
                    if role:
                        to = dig(body, end)
                        yield from delivery(tree, consumer, (*path, end), role=role, to=to, actions=actions)
    for proxy in tree.resources("AWS::RDS::DBProxy"):
        role = tree.target(proxy.get("RoleArn"), "AWS::IAM::Role")
        for path, value in spread(proxy, "Auth.*.SecretArn") if role else ():
            if role:
                on = secret(tree, value)
                yield Need(proxy, path, role, ("secretsmanager:GetSecretValue",), on)
                held = tree.target(on)
                key = key_of(tree, held) if held else None
                if key:
                    yield Need(proxy, path, role, ("kms:Decrypt",), key)
