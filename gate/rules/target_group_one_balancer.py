"""Target groups that two load balancers share."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Resource, Tree

_TEMPLATE = """
Resources:
  One:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {{Scheme: internal, Subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]}}
  Two:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {{Scheme: internal, Subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]}}
  Targets: {{Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {{TargetType: ip}}}}
  First:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref One
      Protocol: HTTP
      Port: 80
      DefaultActions: [{{Type: forward, TargetGroupArn: !Ref Targets}}]
  Second:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref {second}
      Protocol: HTTP
      Port: 81
      DefaultActions: [{{Type: forward, TargetGroupArn: !Ref Targets}}]
"""


@rule(
    id="E9265",
    title="A target group belongs to one load balancer",
    reason="Elastic Load Balancing refuses to associate a target group with a second load balancer.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html",
    good=_TEMPLATE.format(second="One"),
    bad=_TEMPLATE.format(second="Two"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Collect the load balancers of the listeners that forward to each target group."""
    for group in tree.resources("AWS::ElasticLoadBalancingV2::TargetGroup"):
        first: Resource | None = None
        for listener in _listeners(tree, group):
            balancer = tree.target(listener.get("LoadBalancerArn"), "AWS::ElasticLoadBalancingV2::LoadBalancer")
            if balancer is None or listener.condition is None:
                continue
            if first is not None and balancer is not first:
                message = f"listeners of {first.path} and of {balancer.path} forward to it"
                yield Hit(group, (), message, "Make a target group for each load balancer.")
                break
            first = balancer


def _listeners(tree: Tree, group: Resource) -> Iterator[Resource]:
    for use in tree.referrers(group, "AWS::ElasticLoadBalancingV2::Listener"):
        yield use.resource
    for use in tree.referrers(group, "AWS::ElasticLoadBalancingV2::ListenerRule"):
        listener = tree.target(use.resource.get("ListenerArn"), "AWS::ElasticLoadBalancingV2::Listener")
        if listener:
            yield listener
