"""Deployments that may neither stop nor start a task."""

from __future__ import annotations

import math
from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Tree, as_int, as_text
from gate.workloads import SERVICE

_TEMPLATE = """
Resources:
  Service:
    Type: AWS::ECS::Service
    Properties:
      TaskDefinition: app
      DesiredCount: 3
      DeploymentConfiguration: {{MinimumHealthyPercent: 100, MaximumPercent: {most}}}
"""


@rule(
    id="E9536",
    title="A deployment may stop an old task or start a new one",
    reason=(
        "ECS keeps at least MinimumHealthyPercent of the desired tasks (rounded up) and at most MaximumPercent "
        "(rounded down). If these are the same number, no deployment can ever replace a task."
    ),
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html",
    good=_TEMPLATE.format(most=150),
    bad=_TEMPLATE.format(most=110),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Work out the room of each rolling deployment."""
    for service in tree.resources(SERVICE):
        controller = service.get("DeploymentController.Type")
        if not (controller is None or as_text(controller) == "ECS"):
            continue
        daemon = as_text(service.get("SchedulingStrategy")) == "DAEMON"
        given = [service.get(f"DeploymentConfiguration.{name}") for name in ("MinimumHealthyPercent", "MaximumPercent")]
        defaults = (0, 100) if daemon else (100, 200)
        least, most = (
            default if value is None else as_int(tree.literal(value))
            for value, default in zip(given, defaults, strict=True)
        )
        if least is None or most is None:
            continue
        count = as_int(tree.literal(service.get("DesiredCount")))
        stuck = most <= least
        if count and not daemon:
            stuck = math.floor(count * most / 100) <= math.ceil(count * least / 100)
        if stuck and count != 0:
            tasks = f" of {count} tasks" if count else ""
            message = f"between {least} % and {most} %{tasks} there is no room to replace one"
            fix = "Lower MinimumHealthyPercent, or raise MaximumPercent (100 and 200 are the defaults)."
            yield Hit(service, "DeploymentConfiguration", message, fix)
