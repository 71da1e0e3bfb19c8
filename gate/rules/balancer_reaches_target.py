"""Load balancers that their targets do not let in."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.security_groups import admits, groups
from gate.tree import Resource, Tree, as_int, as_text, dig, items

_TEMPLATE = """
Resources:
  Front:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: balancer
      VpcId: vpc-0123456789abcdef0
      SecurityGroupIngress: [{{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 10.0.0.0/8}}]
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: tasks
      VpcId: vpc-0123456789abcdef0
      SecurityGroupIngress:
        - {{IpProtocol: tcp, FromPort: {port}, ToPort: {port}, SourceSecurityGroupId: !Ref Front}}
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties:
      Scheme: internal
      Subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]
      SecurityGroups: [!Ref Front]
  Targets:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {{TargetType: ip, Port: 8080, Protocol: HTTP}}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      Protocol: HTTP
      Port: 80
      DefaultActions: [{{Type: forward, TargetGroupArn: !Ref Targets}}]
  Service:
    Type: AWS::ECS::Service
    DependsOn: Listener
    Properties:
      LoadBalancers: [{{ContainerName: web, ContainerPort: 8080, TargetGroupArn: !Ref Targets}}]
      NetworkConfiguration:
        AwsvpcConfiguration: {{SecurityGroups: [!Ref Web], Subnets: [subnet-0123456789abcdef0]}}
"""


@rule(
    id="E9266",
    title="Targets let their load balancer in",
    reason=(
        "The load balancer connects to the container's port for requests and for health checks. If no security group "
        "of the tasks opens it for the group of the load balancer, all targets are unhealthy and ECS replaces the "
        "tasks forever."
    ),
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html",
    good=_TEMPLATE.format(port=8080),
    bad=_TEMPLATE.format(port=80),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the groups of each service with the container ports and the groups of its load balancers."""
    path = "NetworkConfiguration.AwsvpcConfiguration.SecurityGroups"
    for service in tree.resources("AWS::ECS::Service"):
        own = groups(tree, service.get(path))
        for entry in items(service.get("LoadBalancers")) if own else ():
            port = as_int(tree.literal(dig(entry, "ContainerPort")))
            target = tree.target(dig(entry, "TargetGroupArn"), "AWS::ElasticLoadBalancingV2::TargetGroup")
            for balancer in _balancers(tree, target) if target and port else ():
                peers = groups(tree, balancer.get("SecurityGroups"))
                protocol = "udp" if target and as_text(target.get("Protocol")) == "UDP" else "tcp"
                if peers and own and port and admits(tree, own, port, protocol, peers) is False:
                    names = " and ".join(group.path for group in own)
                    message = f"{names} does not open {protocol} {port} for {balancer.path}"
                    fix = f"Add a rule that opens the port for {peers[0].id}."
                    yield Hit(service, path, message, fix)


def _balancers(tree: Tree, group: Resource) -> Iterator[Resource]:
    for use in tree.referrers(
        group, "AWS::ElasticLoadBalancingV2::Listener", "AWS::ElasticLoadBalancingV2::ListenerRule"
    ):
        listener = use.resource
        if listener.type == "AWS::ElasticLoadBalancingV2::ListenerRule":
            found = tree.target(listener.get("ListenerArn"), "AWS::ElasticLoadBalancingV2::Listener")
            if found is None:
                continue
            listener = found
        balancer = tree.target(listener.get("LoadBalancerArn"), "AWS::ElasticLoadBalancingV2::LoadBalancer")
        if balancer:
            yield balancer
