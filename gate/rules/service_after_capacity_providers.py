"""ECS services that may start before the cluster has their capacity providers."""

from __future__ import annotations

from collections.abc import Iterator

from gate.network import denotes
from gate.ordering import unordered
from gate.rule import Hit, rule
from gate.tree import Tree

_TEMPLATE = """
Resources:
  Cluster: {{Type: AWS::ECS::Cluster}}
  Providers:
    Type: AWS::ECS::ClusterCapacityProviderAssociations
    Properties:
      Cluster: !Ref Cluster
      CapacityProviders: [FARGATE]
      DefaultCapacityProviderStrategy: [{{CapacityProvider: FARGATE, Weight: 1}}]
  Service:
    Type: AWS::ECS::Service
    {waits}
    Properties:
      Cluster: !Ref Cluster
      CapacityProviderStrategy: [{{CapacityProvider: FARGATE, Weight: 1}}]
"""


@rule(
    id="E9232",
    title="A service waits until the cluster has its capacity providers",
    reason=(
        "ECS refuses a strategy with a provider that is not associated with the cluster, and takes another launch type "
        "for a service that relies on the cluster's default strategy. No reference leads to the association."
    ),
    source=(
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/"
        "aws-resource-ecs-clustercapacityproviderassociations.html"
    ),
    good=_TEMPLATE.format(waits="DependsOn: Providers"),
    bad=_TEMPLATE.format(waits=""),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at the order between the associations of a cluster and its services without a launch type."""
    for service in tree.resources("AWS::ECS::Service"):
        cluster = tree.target(service.get("Cluster"), "AWS::ECS::Cluster")
        if cluster is None or service.get("LaunchType") is not None:
            continue
        associations = [
            each
            for each in tree.resources("AWS::ECS::ClusterCapacityProviderAssociations")
            if denotes(tree, each.get("Cluster"), cluster)
        ]
        for association in unordered(associations, service):
            message = f"it may be created before {association.path}"
            yield Hit(service, "CapacityProviderStrategy", message, f"Add {association.id} to DependsOn.")
