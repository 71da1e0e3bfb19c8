"""Scaling policies whose predefined metric is of another service than their target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gate.rule import Hit, rule
from gate.tree import Tree, as_text

_TEMPLATE = """
Resources:
  Target:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties:
      ServiceNamespace: ecs
      ScalableDimension: ecs:service:DesiredCount
      ResourceId: service/films/web
      MinCapacity: 1
      MaxCapacity: 4
  Policy:
    Type: AWS::ApplicationAutoScaling::ScalingPolicy
    Properties:
      PolicyName: cpu
      PolicyType: TargetTrackingScaling
      ScalingTargetId: !Ref Target
      TargetTrackingScalingPolicyConfiguration:
        TargetValue: 60
        PredefinedMetricSpecification: {{PredefinedMetricType: {metric}}}
"""
_PREFIXES: Mapping[str, tuple[str, ...]] = {
    "ecs": ("ECSService", "ALBRequestCountPerTarget"),
    "rds": ("RDSReader",),
    "dynamodb": ("DynamoDB",),
    "elasticache": ("ElastiCache",),
    "lambda": ("LambdaProvisionedConcurrency",),
    "sagemaker": ("SageMaker",),
    "appstream": ("AppStream",),
    "ec2": ("EC2SpotFleet",),
    "cassandra": ("Cassandra",),
    "comprehend": ("Comprehend",),
    "kafka": ("Kafka",),
    "neptune": ("NeptuneReader",),
    "workspaces": ("WorkSpaces",),
    "elasticmapreduce": (),
}
"""How the predefined metrics of a namespace begin.

Source (2026-11): https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html
"""
_CONFIGURATION = "TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification"


@rule(
    id="E9285",
    title="A predefined scaling metric is one of the target's service",
    reason=(
        "Application Auto Scaling refuses a predefined metric of another service, and request counts of a load "
        "balancer without the label that says of which."
    ),
    source="https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html",
    good=_TEMPLATE.format(metric="ECSServiceAverageCPUUtilization"),
    bad=_TEMPLATE.format(metric="RDSReaderAverageCPUUtilization"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the predefined metric of each policy with the namespace of its target."""
    for policy in tree.resources("AWS::ApplicationAutoScaling::ScalingPolicy"):
        metric = as_text(tree.literal(policy.get(f"{_CONFIGURATION}.PredefinedMetricType")))
        target = tree.target(policy.get("ScalingTargetId"), "AWS::ApplicationAutoScaling::ScalableTarget")
        namespace = as_text(tree.literal((target or policy).get("ServiceNamespace")))
        if metric is None:
            continue
        known = _PREFIXES.get(namespace or "")
        if known is not None and not metric.startswith(known or ("-",)):
            message = f"{metric} is no predefined metric of {namespace}"
            yield Hit(policy, f"{_CONFIGURATION}.PredefinedMetricType", message, "Choose a metric of the service.")
        if metric.startswith("ALB") and policy.get(f"{_CONFIGURATION}.ResourceLabel") is None:
            message = f"{metric} needs a ResourceLabel: app/<name>/<id>/targetgroup/<name>/<id>"
            fix = "Join LoadBalancerFullName and TargetGroupFullName."
            yield Hit(policy, f"{_CONFIGURATION}.ResourceLabel", message, fix)
