"""Capacity provider strategies that ECS refuses."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Path, Resource, Tree, Value, as_number, as_text, dig

_PLACES = {
    "AWS::ECS::Service": "CapacityProviderStrategy",
    "AWS::ECS::Cluster": "DefaultCapacityProviderStrategy",
    "AWS::ECS::ClusterCapacityProviderAssociations": "DefaultCapacityProviderStrategy",
}
_FARGATE = ("FARGATE", "FARGATE_SPOT")
_RESERVED = ("aws", "ecs", "fargate")

_TEMPLATE = """
Resources:
  Service:
    Type: AWS::ECS::Service
    Properties:
      CapacityProviderStrategy:
        - {{CapacityProvider: FARGATE, Base: 1, Weight: 1}}
        - {{CapacityProvider: FARGATE_SPOT, Base: {base}, Weight: 4}}
"""


@rule(
    id="E9131",
    title="A capacity provider strategy has one base, a weight, and providers of one kind",
    reason=(
        "ECS refuses a strategy with two bases, without any weight above 0, with Fargate beside Auto Scaling groups, "
        "with a provider twice, and with a name that no provider can have."
    ),
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html",
    good=_TEMPLATE.format(base=0),
    bad=_TEMPLATE.format(base=1),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Judge the strategy of every service and cluster."""
    for resource in tree.resources(*_PLACES):
        name = _PLACES[resource.type]
        strategy = resource.get(name)
        for place, provider in _named(tree, resource, strategy, name):
            if provider not in _FARGATE and provider.lower().startswith(_RESERVED):
                message = f"no capacity provider is named {provider}: only FARGATE and FARGATE_SPOT begin like this"
                yield Hit(resource, place, message, "Write FARGATE, FARGATE_SPOT, or the name of a provider.")
        if not isinstance(strategy, list) or not strategy:
            continue
        bases, weights = ([dig(item, key) for item in strategy] for key in ("Base", "Weight"))
        if sum((as_number(base) or 0) > 0 for base in bases) > 1:
            yield Hit(resource, name, "more than one provider has a base", "Leave one Base.")
        idle = [weight is None or as_number(weight) == 0 for weight in weights]
        if all(idle) and len(strategy) > 1:
            yield Hit(resource, name, "no provider has a weight above 0", "Give one a Weight of 1 or more.")
        given = [as_text(tree.literal(dig(item, "CapacityProvider"))) for item in strategy]
        known = [provider for provider in given if provider]
        for provider in sorted({provider for provider in known if known.count(provider) > 1}):
            yield Hit(resource, name, f"{provider} is there more than once", "Name each provider once.")
        if len(known) == len(given) and len({provider in _FARGATE for provider in known}) > 1:
            message = f"it has Fargate beside other providers: {', '.join(known)}"
            yield Hit(resource, name, message, "Take Fargate's providers, or those of Auto Scaling groups.")


def _named(tree: Tree, resource: Resource, strategy: Value, name: str) -> Iterator[tuple[Path, str]]:
    listed = resource.get("CapacityProviders")
    for place, item in enumerate(strategy if isinstance(strategy, list) else []):
        if provider := as_text(tree.literal(dig(item, "CapacityProvider"))):
            yield (name, place, "CapacityProvider"), provider
    for place, item in enumerate(listed if isinstance(listed, list) else []):
        if provider := as_text(tree.literal(item)):
            yield ("CapacityProviders", place), provider
