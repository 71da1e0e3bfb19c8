"""Alarms on percentages that never ring, or always."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Tree, as_number, as_text

_TEMPLATE = """
Resources:
  Cluster:
    Type: AWS::RDS::DBCluster
    Properties: {{Engine: aurora-postgresql, MasterUsername: films, ManageMasterUserPassword: true}}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/RDS
      MetricName: CPUUtilization
      Dimensions: [{{Name: DBClusterIdentifier, Value: !Ref Cluster}}]
      Statistic: {statistic}
      Period: 60
      EvaluationPeriods: 1
      Threshold: 80
      ComparisonOperator: GreaterThanThreshold
"""
_PERCENTAGES = {
    "AWS/RDS": {"CPUUtilization", "ACUUtilization", "BufferCacheHitRatio"},
    "AWS/ElastiCache": {"CPUUtilization", "EngineCPUUtilization", "DatabaseMemoryUsagePercentage"},
    "AWS/EFS": {"PercentIOLimit"},
    "AWS/EC2": {"CPUUtilization"},
    "AWS/ECS": {"CPUReservation", "MemoryReservation"},
}
"""Metrics of the unit Percent that cannot exceed 100 (pages of each service, 2026-11)."""


@rule(
    id="E9558",
    title="An alarm on a percentage compares percentages",
    reason=(
        "The sum of percentages grows with the number of measurements and says nothing; a percentage above 100 or "
        "below 0 never comes."
    ),
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html",
    good=_TEMPLATE.format(statistic="Maximum"),
    bad=_TEMPLATE.format(statistic="Sum"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at the statistic and the threshold of each alarm on such a metric."""
    for alarm in tree.resources("AWS::CloudWatch::Alarm"):
        space, name = (as_text(tree.literal(alarm.get(key))) for key in ("Namespace", "MetricName"))
        if name not in _PERCENTAGES.get(space or "", ()):
            continue
        statistic = as_text(tree.literal(alarm.get("Statistic")))
        threshold = as_number(tree.literal(alarm.get("Threshold")))
        operator = as_text(tree.literal(alarm.get("ComparisonOperator"))) or ""
        if statistic in {"Sum", "SampleCount"}:
            message = f"{statistic} of {name} is no percentage"
            yield Hit(alarm, "Statistic", message, "Write Average or Maximum.")
        elif threshold is not None and (
            (operator.startswith("Greater") and threshold > 100) or (operator.startswith("Less") and threshold < 0)
        ):
            yield Hit(alarm, "Threshold", f"{name} never comes to {threshold:g}", "Write a percentage from 0 to 100.")
