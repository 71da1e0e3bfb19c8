"""Scalable targets and scaling policies that Application Auto Scaling refuses, or that never scale."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from gate.limits import (
    ABSENT,
    GIVEN,
    Limit,
    among,
    either,
    exceeded,
    having,
    like,
    may,
    needs,
    when,
    without,
)
from gate.rule import Hit, rule
from gate.tree import Path, Resource, Tree, Value, as_number, dig, items

_TARGET = ("AWS::ApplicationAutoScaling::ScalableTarget",)
_POLICY = ("AWS::ApplicationAutoScaling::ScalingPolicy",)
_API = "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_"
_TRACKING, _STEPS = "TargetTrackingScalingPolicyConfiguration", "StepScalingPolicyConfiguration"
_CONFIGURED: Final = {
    "TargetTrackingScaling": (_TRACKING, _STEPS),
    "StepScaling": (_STEPS, _TRACKING),
    "PredictiveScaling": ("PredictiveScalingPolicyConfiguration", _STEPS),
}

LIMITS: Final = (
    *(
        Limit(
            _POLICY, "", when(having(PolicyType=among(kind)), {"allOf": [needs(own), without(other)]}),
            f"{kind} is configured by {own}.", f"{_API}PutScalingPolicy.html",
        )
        for kind, (own, other) in _CONFIGURED.items()
    ),
    Limit(
        _POLICY, _TRACKING, {"oneOf": [needs("PredefinedMetricSpecification"), needs("CustomizedMetricSpecification")]},
        "A policy tracks a predefined metric or a customized one.",
        f"{_API}TargetTrackingScalingPolicyConfiguration.html",
    ),
    Limit(
        _POLICY, _TRACKING, may(ScaleInCooldown={"minimum": 0}, ScaleOutCooldown={"minimum": 0}),
        "A cooldown is 0 seconds or more.", f"{_API}TargetTrackingScalingPolicyConfiguration.html",
    ),
    Limit(
        _POLICY, _TRACKING, may(TargetValue={"exclusiveMinimum": 0}), "A target is above 0.",
        f"{_API}TargetTrackingScalingPolicyConfiguration.html",
    ),
    Limit(
        _POLICY, _TRACKING, when(
            having(PredefinedMetricSpecification=having(PredefinedMetricType={"pattern": "Utilization$"})),
            may(TargetValue={"maximum": 100}),
        ), "Utilisation is a percentage: a target above 100 is never reached.",
        f"{_API}TargetTrackingScalingPolicyConfiguration.html",
    ),
    Limit(
        _POLICY, _TRACKING, when(
            having(PredefinedMetricSpecification=having(
                PredefinedMetricType=like("LambdaProvisionedConcurrencyUtilization"))),
            may(TargetValue={"maximum": 1}),
        ), "The utilisation of provisioned concurrency is 0 to 1.",
        "https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html",
    ),
    Limit(
        _POLICY, f"{_TRACKING}.PredefinedMetricSpecification.ResourceLabel",
        {"pattern": "^app/[^/]+/[^/]+/targetgroup/[^/]+/[^/]+$"},
        "A label is app/<name>/<id>/targetgroup/<name>/<id>.", f"{_API}PredefinedMetricSpecification.html",
    ),
    Limit(
        _POLICY, f"{_TRACKING}.PredefinedMetricSpecification", when(
            having(ResourceLabel=GIVEN), may(PredefinedMetricType={"pattern": "^ALB"})
        ), "Only request counts of a load balancer have a label.", f"{_API}PredefinedMetricSpecification.html",
    ),
    Limit(
        _POLICY, f"{_TRACKING}.CustomizedMetricSpecification", either(
            having(Metrics={"minItems": 1}), needs("MetricName", "Namespace", "Statistic")
        ), "A customized metric needs Namespace, MetricName and Statistic, or Metrics.",
        f"{_API}CustomizedMetricSpecification.html",
    ),
    Limit(
        _POLICY, _STEPS, having(AdjustmentType=GIVEN, StepAdjustments={"minItems": 1}),
        "Step scaling needs AdjustmentType and StepAdjustments.", f"{_API}StepScalingPolicyConfiguration.html",
    ),
    Limit(
        _POLICY, _STEPS, when(
            having(MinAdjustmentMagnitude=GIVEN), may(AdjustmentType=among("PercentChangeInCapacity"))
        ), "A least magnitude is for percentages only.", f"{_API}StepScalingPolicyConfiguration.html",
    ),
    Limit(
        _TARGET, "ScheduledActions.*.ScalableTargetAction", either(needs("MinCapacity"), needs("MaxCapacity")),
        "A scheduled action sets MinCapacity, MaxCapacity or both.", f"{_API}ScalableTargetAction.html",
    ),
    Limit(_TARGET, "MinCapacity", {"minimum": 0}, "A capacity is 0 or more.", f"{_API}RegisterScalableTarget.html"),
    Limit(
        _TARGET, "", when(
            having(ServiceNamespace=among("dynamodb", "elasticache", "kafka", "cassandra")),
            may(MinCapacity={"minimum": 1}),
        ), "The least capacity of this service is 1 or more.", f"{_API}RegisterScalableTarget.html",
    ),
    Limit(
        _POLICY, "", when(having(ScalingTargetId=GIVEN, ServiceNamespace=ABSENT), without("ScalableDimension")),
        "ScalingTargetId says the dimension.", f"{_API}PutScalingPolicy.html",
    ),
)  # fmt: skip

_TEMPLATE = """
Parameters:
  Most: {{Type: Number, Default: {most}}}
Resources:
  Target:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties:
      ServiceNamespace: ecs
      ScalableDimension: ecs:service:DesiredCount
      ResourceId: service/films/web
      MinCapacity: 2
      MaxCapacity: !Ref Most
"""


@rule(
    id="E9134",
    title="A scalable target has a range, and its policies a metric and steps that fit",
    reason=(
        "Application Auto Scaling refuses a minimum above the maximum, a policy without the configuration of its type, "
        "and steps with gaps or overlaps; a target that is never reached never scales."
    ),
    source=f"{_API}RegisterScalableTarget.html",
    good=_TEMPLATE.format(most=4),
    bad=_TEMPLATE.format(most=1),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Hold targets and policies against the limits of the API; compare ranges and steps."""
    yield from exceeded(tree, LIMITS)
    for target in tree.resources(*_TARGET):
        yield from _range(target, (), target.properties)
        for place, action in enumerate(items(target.get("ScheduledActions"))):
            at = ("ScheduledActions", place, "ScalableTargetAction")
            yield from _range(target, at, dig(action, "ScalableTargetAction"))
    for policy in tree.resources(*_POLICY):
        yield from _steps(policy)
    for group in tree.resources("AWS::AutoScaling::AutoScalingGroup"):
        least, most, desired = (as_number(group.get(name)) for name in ("MinSize", "MaxSize", "DesiredCapacity"))
        if least is not None and most is not None and least > most:
            yield Hit(group, "MinSize", f"{least:g} is more than the maximum of {most:g}", "Let MinSize be the lower.")
        elif desired is not None and ((least is not None and desired < least) or (most is not None and desired > most)):
            message = f"{desired:g} is not between the least and the most"
            yield Hit(group, "DesiredCapacity", message, "Let it be between MinSize and MaxSize.")


def _range(target: Resource, path: Path, capacity: Value) -> Iterator[Hit]:
    low, high = as_number(dig(capacity, "MinCapacity")), as_number(dig(capacity, "MaxCapacity"))
    if low is not None and high is not None and low > high:
        message = f"{low:g} is more than the maximum of {high:g}"
        yield Hit(target, (*path, "MinCapacity"), message, "Let MinCapacity be the lower of the two.")


def _steps(policy: Resource) -> Iterator[Hit]:
    at = (_STEPS, "StepAdjustments")
    steps = items(policy.get(".".join(at)))
    bounds: list[tuple[float, float]] = []
    for place, step in enumerate(steps):
        low, high = dig(step, "MetricIntervalLowerBound"), dig(step, "MetricIntervalUpperBound")
        numbers = as_number(low), as_number(high)
        if (low is not None and numbers[0] is None) or (high is not None and numbers[1] is None):
            return
        start, end = (-float("inf") if low is None else numbers[0]), (float("inf") if high is None else numbers[1])
        if start is None or end is None:
            return
        if start >= end:
            message = f"the step is from {start:g} to {end:g}"
            yield Hit(policy, (*at, place), message, "Let the lower bound be below the upper one.")
            return
        bounds.append((start, end))
    bounds.sort()
    for (_, end), (start, _) in pairwise(bounds):
        if end != start:
            message = f"one step ends at {end:g}, the next begins at {start:g}"
            yield Hit(policy, at, message, "Let each step begin where another one ends.")
