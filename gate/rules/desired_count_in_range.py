"""Services that want fewer or more tasks than their scaling allows."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Resource, Tree, as_int, as_text, references
from gate.workloads import SERVICE

_TEMPLATE = """
Resources:
  Cluster: {{Type: AWS::ECS::Cluster}}
  Service:
    Type: AWS::ECS::Service
    Properties: {{Cluster: !Ref Cluster, TaskDefinition: app, DesiredCount: {desired}}}
  Target:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties:
      ServiceNamespace: ecs
      ScalableDimension: ecs:service:DesiredCount
      ResourceId: !Sub service/${{Cluster}}/${{Service.Name}}
      MinCapacity: 2
      MaxCapacity: 6
"""


@rule(
    id="E9535",
    title="The desired count of a service lies within the range of its scaling",
    reason=(
        "Each deployment sets the desired count, and scaling then moves it back into its range: tasks are stopped or "
        "started for nothing, and a range whose minimum is above its maximum is refused."
    ),
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html",
    good=_TEMPLATE.format(desired=2),
    bad=_TEMPLATE.format(desired=8),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare each scalable target with itself, and with the service it is about."""
    for target in tree.resources("AWS::ApplicationAutoScaling::ScalableTarget"):
        least, most = (as_int(tree.literal(target.get(name))) for name in ("MinCapacity", "MaxCapacity"))
        if least is not None and most is not None and least > most:
            message = f"the minimum {least} is above the maximum {most}"
            yield Hit(target, "MinCapacity", message, "Swap them, or raise the maximum.")
            continue
        service = scaled(tree, target)
        desired = as_int(tree.literal(service.get("DesiredCount"))) if service else None
        if service and desired and ((least is not None and desired < least) or (most is not None and desired > most)):
            message = f"{desired} tasks are wanted, but {target.path} keeps between {least} and {most}"
            yield Hit(service, "DesiredCount", message, "Choose a count in the range, or leave DesiredCount out.")


def scaled(tree: Tree, target: Resource) -> Resource | None:
    """Return the ECS service that a scalable target is about; None if it is none of the tree."""
    if as_text(target.get("ServiceNamespace")) != "ecs":
        return None
    found = [tree.at(each) for each in references(target.get("ResourceId")) if each.type == SERVICE]
    return found[0] if found else None
