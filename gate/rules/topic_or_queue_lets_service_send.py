"""Topics and queues that the service which is to send to them may not use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gate.rule import Hit, rule
from gate.senders import QUEUE, TOPIC, senders
from gate.tree import Tree
from gate.tree.iam import allows, resource_statements

_ACTIONS: Final = {TOPIC: "sns:Publish", QUEUE: "sqs:SendMessage"}
_DEFAULT: Final = frozenset({"cloudwatch.amazonaws.com", "events.rds.amazonaws.com"})
"""Services that publish with the account's own rights, which the policy a topic is born with allows."""

_TEMPLATE = """
Resources:
  Topic: {{Type: AWS::SNS::Topic}}
  Policy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Topic]
      PolicyDocument:
        Statement:
          - Effect: Allow
            Principal: {{Service: {service}.amazonaws.com}}
            Action: sns:Publish
            Resource: !Ref Topic
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
    id="E9442",
    title="A topic or queue lets the service that sends to it do so",
    reason=(
        "A queue takes messages of SNS, S3 and EventBridge, and a topic those of S3, EventBridge and CloudTrail, only "
        "if its policy says so; and a policy that a topic is given replaces the one that lets alarms publish. S3 "
        "refuses to be set up otherwise; elsewhere messages are lost without a word."
    ),
    source="https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html",
    good=_TEMPLATE.format(service="cloudwatch"),
    bad=_TEMPLATE.format(service="events"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Ask the policy of every topic and queue that a service sends to."""
    for sender in senders(tree, TOPIC, QUEUE):
        policy = resource_statements(tree, sender.target)
        action = _ACTIONS[sender.target.type]
        if not policy and sender.target.type == TOPIC and sender.service in _DEFAULT:
            continue
        if allows(tree, policy, action, sender.target, sender.service, context=sender.context(tree)) is False:
            yield Hit(
                sender.by,
                sender.path,
                f"the policy of {sender.target.path} does not let {sender.service} call {action}",
                f"Allow {action} to {{Service: {sender.service}}} in the policy of {sender.target.id}.",
            )
