"""Alarms that ring where nobody hears."""

from __future__ import annotations

from collections.abc import Iterator

from gate.completeness import complete
from gate.rule import Hit, rule
from gate.tree import Tree, as_bool, text

_TEMPLATE = """
Resources:
  Topic: {{Type: AWS::SNS::Topic}}
  Queue: {{Type: AWS::SQS::Queue}}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/SQS
      MetricName: ApproximateNumberOfMessagesVisible
      Dimensions: [{{Name: QueueName, Value: !GetAtt Queue.QueueName}}]
      Statistic: Maximum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 0
      ComparisonOperator: GreaterThanThreshold
      {action}
"""
_ACTIONS = ("AlarmActions", "OKActions", "InsufficientDataActions")


@rule(
    id="W9652",
    title="An alarm tells somebody",
    reason="An alarm without an action turns red in the console and nobody learns of it. Security Hub: CloudWatch.15.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html",
    good=_TEMPLATE.format(action="AlarmActions: [!Ref Topic]"),
    bad=_TEMPLATE.format(action="TreatMissingData: notBreaching"),
    profile="production",
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look for the actions of each alarm that nothing else refers to."""
    for alarm in tree.resources("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm") if complete(tree) else ():
        if as_bool(tree.literal(alarm.get("ActionsEnabled"))) is False:
            yield Hit(alarm, "ActionsEnabled", "its actions are switched off", "Write ActionsEnabled: true.")
        name = text(tree.literal(tree.name(alarm)))
        used = any(use.resource.type != "AWS::CloudWatch::Dashboard" for use in tree.referrers(alarm)) or any(
            name is not None and name in (text(tree.literal(each.get("AlarmRule"))) or "")
            for each in tree.resources("AWS::CloudWatch::CompositeAlarm")
        )
        if not used and all(alarm.get(action) in (None, []) for action in _ACTIONS):
            yield Hit(alarm, "AlarmActions", "it calls nobody", "Name a topic in AlarmActions.")
