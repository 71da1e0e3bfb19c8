"""VPC links, and integrations through them, with targets of the wrong kind."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Resource, Tree, Value, as_text, items

_TEMPLATE = """
Resources:
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {{Type: {type}, Scheme: internal, Subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]}}
  Link: {{Type: AWS::ApiGateway::VpcLink, Properties: {{Name: films, TargetArns: [!Ref Balancer]}}}}
"""
_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_LISTENER = "AWS::ElasticLoadBalancingV2::Listener"


@rule(
    id="E9279",
    title="A VPC link leads to a target of its kind",
    reason=(
        "The VPC link of a REST API (version 1) takes a network load balancer, and fails with any other after some "
        "minutes. Integrations through a link of version 2 name a listener (HTTP API) or a load balancer (REST API)."
    ),
    source="https://docs.aws.amazon.com/apigateway/latest/developerguide/getting-started-with-private-integration.html",
    good=_TEMPLATE.format(type="network"),
    bad=_TEMPLATE.format(type="application"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at the targets of each VPC link and of each integration through one."""
    for link in tree.resources("AWS::ApiGateway::VpcLink"):
        for index, value in enumerate(items(link.get("TargetArns"))):
            balancer = tree.target(value, _BALANCER)
            kind = balancer.get("Type") if balancer else "network"
            name = "application" if kind is None else as_text(tree.literal(kind))
            if balancer and name and name != "network":
                message = f"{balancer.path} is a load balancer of type {name}; a network load balancer is wanted"
                yield Hit(link, ("TargetArns", index), message, "Name a load balancer with Type: network.")
    yield from _integrations(tree)


def _integrations(tree: Tree) -> Iterator[Hit]:
    for integration in tree.resources("AWS::ApiGatewayV2::Integration"):
        private = as_text(tree.literal(integration.get("ConnectionType"))) == "VPC_LINK"
        found = _lone(tree, integration.get("IntegrationUri")) if private else None
        if found and found.type in {_BALANCER, "AWS::ElasticLoadBalancingV2::TargetGroup"}:
            message = f"IntegrationUri is {found.path}; the ARN of a listener is wanted"
            yield Hit(integration, "IntegrationUri", message, "Refer to the listener of the load balancer.")
    for method in tree.resources("AWS::ApiGateway::Method"):
        link = tree.target(
            method.get("Integration.ConnectionId"), "AWS::ApiGateway::VpcLink", "AWS::ApiGatewayV2::VpcLink"
        )
        target = method.get("Integration.IntegrationTarget")
        if link and link.type == "AWS::ApiGatewayV2::VpcLink" and target is None:
            message = f"{link.path} is a link of version 2, but no IntegrationTarget is given"
            fix = "Give the ARN of the load balancer as IntegrationTarget."
            yield Hit(method, "Integration.IntegrationTarget", message, fix)
        elif (found := _lone(tree, target)) and found.type == _LISTENER:
            message = f"IntegrationTarget is the listener {found.path}; the ARN of a load balancer is wanted"
            yield Hit(method, "Integration.IntegrationTarget", message, "Refer to the load balancer.")


def _lone(tree: Tree, value: Value) -> Resource | None:
    return tree.target(value, _BALANCER, _LISTENER, "AWS::ElasticLoadBalancingV2::TargetGroup")
