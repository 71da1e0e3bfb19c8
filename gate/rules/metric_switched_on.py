"""Metrics that a service publishes only when it is asked to."""

from __future__ import annotations

from collections.abc import Iterator

from gate.metrics import Watched, watched
from gate.rule import Hit, rule
from gate.tree import Reference, Resource, Tree, Unknown, Value, as_text, dig, items

_TEMPLATE = """
Resources:
  Cluster:
    Type: AWS::ECS::Cluster
    Properties: {{ClusterSettings: [{{Name: containerInsights, Value: {insights}}}]}}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: ECS/ContainerInsights
      MetricName: RunningTaskCount
      Dimensions: [{{Name: ClusterName, Value: !Ref Cluster}}]
      Statistic: Average
      Period: 60
      EvaluationPeriods: 1
      Threshold: 1
      ComparisonOperator: LessThanThreshold
"""


@rule(
    id="E9556",
    title="A metric that must be asked for is asked for",
    reason=(
        "Container Insights publishes for clusters that switch it on, Kinesis publishes metrics of shards that are "
        "named, S3 publishes metrics of requests for a filter of the bucket: otherwise there is no data."
    ),
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-container-insights.html",
    good=_TEMPLATE.format(insights="enabled"),
    bad=_TEMPLATE.format(insights="disabled"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at the resource behind each metric of these kinds."""
    for metric in watched(tree):
        for value in (metric.dimensions or {}).values():
            resource = tree.at(value) if isinstance(value, Reference) else None
            reason = _off(tree, metric, resource) if resource else None
            if resource and reason:
                message = f"{metric.namespace} {metric.name} is not published: {reason}"
                yield Hit(metric.place, metric.path, message, f"Switch it on at {resource.path}.")


def _off(tree: Tree, metric: Watched, resource: Resource) -> str | None:
    if metric.namespace == "ECS/ContainerInsights" and resource.type == "AWS::ECS::Cluster":
        settings = resource.get("ClusterSettings")
        values = [dig(each, "Value") for each in items(settings) if as_text(dig(each, "Name")) == "containerInsights"]
        off = values and as_text(tree.literal(values[0])) == "disabled"
        return "the cluster has no containerInsights" if off else None
    if metric.namespace == "AWS/Kinesis" and "ShardId" in (metric.dimensions or {}):
        return _lacks(tree, resource.get("DesiredShardLevelMetrics"), metric.name)
    if metric.namespace == "AWS/S3" and "FilterId" in (metric.dimensions or {}) and resource.type == "AWS::S3::Bucket":
        wanted = (metric.dimensions or {}).get("FilterId")
        given = resource.get("MetricsConfigurations")
        known = [dig(each, "Id") for each in items(given)]
        if not isinstance(given, Unknown) and all(tree.same(wanted, each) is False for each in known):
            return "the bucket has no such metrics configuration"
    return None


def _lacks(tree: Tree, given: Value, name: str) -> str | None:
    names = [as_text(tree.literal(each)) for each in items(given)]
    if isinstance(given, Unknown) or None in names or {name, "ALL"} & set(names):
        return None
    return "the stream does not ask for it"
