"""Load balancers of services that name a container or a port that the task does not have."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tasks import mapped_ports
from gate.tree import Tree, Value, as_int, as_list, as_text, dig, items

_TEMPLATE = """
Parameters:
  Port: {{Type: Number, Default: 8080}}
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions: [{{Name: web, Image: web, PortMappings: [{{ContainerPort: !Ref Port}}]}}]
  Targets: {{Type: AWS::ElasticLoadBalancingV2::TargetGroup}}
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
      LoadBalancers: [{{ContainerName: web, ContainerPort: {port}, TargetGroupArn: !Ref Targets}}]
"""


@rule(
    id="E9260",
    title="A service balances a container and a port that its task has",
    reason="ECS refuses a service whose load balancer or registry names a container or a port that is not mapped.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LoadBalancer.html",
    good=_TEMPLATE.format(port="!Ref Port"),
    bad=_TEMPLATE.format(port="80"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the load balancers and service registries of each service with its task definition."""
    for service in tree.resources("AWS::ECS::Service", "AWS::ECS::TaskSet"):
        task = tree.target(service.get("TaskDefinition"), "AWS::ECS::TaskDefinition")
        containers = as_list(tree.literal(task.get("ContainerDefinitions"))) if task else None
        for kind in ("LoadBalancers", "ServiceRegistries"):
            for index, each in enumerate(items(service.get(kind))):
                for name, message, fix in _judge(tree, each, containers or []):
                    yield Hit(service, (kind, index, name), message, fix)
        mappings = [mapping for each in containers or [] for mapping in items(dig(each, "PortMappings"))]
        named = [as_text(dig(mapping, "Name")) for mapping in mappings]
        for index, each in enumerate(items(service.get("ServiceConnectConfiguration.Services"))):
            wanted = as_text(tree.literal(dig(each, "PortName")))
            if containers and wanted is not None and wanted not in named:
                message = f"no port mapping of the task has the name {wanted}"
                fix = "Give the port mapping that Name."
                yield Hit(service, ("ServiceConnectConfiguration", "Services", index, "PortName"), message, fix)


def _judge(tree: Tree, entry: Value, containers: list[Value]) -> Iterator[tuple[str, str, str]]:
    wanted = as_text(tree.literal(dig(entry, "ContainerName")))
    names = [as_text(dig(container, "Name")) for container in containers]
    if wanted is None or not names or None in names:
        return
    if wanted not in names:
        yield (
            "ContainerName",
            f"the task has no container {wanted}; it has {', '.join(map(str, names))}",
            "Name one of them.",
        )
        return
    port = as_int(tree.literal(dig(entry, "ContainerPort")))
    mapped = mapped_ports(containers[names.index(wanted)])
    if port is not None and mapped is not None and port not in mapped:
        listed = ", ".join(map(str, sorted(mapped))) or "none"
        yield "ContainerPort", f"the container {wanted} maps {listed}, not {port}", "Map the port, or use a mapped one."
