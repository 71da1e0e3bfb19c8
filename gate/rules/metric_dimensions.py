"""Metrics that are watched under dimensions which they do not have."""

from __future__ import annotations

from collections.abc import Iterator

from gate.metrics import published, watched
from gate.rule import Hit, rule
from gate.tree import Tree

_TEMPLATE = """
Resources:
  Cluster: {{Type: AWS::ECS::Cluster}}
  Service: {{Type: AWS::ECS::Service, Properties: {{Cluster: !Ref Cluster, TaskDefinition: app}}}}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/ECS
      MetricName: CPUUtilization
      Dimensions:
        - {{Name: ServiceName, Value: !GetAtt Service.Name}}
        {cluster}
      Statistic: Average
      Period: 60
      EvaluationPeriods: 1
      Threshold: 80
      ComparisonOperator: GreaterThanThreshold
"""


@rule(
    id="E9551",
    title="A metric is watched under the dimensions with which it is published",
    reason=(
        "A metric is its name and all of its dimensions: with one too few, one too many or one that is spelled "
        "otherwise there is no data, and the alarm never rings."
    ),
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html",
    good=_TEMPLATE.format(cluster="- {Name: ClusterName, Value: !Ref Cluster}"),
    bad=_TEMPLATE.format(cluster=""),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the names of the dimensions with the sets that the service publishes."""
    for metric in watched(tree):
        groups = [each for each in published().get(metric.namespace, ()) if each.has(metric.name)]
        if metric.dimensions is None or not groups or any(each.sets is None for each in groups):
            continue
        allowed = {names for each in groups for names in each.sets or ()}
        if frozenset(metric.dimensions) not in allowed:
            given = " and ".join(sorted(metric.dimensions)) or "no dimension"
            shown = ", or ".join(sorted(" and ".join(sorted(names)) or "no dimension" for names in allowed))
            at = metric.path if "DashboardBody" in metric.path else (*metric.path, "Dimensions")
            message = f"{metric.namespace} {metric.name} is not published with {given}"
            yield Hit(metric.place, at, message, f"Give {shown}.")
