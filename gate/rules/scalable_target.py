"""Scalable targets that denote nothing, or not what their dimension says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from gate.completeness import complete
from gate.ordering import before
from gate.rule import Hit, rule
from gate.tree import Reference, Resource, Text, Tree, Value, as_text, show, text

_TEMPLATE = """
Resources:
  Cluster: {{Type: AWS::ECS::Cluster, Properties: {{ClusterName: films}}}}
  Service: {{Type: AWS::ECS::Service, Properties: {{Cluster: !Ref Cluster, ServiceName: web}}}}
  Target:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties:
      ServiceNamespace: ecs
      ScalableDimension: ecs:service:DesiredCount
      ResourceId: !Sub "service/${{Cluster}}/{service}"
      MinCapacity: 1
      MaxCapacity: 4
"""
_FORMS: Mapping[str, str] = {
    "ecs:service:DesiredCount": r"service/[^/]+/[^/]+",
    "elasticmapreduce:instancegroup:InstanceCount": r"instancegroup/[^/]+/[^/]+",
    "appstream:fleet:DesiredCapacity": r"fleet/[^/]+",
    "ec2:spot-fleet-request:TargetCapacity": r"spot-fleet-request/[^/]+",
    "dynamodb:table:ReadCapacityUnits": r"table/[^/]+",
    "dynamodb:table:WriteCapacityUnits": r"table/[^/]+",
    "dynamodb:index:ReadCapacityUnits": r"table/[^/]+/index/[^/]+",
    "dynamodb:index:WriteCapacityUnits": r"table/[^/]+/index/[^/]+",
    "rds:cluster:ReadReplicaCount": r"cluster:[^/:]+",
    "sagemaker:variant:DesiredInstanceCount": r"endpoint/[^/]+/variant/[^/]+",
    "lambda:function:ProvisionedConcurrency": r"function:[^/:]+:[^/:]+",
    "elasticache:replication-group:NodeGroups": r"replication-group/[^/]+",
    "elasticache:replication-group:Replicas": r"replication-group/[^/]+",
    "elasticache:cache-cluster:Nodes": r"cache-cluster/[^/]+",
    "neptune:cluster:ReadReplicaCount": r"cluster:[^/:]+",
}
"""How the ResourceId of a dimension is written.

Source (2026-11): https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
"""


@rule(
    id="E9284",
    title="A scalable target denotes something that exists and that has its dimension",
    reason=(
        "Application Auto Scaling refuses a ResourceId that denotes nothing (ECS service doesn't exist), has another "
        "form than its dimension, or a dimension of another service."
    ),
    source="https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html",
    good=_TEMPLATE.format(service="${Service.Name}"),
    bad=_TEMPLATE.format(service="worker"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Read the ResourceId of each scalable target and look for what it denotes."""
    for target in tree.resources(
        "AWS::ApplicationAutoScaling::ScalableTarget", "AWS::ApplicationAutoScaling::ScalingPolicy"
    ):
        dimension = as_text(tree.literal(target.get("ScalableDimension")))
        namespace = as_text(tree.literal(target.get("ServiceNamespace")))
        if dimension and namespace and not dimension.startswith(f"{namespace}:"):
            message = f"{dimension} is no dimension of {namespace}"
            yield Hit(target, "ScalableDimension", message, "Let namespace and dimension be of one service.")
        value = tree.literal(target.get("ResourceId"))
        form = _FORMS.get(dimension or "")
        written = text(value)
        if form and written and isinstance(value, str | Text) and not re.fullmatch(form, written):
            message = f"{show(value)} does not have the form {form} of {dimension}"
            yield Hit(target, "ResourceId", message, "Write the ResourceId of the dimension.")
        elif dimension == "ecs:service:DesiredCount":
            yield from _service(tree, target, target.get("ResourceId"))


def _service(tree: Tree, target: Resource, value: Value) -> Iterator[Hit]:
    """``service/cluster/name``: look for the service, by what its template says."""
    services = list(tree.resources("AWS::ECS::Service"))
    answers = {service: _is(tree, service, value) for service in services}
    if services and complete(tree) and all(answer is False for answer in answers.values()):
        listed = ", ".join(service.path for service in services)
        message = f"{show(tree.literal(value))} denotes no service of the tree: {listed}"
        yield Hit(target, "ResourceId", message, "Write service/${Cluster}/${Service.Name}.")
    for service in services:
        if answers[service] and not before(service, target):
            message = f"it may be created before {service.path}, which it names by text only"
            yield Hit(target, "ResourceId", message, f"Refer to {service.id}, or add it to DependsOn.")


def _is(tree: Tree, service: Resource, value: Value) -> bool | None:
    """Tell whether ``service/cluster/name`` denotes a service; None if that is not known."""
    parts = _parts(tree.literal(value))
    if parts is None:
        return None
    cluster, name = parts
    own_cluster = service.get("Cluster")
    named = service.get("ServiceName")
    if isinstance(name, Reference):
        same_name: bool | None = tree.at(name) is service if name.type == "AWS::ECS::Service" else False
    else:
        same_name = None if named is None else tree.same(named, name)
        same_name = False if named is None and as_text(name) is not None else same_name
    same_cluster = tree.same(own_cluster, cluster) if own_cluster is not None else tree.same("default", cluster)
    if same_name is False or same_cluster is False:
        return False
    return True if same_name and same_cluster else None


def _parts(value: Value) -> tuple[Value, Value] | None:
    """Split ``service/cluster/name`` into cluster and name, each a literal or one reference."""
    pieces: list[list[Value]] = [[]]
    for part in value.parts if isinstance(value, Text) else (value,):
        if isinstance(part, str):
            first, *others = part.split("/")
            pieces[-1].extend([first] if first else [])
            pieces.extend([other] if other else [] for other in others)
        else:
            pieces[-1].append(part)
    if len(pieces) != 3 or any(len(piece) != 1 for piece in pieces):
        return None
    return pieces[1][0], pieces[2][0]
