"""Composite alarms over alarms that do not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gate.completeness import complete
from gate.rule import Hit, rule
from gate.tree import Reference, Text, Tree, as_text, unknown

_TEMPLATE = """
Resources:
  Queue: {{Type: AWS::SQS::Queue}}
  Full:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: queue-is-full
      Namespace: AWS/SQS
      MetricName: ApproximateNumberOfMessagesVisible
      Dimensions: [{{Name: QueueName, Value: !GetAtt Queue.QueueName}}]
      Statistic: Maximum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 0
      ComparisonOperator: GreaterThanThreshold
  Bad:
    Type: AWS::CloudWatch::CompositeAlarm
    DependsOn: Full
    Properties: {{AlarmRule: 'ALARM("{name}")'}}
"""
_CHILD = re.compile(r"\b(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*['\"]?([^'\")]+?)['\"]?\s*\)")
_OPEN, _CLOSE = "\ue000", "\ue001"


@rule(
    id="E9554",
    title="The alarms that a composite alarm combines exist",
    reason="PutCompositeAlarm refuses a rule that names an alarm which is not there.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html",
    good=_TEMPLATE.format(name="queue-is-full"),
    bad=_TEMPLATE.format(name="queue-full"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look for each alarm of each rule, by name or by reference."""
    alarms = list(tree.resources("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"))
    for composite in tree.resources("AWS::CloudWatch::CompositeAlarm"):
        value = tree.literal(composite.get("AlarmRule"))
        parts = value.parts if isinstance(value, Text) else (value,)
        if unknown(value):
            continue
        for part in parts:
            if isinstance(part, Reference) and part.type not in {alarm.type for alarm in alarms}:
                message = f"{part} is no alarm"
                yield Hit(composite, "AlarmRule", message, "Name an alarm.")
        text = "".join(part if isinstance(part, str) else f"{_OPEN}{part}{_CLOSE}" for part in parts)
        names = {as_text(tree.literal(tree.name(alarm))) for alarm in alarms if tree.name(alarm) is not None}
        for name in _CHILD.findall(text) if complete(tree) and None not in names else ():
            if _OPEN not in name and name.rpartition(":alarm:")[2] not in names and alarms != [composite]:
                message = f"no alarm of the tree is named {name}"
                yield Hit(composite, "AlarmRule", message, "Use Ref of the alarm.")
