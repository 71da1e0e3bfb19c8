"""Step scaling policies that nobody calls."""

from __future__ import annotations

from collections.abc import Iterator

from gate.completeness import complete
from gate.rule import Hit, rule
from gate.tree import Tree, as_text, unknown

_TEMPLATE = """
Resources:
  Policy:
    Type: AWS::ApplicationAutoScaling::ScalingPolicy
    Properties:
      PolicyName: more
      PolicyType: StepScaling
      ScalableDimension: ecs:service:DesiredCount
      ServiceNamespace: ecs
      ResourceId: service/films/web
      StepScalingPolicyConfiguration:
        AdjustmentType: ChangeInCapacity
        StepAdjustments: [{{MetricIntervalLowerBound: 0, ScalingAdjustment: 1}}]
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/ECS
      MetricName: CPUUtilization
      Dimensions: [{{Name: ClusterName, Value: films}}, {{Name: ServiceName, Value: web}}]
      Statistic: Average
      Period: 60
      EvaluationPeriods: 1
      Threshold: 80
      ComparisonOperator: GreaterThanThreshold
      AlarmActions: [{action}]
"""


@rule(
    id="E9557",
    title="A step scaling policy is called by an alarm",
    reason="Step and simple policies do nothing by themselves: without an alarm that names them they never scale.",
    source="https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-step-scaling-policies.html",
    good=_TEMPLATE.format(action="!Ref Policy"),
    bad=_TEMPLATE.format(action='!Sub "arn:aws:sns:${AWS::Region}:${AWS::AccountId}:topic"'),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look for an alarm that refers to each policy of this kind."""
    alarms = list(tree.resources("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"))
    if not complete(tree) or any(
        unknown(alarm.get(name)) for alarm in alarms for name in ("AlarmActions", "OKActions")
    ):
        return
    for policy in tree.resources("AWS::ApplicationAutoScaling::ScalingPolicy", "AWS::AutoScaling::ScalingPolicy"):
        kind = as_text(tree.literal(policy.get("PolicyType")))
        simple = kind is None and policy.type == "AWS::AutoScaling::ScalingPolicy" and policy.get("PolicyType") is None
        if (
            (simple or kind in {"StepScaling", "SimpleScaling"})
            and not tree.referrers(policy)
            and not _shown(tree, policy.id)
        ):
            message = "no alarm calls it: it never scales"
            yield Hit(policy, (), message, "Name it in AlarmActions of an alarm.")


def _shown(tree: Tree, name: str) -> bool:
    """Tell whether an output gives the policy to somebody outside the tree."""
    return any(name in str(value) for value in tree.root.outputs.values())
