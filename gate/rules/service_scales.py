"""Services whose number of tasks never changes."""

from __future__ import annotations

from collections.abc import Iterator

from gate.completeness import complete
from gate.rule import Hit, rule
from gate.tree import Tree, as_int, as_text, text, unknown
from gate.workloads import SERVICE

_TEMPLATE = """
Resources:
  Cluster: {{Type: AWS::ECS::Cluster}}
  Service: {{Type: AWS::ECS::Service, Properties: {{Cluster: !Ref Cluster, TaskDefinition: app}}}}
  Target:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties:
      ServiceNamespace: {namespace}
      ScalableDimension: ecs:service:DesiredCount
      ResourceId: !Sub service/${{Cluster}}/${{Service.Name}}
      MinCapacity: 1
      MaxCapacity: 4
  Policy:
    Type: AWS::ApplicationAutoScaling::ScalingPolicy
    Properties:
      PolicyName: cpu
      PolicyType: TargetTrackingScaling
      ScalingTargetId: !Ref Target
      TargetTrackingScalingPolicyConfiguration:
        PredefinedMetricSpecification: {{PredefinedMetricType: ECSServiceAverageCPUUtilization}}
        TargetValue: 70
"""


@rule(
    id="W9641",
    title="A service scales with its load",
    reason="A fixed number of tasks is too small at the peak or too expensive at night (Well-Architected REL07-BP01).",
    source="https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/design-your-workload-to-adapt-to-changes-in-demand.html",
    good=_TEMPLATE.format(namespace="ecs"),
    bad=_TEMPLATE.format(namespace="dynamodb"),
    profile="production",
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look for the scalable target of each service that keeps a number of replicas."""
    targets = [
        each
        for each in tree.resources("AWS::ApplicationAutoScaling::ScalableTarget")
        if as_text(tree.literal(each.get("ServiceNamespace"))) in {"ecs", None}
    ]
    if not complete(tree) or any(unknown(each.get("ResourceId")) for each in targets):
        return
    for service in tree.resources(SERVICE):
        daemon = as_text(service.get("SchedulingStrategy")) == "DAEMON"
        external = as_text(service.get("DeploymentController.Type")) == "EXTERNAL"
        none = as_int(tree.literal(service.get("DesiredCount"))) == 0
        name = text(tree.literal(tree.name(service)))
        scaled = any(
            tree.target(each.get("ResourceId"), SERVICE) is service
            or (name is not None and (text(tree.literal(each.get("ResourceId"))) or "").endswith(f"/{name}"))
            for each in targets
        )
        if not (scaled or daemon or external or none):
            fix = "Add a ScalableTarget with its ResourceId, and a scaling policy."
            yield Hit(service, (), "nothing scales it", fix)
    policies = list(tree.resources("AWS::ApplicationAutoScaling::ScalingPolicy"))
    for target in targets:
        loose = any(unknown(each.get("ScalingTargetId")) or each.get("ScalingTargetId") is None for each in policies)
        moved = any(tree.target(each.get("ScalingTargetId"), target.type) is target for each in policies)
        if not (moved or loose or target.get("ScheduledActions")):
            message = "no policy and no schedule moves it"
            yield Hit(target, (), message, "Add a ScalingPolicy with its ScalingTargetId.")
