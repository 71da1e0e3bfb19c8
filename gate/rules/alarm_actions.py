"""Alarms whose actions are nothing that an alarm can do."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Reference, Tree, Value, arn, as_text, items

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
      AlarmActions: [{action}]
"""
_ACTIONS = {
    "AWS::SNS::Topic": ("Ref", "TopicArn"),
    "AWS::ApplicationAutoScaling::ScalingPolicy": ("Ref", "Arn"),
    "AWS::AutoScaling::ScalingPolicy": ("Ref", "Arn", "PolicyARN"),
    "AWS::Lambda::Function": ("Arn",),
    "AWS::Lambda::Alias": ("Ref", "AliasArn"),
    "AWS::Lambda::Version": ("Ref", "FunctionArn"),
    "AWS::SSMIncidents::ResponsePlan": ("Ref", "Arn"),
    "AWS::DevOpsGuru::NotificationChannel": (),
}
_SERVICES = {
    "sns",
    "autoscaling",
    "lambda",
    "automate",
    "swf",
    "ssm",
    "ssm-incidents",
    "aiops",
    "application-autoscaling",
}


@rule(
    id="E9553",
    title="An alarm calls a topic, a scaling policy or a function, by its ARN, in its own region",
    reason=(
        "PutMetricAlarm refuses what is no ARN of an action, and one of another region; anything else that it takes "
        "is called in vain."
    ),
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html",
    good=_TEMPLATE.format(action="!Ref Topic"),
    bad=_TEMPLATE.format(action="!GetAtt Queue.Arn"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Judge each action of alarms and composite alarms."""
    for alarm in tree.resources("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"):
        for name in ("AlarmActions", "OKActions", "InsufficientDataActions"):
            for index, value in enumerate(items(alarm.get(name))):
                message = _wrong(tree, value)
                if message:
                    yield Hit(alarm, (name, index), message, "Give the ARN of a topic of the alarm's region.")


def _wrong(tree: Tree, value: Value) -> str | None:
    if isinstance(value, Reference):
        if value.type.startswith("AWS::") and value.type not in _ACTIONS:
            return f"{value} is a {value.type}, which an alarm cannot call"
        if value.type in _ACTIONS and value.attribute not in _ACTIONS[value.type]:
            return f"{value} is not the ARN"
        return None
    fields = arn(value)
    if fields is None:
        text = as_text(value)
        return f"{text!r} is no ARN" if text is not None else None
    region, service = as_text(fields.region), as_text(fields.service)
    if service is not None and service not in _SERVICES:
        return f"an alarm cannot call {service}"
    if region and region != tree.context.region:
        return f"it is in {region}, the alarm in {tree.context.region}"
    return None
