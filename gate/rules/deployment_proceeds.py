"""Rolling deployments that can neither start nor stop a task."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, floor

from gate.rule import Hit, rule
from gate.tree import Resource, Tree, Unknown, Value, as_number, as_text

_TEMPLATE = """
Resources:
  Service:
    Type: AWS::ECS::Service
    Properties:
      DesiredCount: 2
      DeploymentConfiguration: {{MinimumHealthyPercent: 100, MaximumPercent: {most}}}
"""


@rule(
    id="E9132",
    title="A rolling deployment can start a task or stop one",
    reason=(
        "Where the most tasks that may run are as many as must run, ECS can neither start a new task nor stop an old "
        "one: the deployment waits until it times out."
    ),
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html",
    good=_TEMPLATE.format(most=150),
    bad=_TEMPLATE.format(most=100),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Count what may and what must run while a service is deployed."""
    for service in tree.resources("AWS::ECS::Service"):
        at = "DeploymentConfiguration"
        daemon = _default(service, "SchedulingStrategy", "REPLICA")
        least = as_number(_default(service, f"{at}.MinimumHealthyPercent", 100))
        most = as_number(_default(service, f"{at}.MaximumPercent", 200))
        rolling = as_text(_default(service, "DeploymentController.Type", "ECS")) == "ECS"
        strategy = as_text(_default(service, f"{at}.Strategy", "ROLLING"))
        if least is None or most is None or not rolling or strategy != "ROLLING" or as_text(daemon) != "REPLICA":
            continue
        desired = as_number(_default(service, "DesiredCount", 1))
        if _stuck(least, most, desired, scaled=_scaled(tree, service)):
            count = "any number" if desired is None or least >= 100 >= most else f"{desired:g}"
            message = f"of {count} desired tasks, {least:g} % must run and {most:g} % may"
            yield Hit(service, at, message, "Raise MaximumPercent, for example to 200, or lower MinimumHealthyPercent.")


def _default(service: Resource, path: str, default: Value) -> Value:
    value = service.get(path)
    return default if value is None else value


def _stuck(least: float, most: float, desired: float | None, *, scaled: bool) -> bool:
    if most <= 100 <= least:
        return True
    if desired is None or desired < 1 or scaled:
        return False
    return floor(desired * most / 100) <= desired <= ceil(desired * least / 100)


def _scaled(tree: Tree, service: Resource) -> bool:
    """Tell whether the count may be another one than the template says."""
    targets = tree.resources("AWS::ApplicationAutoScaling::ScalableTarget")
    return isinstance(service.get("DesiredCount"), Unknown) or any(
        as_text(target.get("ServiceNamespace")) in ("ecs", None) for target in targets
    )
