"""Fargate tasks that a service would put on instances which nobody has."""

from __future__ import annotations

from collections.abc import Iterator

from gate.completeness import complete
from gate.rule import Hit, rule
from gate.tree import Resource, Tree, as_text, items, unknown
from gate.workloads import SERVICE, TASK

_TEMPLATE = """
Resources:
  Cluster: {{Type: AWS::ECS::Cluster, Properties: {{CapacityProviders: [FARGATE]}}}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties: {{RequiresCompatibilities: [FARGATE], ContainerDefinitions: [{{Name: app, Image: app}}]}}
  Service:
    Type: AWS::ECS::Service
    Properties:
      Cluster: !Ref Cluster
      TaskDefinition: !Ref Task
      {launch}
"""


@rule(
    id="E9537",
    title="A service of Fargate tasks says that it runs on Fargate",
    reason=(
        "Without a launch type, a capacity provider strategy, or a default strategy of its cluster, a service uses "
        "EC2: a task for Fargate finds no instance and the service never becomes stable."
    ),
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html",
    good=_TEMPLATE.format(launch="LaunchType: FARGATE"),
    bad=_TEMPLATE.format(launch="DesiredCount: 1"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look for where each service of Fargate-only tasks says so."""
    for service in tree.resources(SERVICE) if complete(tree) else ():
        task = tree.target(service.get("TaskDefinition"), TASK)
        kinds = [as_text(each) for each in items(task.get("RequiresCompatibilities"))] if task else []
        said = service.get("LaunchType") is not None or bool(service.get("CapacityProviderStrategy"))
        cluster = tree.target(service.get("Cluster"), "AWS::ECS::Cluster")
        if kinds == ["FARGATE"] and not said and cluster and not _default(tree, cluster):
            message = f"it says no launch type, and {cluster.path} has no default strategy"
            yield Hit(service, "LaunchType", message, "Write LaunchType: FARGATE, or a CapacityProviderStrategy.")


def _default(tree: Tree, cluster: Resource) -> bool:
    name = "DefaultCapacityProviderStrategy"
    associations = tree.resources("AWS::ECS::ClusterCapacityProviderAssociations")
    holders = [cluster, *(each for each in associations if _about(tree, each, cluster))]
    return any(bool(each.get(name)) or unknown(each.get(name)) for each in holders)


def _about(tree: Tree, association: Resource, cluster: Resource) -> bool:
    return unknown(association.get("Cluster")) or tree.target(association.get("Cluster"), cluster.type) is cluster
