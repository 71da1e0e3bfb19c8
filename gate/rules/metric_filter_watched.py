"""Alarms on metrics of log filters that make others."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from gate.completeness import complete
from gate.metrics import published, watched
from gate.rule import Hit, rule
from gate.tree import Tree, as_text, dig, items, unknown

_TEMPLATE = """
Resources:
  Logs: {{Type: AWS::Logs::LogGroup, Properties: {{RetentionInDays: 30}}}}
  Filter:
    Type: AWS::Logs::MetricFilter
    Properties:
      LogGroupName: !Ref Logs
      FilterPattern: ERROR
      MetricTransformations: [{{MetricNamespace: Films, MetricName: Errors, MetricValue: "1"}}]
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: Films
      MetricName: {metric}
      Statistic: Sum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 0
      ComparisonOperator: GreaterThanThreshold
"""


@rule(
    id="E9555",
    title="An alarm on a log filter's metric names the metric that the filter makes",
    reason="A metric of another name, or without the filter's dimensions, has no data: the alarm never rings.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html",
    good=_TEMPLATE.format(metric="Errors"),
    bad=_TEMPLATE.format(metric="Error"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare watched metrics with those of the filters in namespaces that only filters fill, as far as is known."""
    made: dict[str, dict[str, set[str] | None]] = {}
    for metric_filter in tree.resources("AWS::Logs::MetricFilter"):
        for made_by in items(metric_filter.get("MetricTransformations")):
            space, name = (as_text(tree.literal(dig(made_by, key))) for key in ("MetricNamespace", "MetricName"))
            if space is None or name is None:
                return
            dimensions = dig(made_by, "Dimensions")
            keys = None if unknown(dimensions) else {str(as_text(dig(each, "Key"))) for each in items(dimensions)}
            made.setdefault(space, {})[name] = keys
    for metric in watched(tree) if complete(tree) else ():
        own = made.get(metric.namespace)
        if own is None or metric.namespace in published() or metric.place.type != "AWS::CloudWatch::Alarm":
            continue
        at = metric.path
        if metric.name in own:
            keys = own[metric.name]
            if keys is not None and metric.dimensions is not None and keys != set(metric.dimensions):
                message = f"{metric.name} is made with {' and '.join(sorted(keys)) or 'no dimension'}"
                yield Hit(metric.place, (*at, "Dimensions"), message, "Give the dimensions of the filter.")
        elif near := get_close_matches(metric.name, own, 1, 0.75):
            message = f"the filters of {metric.namespace} make {near[0]}, not {metric.name}"
            yield Hit(metric.place, (*at, "MetricName"), message, "Name the metric of the filter.")
