"""Health checks that are repeated before they have timed out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gate.rule import Hit, rule
from gate.tree import Path, Resource, Tree, Value, as_number, as_text, dig

_TEMPLATE = """
Parameters:
  Seconds: {{Type: Number, Default: {seconds}}}
Resources:
  Targets:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties:
      Port: 80
      Protocol: HTTP
      VpcId: vpc-0123456789abcdef0
      HealthCheckIntervalSeconds: 10
      HealthCheckTimeoutSeconds: !Ref Seconds
"""
_GROUP: Final = "AWS::ElasticLoadBalancingV2::TargetGroup"
_INTERVAL, _TIMEOUT = "HealthCheckIntervalSeconds", "HealthCheckTimeoutSeconds"


@rule(
    id="E9137",
    title="A health check times out before the next one begins",
    reason=(
        "Elastic Load Balancing and ECS refuse a health check whose timeout is not below its interval; where one is "
        "left out, the service's default counts."
    ),
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html",
    good=_TEMPLATE.format(seconds=9),
    bad=_TEMPLATE.format(seconds=10),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare timeout and interval of target groups, Classic load balancers and containers."""
    for group in tree.resources(_GROUP):
        protocol, kind = as_text(group.get("Protocol")), as_text(group.get("TargetType"))
        web = protocol in ("HTTP", "HTTPS")
        interval = _or(group.get(_INTERVAL), 35 if kind == "lambda" else 10 if protocol == "GENEVE" else 30)
        timeout = _or(group.get(_TIMEOUT), 30 if kind == "lambda" else 5 if web else None)
        # a network load balancer takes them equal
        yield from _judge(group, (_TIMEOUT,), timeout, interval, equal=not web and kind != "lambda")
    for balancer in tree.resources("AWS::ElasticLoadBalancing::LoadBalancer"):
        timing = balancer.get("HealthCheck")
        at = ("HealthCheck", "Timeout")
        yield from _judge(balancer, at, as_number(dig(timing, "Timeout")), as_number(dig(timing, "Interval")))


def _or(value: Value, default: float | None) -> float | None:
    return default if value is None else as_number(value)


def _judge(
    place: Resource, path: Path, timeout: float | None, interval: float | None, *, equal: bool = False
) -> Iterator[Hit]:
    if timeout is None or interval is None or timeout < interval or (equal and timeout == interval):
        return
    message = f"the timeout is {timeout:g} seconds, the interval {interval:g}"
    yield Hit(place, path, message, "Let the timeout be below the interval.")
