"""Health checks of a port on which no container listens, or of a kind that the target group cannot do."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tasks import containers, mapped_ports
from gate.tree import Resource, Tree, as_int, as_text

_TEMPLATE = """
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      NetworkMode: awsvpc
      ContainerDefinitions: [{{Name: web, Image: web, PortMappings: [{{ContainerPort: 8080}}]}}]
  Targets:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {{TargetType: ip, Port: 8080, Protocol: HTTP, HealthCheckPort: "{port}"}}
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
      LoadBalancers: [{{ContainerName: web, ContainerPort: 8080, TargetGroupArn: !Ref Targets}}]
"""
_CHECKS = {
    "HTTP": {"HTTP", "HTTPS"},
    "HTTPS": {"HTTP", "HTTPS"},
    "TCP": {"TCP", "HTTP", "HTTPS"},
    "TLS": {"TCP", "HTTP", "HTTPS"},
    "UDP": {"TCP", "HTTP", "HTTPS"},
    "TCP_UDP": {"TCP", "HTTP", "HTTPS"},
    "GENEVE": {"TCP", "HTTP", "HTTPS"},
}
"""Protocols of health checks by that of the target group."""


@rule(
    id="E9264",
    title="A health check asks where the targets answer, in a way that the load balancer can",
    reason=(
        "A fixed health-check port that no container maps never answers: all targets stay unhealthy and the service "
        "never becomes stable. A load balancer for HTTP checks by HTTP only, and UDP cannot be checked by UDP."
    ),
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",
    good=_TEMPLATE.format(port="8080"),
    bad=_TEMPLATE.format(port="9090"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the health check of each target group with its protocol and the ports of the tasks behind it."""
    for group in tree.resources("AWS::ElasticLoadBalancingV2::TargetGroup"):
        protocol = as_text(tree.literal(group.get("Protocol")))
        asked = as_text(tree.literal(group.get("HealthCheckProtocol")))
        if asked and protocol in _CHECKS and asked not in _CHECKS[protocol]:
            listed = ", ".join(sorted(_CHECKS[protocol]))
            message = f"a target group for {protocol} is checked by {listed}, not by {asked}"
            yield Hit(group, "HealthCheckProtocol", message, "Choose one of them.")
        port = as_int(tree.literal(group.get("HealthCheckPort")))
        for use in tree.referrers(group, "AWS::ECS::Service") if port else ():
            mapped = _ports(tree, use.resource)
            if mapped and port not in mapped:
                message = f"the health check asks port {port}; the tasks of {use.resource.path} map {sorted(mapped)}"
                yield Hit(group, "HealthCheckPort", message, "Write traffic-port, or map the port.")


def _ports(tree: Tree, service: Resource) -> set[int] | None:
    """Return all ports that the tasks of a service map in awsvpc mode, where they are those of the host, too."""
    task = tree.target(service.get("TaskDefinition"), "AWS::ECS::TaskDefinition")
    if task is None or as_text(tree.literal(task.get("NetworkMode"))) != "awsvpc":
        return None
    mapped = [mapped_ports(container) for container in containers(tree, task)]
    return None if None in mapped else {port for ports in mapped if ports for port in ports}
