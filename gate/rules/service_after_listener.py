"""ECS services that may start before their target group has a load balancer."""

from __future__ import annotations

from collections.abc import Iterator

from gate.completeness import complete
from gate.ordering import before
from gate.rule import Hit, rule
from gate.tree import Resource, Tree, dig, items

_TEMPLATE = """
Resources:
  Targets: {{Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {{TargetType: ip}}}}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/a/0123456789abcdef
      DefaultActions: [{{Type: forward, TargetGroupArn: !Ref Targets}}]
  Service:
    Type: AWS::ECS::Service
    {waits}
    Properties:
      LoadBalancers: [{{ContainerName: web, ContainerPort: 80, TargetGroupArn: !Ref Targets}}]
"""


@rule(
    id="E9231",
    title="A service waits for the listener that gives its target group a load balancer",
    reason=(
        "ECS refuses a service whose target group has no associated load balancer. The listener (or its rule) makes "
        "the association, and no reference makes the service wait for it."
    ),
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-service.html",
    good=_TEMPLATE.format(waits="DependsOn: Listener"),
    bad=_TEMPLATE.format(waits=""),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look for a listener or rule with the service's target group that is created first."""
    for service in tree.resources("AWS::ECS::Service", "AWS::ECS::TaskSet"):
        for index, balancer in enumerate(items(service.get("LoadBalancers"))):
            group = tree.target(dig(balancer, "TargetGroupArn"), "AWS::ElasticLoadBalancingV2::TargetGroup")
            users = _listeners(tree, group) if group else []
            path = ("LoadBalancers", index, "TargetGroupArn")
            if group and not users and complete(tree):
                message = f"no listener forwards to {group.path}, so it has no load balancer"
                yield Hit(service, path, message, f"Let a listener or a listener rule forward to {group.id}.")
            elif users and not any(before(user, service) for user in users):
                message = f"it may be created before {users[0].path}, which gives {group and group.id} a load balancer"
                yield Hit(service, path, message, f"Add {users[0].id} to DependsOn.")


def _listeners(tree: Tree, group: Resource) -> list[Resource]:
    kinds = ("AWS::ElasticLoadBalancingV2::Listener", "AWS::ElasticLoadBalancingV2::ListenerRule")
    return [use.resource for use in tree.referrers(group, *kinds)]
