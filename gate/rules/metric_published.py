"""Metrics that nobody publishes."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from gate.metrics import namespaces, published, watched
from gate.rule import Hit, rule
from gate.tree import Tree

_TEMPLATE = """
Resources:
  Queue: {{Type: AWS::SQS::Queue}}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/SQS
      MetricName: {metric}
      Dimensions: [{{Name: QueueName, Value: !GetAtt Queue.QueueName}}]
      Statistic: Maximum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 0
      ComparisonOperator: GreaterThanThreshold
"""


@rule(
    id="E9550",
    title="A metric that is watched exists",
    reason=(
        "CloudWatch accepts any name. An alarm on a metric that no service publishes has no data for ever: it never "
        "rings, and a policy that scales by it never scales."
    ),
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html",
    good=_TEMPLATE.format(metric="ApproximateNumberOfMessagesVisible"),
    bad=_TEMPLATE.format(metric="NumberOfMessagesVisible"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look each metric up in what the services that are listed publish."""
    for metric in watched(tree):
        listed = published().get(metric.namespace)
        if listed is None and metric.namespace.startswith("AWS/") and metric.namespace not in namespaces():
            near = get_close_matches(metric.namespace, namespaces(), 1, 0.5)
            at = metric.path if "DashboardBody" in metric.path else (*metric.path, "Namespace")
            message = f"no service publishes to the namespace {metric.namespace}"
            yield Hit(metric.place, at, message, f"Write {near[0]}." if near else "See the source.")
        elif listed is not None and not any(each.has(metric.name) for each in listed):
            names = [name for each in listed for name in each.patterns]
            near = get_close_matches(metric.name, names, 1, 0.5)
            home = [space for space, each in published().items() if any(one.has(metric.name) for one in each)]
            fix = (
                f"Write {near[0]}." if near else f"It is a metric of {', '.join(home)}." if home else "See the source."
            )
            at = metric.path if "DashboardBody" in metric.path else (*metric.path, "MetricName")
            yield Hit(metric.place, at, f"{metric.namespace} has no metric {metric.name}", fix)
