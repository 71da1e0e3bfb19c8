"""Capacity providers that the cluster does not have."""

from __future__ import annotations

from collections.abc import Iterator

from gate.network import denotes
from gate.rule import Hit, rule
from gate.tree import Resource, Tree, Unknown, Value, dig, items, show

_TEMPLATE = """
Resources:
  Cluster: {{Type: AWS::ECS::Cluster, Properties: {{CapacityProviders: [{provider}]}}}}
  Service:
    Type: AWS::ECS::Service
    Properties:
      Cluster: !Ref Cluster
      CapacityProviderStrategy: [{{CapacityProvider: FARGATE_SPOT, Weight: 1}}]
"""


@rule(
    id="E9278",
    title="A service uses capacity providers that its cluster has",
    reason=(
        "ECS refuses a strategy, of a service or the default one of the cluster, that names a provider which is not "
        "associated with the cluster; FARGATE and FARGATE_SPOT must be associated, too."
    ),
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html",
    good=_TEMPLATE.format(provider="FARGATE, FARGATE_SPOT"),
    bad=_TEMPLATE.format(provider="FARGATE"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare each strategy with the providers of the cluster and those that are associated with it."""
    own = "DefaultCapacityProviderStrategy"
    for cluster in tree.resources("AWS::ECS::Cluster"):
        associations = [
            each
            for each in tree.resources("AWS::ECS::ClusterCapacityProviderAssociations")
            if denotes(tree, each.get("Cluster"), cluster)
        ]
        lists = [holder.get("CapacityProviders") for holder in (cluster, *associations)]
        if any(isinstance(listed, Unknown) for listed in lists):
            continue
        providers = [provider for listed in lists for provider in items(listed)]
        strategies = [(holder, own, holder.get(own)) for holder in (cluster, *associations)]
        strategies += [
            (service, "CapacityProviderStrategy", service.get("CapacityProviderStrategy"))
            for service in tree.resources("AWS::ECS::Service")
            if denotes(tree, service.get("Cluster"), cluster)
        ]
        for holder, path, strategy in strategies:
            yield from _judge(tree, holder, path, strategy, providers)


def _judge(tree: Tree, holder: Resource, path: str, strategy: Value, providers: list[Value]) -> Iterator[Hit]:
    for index, entry in enumerate(items(strategy)):
        named = dig(entry, "CapacityProvider")
        if named is not None and all(tree.same(named, provider) is False for provider in providers):
            listed = ", ".join(show(tree.literal(provider)) for provider in providers) or "none"
            message = f"the cluster has no capacity provider {show(tree.literal(named))}; it has {listed}"
            place = (path, index, "CapacityProvider")
            yield Hit(holder, place, message, "Add it to CapacityProviders of the cluster, or name another one.")
