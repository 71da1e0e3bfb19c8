"""Listeners and target groups with a protocol that their load balancer does not speak."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Resource, Tree, Value, as_text, dig, items

_TEMPLATE = """
Resources:
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {{Type: network, Scheme: internal, Subnets: [subnet-0123456789abcdef0]}}
  Targets:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {{TargetType: ip, Protocol: {targets}, Port: 80, VpcId: vpc-0123456789abcdef0}}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      Protocol: TCP
      Port: 80
      DefaultActions: [{{Type: forward, TargetGroupArn: !Ref Targets}}]
"""
_SPEAKS = {
    "application": {"HTTP", "HTTPS"},
    "network": {"TCP", "UDP", "TCP_UDP", "TLS", "QUIC", "TCP_QUIC"},
    "gateway": {"GENEVE"},
}
_FORWARDS = {
    "HTTP": {"HTTP", "HTTPS"},
    "HTTPS": {"HTTP", "HTTPS"},
    "TCP": {"TCP", "TCP_UDP"},
    "TLS": {"TCP", "TLS"},
    "UDP": {"UDP", "TCP_UDP"},
    "TCP_UDP": {"TCP_UDP"},
    "QUIC": {"QUIC", "TCP_QUIC"},
    "TCP_QUIC": {"TCP_QUIC"},
    "GENEVE": {"GENEVE"},
}
"""Protocols of the target groups to which a listener of a protocol may forward."""


@rule(
    id="E9262",
    title="Listener, target group and load balancer speak the same protocols",
    reason=(
        "An application load balancer listens for HTTP and HTTPS, a network load balancer for TCP, TLS and UDP; each "
        "forwards only to target groups of a matching protocol."
    ),
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html",
    good=_TEMPLATE.format(targets="TCP"),
    bad=_TEMPLATE.format(targets="HTTP"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare each listener with its load balancer, and with the target groups of its actions and rules."""
    for listener in tree.resources("AWS::ElasticLoadBalancingV2::Listener"):
        balancer = tree.target(listener.get("LoadBalancerArn"), "AWS::ElasticLoadBalancingV2::LoadBalancer")
        kind = _text(tree, balancer.get("Type"), "application") if balancer else None
        protocol = _text(tree, listener.get("Protocol"), "GENEVE" if kind == "gateway" else None)
        for use in tree.referrers(listener, "AWS::ElasticLoadBalancingV2::ListenerRule"):
            if kind not in {"application", None}:
                message = f"{listener.path} is of a load balancer of type {kind}, which has no rules"
                yield Hit(use.resource, "ListenerArn", message, "Use the default action of the listener.")
        allowed = _SPEAKS.get(kind or "")
        if protocol and allowed and protocol not in allowed:
            message = f"{protocol} is no protocol of a load balancer of type {kind}: {', '.join(sorted(allowed))}"
            yield Hit(listener, "Protocol", message, "Choose one of them, or another type of load balancer.")
            continue
        for group in _groups(tree, listener) if protocol else ():
            own = _text(tree, group.get("Protocol"), None)
            if own and own not in _FORWARDS.get(protocol or "", {own}):
                wanted = ", ".join(sorted(_FORWARDS[protocol or ""]))
                message = f"{listener.path} listens for {protocol} and forwards to {wanted}, not {own}"
                yield Hit(group, "Protocol", message, "Let both speak the same protocol.")


def _groups(tree: Tree, listener: Resource) -> Iterator[Resource]:
    rules = (use.resource for use in tree.referrers(listener, "AWS::ElasticLoadBalancingV2::ListenerRule"))
    actions = [listener.get("DefaultActions"), *(each.get("Actions") for each in rules)]
    for action in (action for listed in actions for action in items(listed)):
        several = [dig(each, "TargetGroupArn") for each in items(dig(action, "ForwardConfig.TargetGroups"))]
        for value in (dig(action, "TargetGroupArn"), *several):
            group = tree.target(value, "AWS::ElasticLoadBalancingV2::TargetGroup")
            if group:
                yield group


def _text(tree: Tree, value: Value, default: str | None) -> str | None:
    return default if value is None else as_text(tree.literal(value))
