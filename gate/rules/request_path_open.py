"""Security groups that stop a request between the API and its containers."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.security_groups import admits, emits, groups
from gate.tree import Reference, Resource, Text, Tree, as_int, dig, items
from gate.workloads import SERVICE

_TEMPLATE = """
Resources:
  Caller: {{Type: AWS::EC2::SecurityGroup, Properties: {{GroupDescription: link, VpcId: vpc-0123456789abcdef0}}}}
  Other: {{Type: AWS::EC2::SecurityGroup, Properties: {{GroupDescription: other, VpcId: vpc-0123456789abcdef0}}}}
  Front:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: balancer
      VpcId: vpc-0123456789abcdef0
      SecurityGroupIngress: [{{IpProtocol: tcp, FromPort: 80, ToPort: 80, SourceSecurityGroupId: !Ref {caller}}}]
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties:
      Scheme: internal
      Subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]
      SecurityGroups: [!Ref Front]
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      Protocol: HTTP
      Port: 80
      DefaultActions: [{{Type: fixed-response, FixedResponseConfig: {{StatusCode: "404"}}}}]
  Link:
    Type: AWS::ApiGatewayV2::VpcLink
    Properties: {{Name: films, SubnetIds: [subnet-0123456789abcdef0], SecurityGroupIds: [!Ref Caller]}}
  Api: {{Type: AWS::ApiGatewayV2::Api, Properties: {{Name: films, ProtocolType: HTTP}}}}
  Integration:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Api
      IntegrationType: HTTP_PROXY
      IntegrationMethod: ANY
      PayloadFormatVersion: "1.0"
      ConnectionType: VPC_LINK
      ConnectionId: !Ref Link
      IntegrationUri: !Ref Listener
"""
_BALANCER, _LISTENER = "AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::ElasticLoadBalancingV2::Listener"
_GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"


@rule(
    id="E9512",
    title="Security groups let a request through from the API to the containers",
    reason=(
        "A VPC link and a load balancer open connections with their own security groups. If the next one does not "
        "admit them, or their own egress rules leave the port out, every request ends in a timeout."
    ),
    source="https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vpc-links.html",
    good=_TEMPLATE.format(caller="Caller"),
    bad=_TEMPLATE.format(caller="Other"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Follow each VPC link to its load balancer, and each load balancer to its tasks."""
    for link, balancer, port in _links(tree):
        callers = groups(tree, link.get("SecurityGroupIds"))
        servers = groups(tree, balancer.get("SecurityGroups"))
        if not callers or not servers or port is None:
            continue
        if admits(tree, servers, port, peers=callers) is False:
            message = f"no rule lets {callers[0].path} into port {port}, but {link.path} calls it"
            yield Hit(balancer, "SecurityGroups", message, f"Add an ingress rule from {callers[0].id}.")
        elif emits(tree, callers, port, peers=servers) is False:
            message = f"its egress rules leave out port {port} of {balancer.path}"
            yield Hit(callers[0], "SecurityGroupEgress", message, f"Add an egress rule to port {port}.")
    for balancer, service, port in _targets(tree):
        callers = groups(tree, balancer.get("SecurityGroups"))
        servers = groups(tree, service.get("NetworkConfiguration.AwsvpcConfiguration.SecurityGroups"))
        if callers and servers and emits(tree, callers, port, peers=servers) is False:
            message = f"its egress rules leave out port {port} of {service.path}, a target of {balancer.path}"
            yield Hit(callers[0], "SecurityGroupEgress", message, f"Add an egress rule to port {port}.")


def _links(tree: Tree) -> Iterator[tuple[Resource, Resource, int | None]]:
    """Yield each VPC link with a load balancer that it leads to, and the port that is called."""
    calls = [
        (integration.get("ConnectionId"), integration.get("IntegrationUri"))
        for integration in tree.resources("AWS::ApiGatewayV2::Integration")
    ]
    calls += [
        (dig(method.get("Integration"), "ConnectionId"), dig(method.get("Integration"), "IntegrationTarget"))
        for method in tree.resources("AWS::ApiGateway::Method")
    ]
    seen = set()
    for connection, aim in calls:
        link = tree.target(connection, "AWS::ApiGatewayV2::VpcLink")
        listener = tree.target(aim, _LISTENER)
        balancer = tree.target(listener.get("LoadBalancerArn") if listener else aim, _BALANCER)
        if link and balancer and (link, balancer, listener) not in seen and not isinstance(aim, Text):
            seen.add((link, balancer, listener))
            for each in [listener] if listener else _listeners(tree, balancer):
                yield link, balancer, as_int(tree.literal(each.get("Port")))


def _listeners(tree: Tree, balancer: Resource) -> list[Resource]:
    return [use.resource for use in tree.referrers(balancer, _LISTENER)]


def _targets(tree: Tree) -> Iterator[tuple[Resource, Resource, int]]:
    """Yield each load balancer with a service behind it, and the port of the container."""
    for service in tree.resources(SERVICE):
        for entry in items(service.get("LoadBalancers")):
            group, port = dig(entry, "TargetGroupArn"), as_int(tree.literal(dig(entry, "ContainerPort")))
            target = tree.target(group, _GROUP) if isinstance(group, Reference) else None
            for use in tree.referrers(target, _LISTENER) if target and port is not None else ():
                balancer = tree.target(use.resource.get("LoadBalancerArn"), _BALANCER)
                if balancer and port is not None:
                    yield balancer, service, port
