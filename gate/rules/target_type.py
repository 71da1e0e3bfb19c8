"""Target groups whose targets are of another type than what registers with them."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Tree, Value, as_text, dig, items

_TEMPLATE = """
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      NetworkMode: awsvpc
      ContainerDefinitions: [{{Name: web, Image: web, PortMappings: [{{ContainerPort: 80}}]}}]
  Targets: {{Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {{TargetType: {type}}}}}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/a/0123456789abcdef
      DefaultActions: [{{Type: forward, TargetGroupArn: !Ref Targets}}]
  Service:
    Type: AWS::ECS::Service
    DependsOn: Listener
    Properties:
      TaskDefinition: !Ref Task
      NetworkConfiguration: {{AwsvpcConfiguration: {{Subnets: [subnet-0123456789abcdef0]}}}}
      LoadBalancers: [{{ContainerName: web, ContainerPort: 80, TargetGroupArn: !Ref Targets}}]
"""


@rule(
    id="E9261",
    title="Tasks with their own network interface register by address",
    reason=(
        "Tasks in awsvpc mode are associated with a network interface, not an instance: ECS refuses a target group "
        "whose TargetType is not ip. Tasks in other modes register as instances."
    ),
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb.html",
    good=_TEMPLATE.format(type="ip"),
    bad=_TEMPLATE.format(type="instance"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the target type of each service's target groups with the network mode of its task."""
    for service in tree.resources("AWS::ECS::Service", "AWS::ECS::TaskSet"):
        task = tree.target(service.get("TaskDefinition"), "AWS::ECS::TaskDefinition")
        mode = _text(tree, task.get("NetworkMode"), "bridge") if task else None
        for balancer in items(service.get("LoadBalancers")):
            group = tree.target(dig(balancer, "TargetGroupArn"), "AWS::ElasticLoadBalancingV2::TargetGroup")
            kind = _text(tree, group.get("TargetType"), "instance") if group else None
            wanted = {"awsvpc": "ip", "bridge": "instance", "host": "instance"}.get(mode or "")
            if group and kind and wanted and kind != wanted:
                message = f"TargetType is {kind}, but the tasks of {service.path} (network mode {mode}) need {wanted}"
                yield Hit(group, "TargetType", message, f"Write TargetType: {wanted}.")


def _text(tree: Tree, value: Value, default: str) -> str | None:
    return default if value is None else as_text(tree.literal(value))
