"""Fargate tasks that cannot reach their image."""

from __future__ import annotations

from collections.abc import Iterator

from gate.network import Way, denotes, subnets, tables, vpc, way_out
from gate.rule import Hit, rule
from gate.tasks import containers, runs_on_fargate
from gate.tree import Resource, Tree, as_text, dig, items, text

_TEMPLATE = """
Resources:
  Vpc: {{Type: AWS::EC2::VPC, Properties: {{CidrBlock: 10.0.0.0/16}}}}
  Subnet: {{Type: AWS::EC2::Subnet, Properties: {{VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}}}
  Table: {{Type: AWS::EC2::RouteTable, Properties: {{VpcId: !Ref Vpc}}}}
  Use:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {{SubnetId: !Ref Subnet, RouteTableId: !Ref Table}}
  Route:
    Type: AWS::EC2::Route
    Properties: {{RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, {target}}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      NetworkMode: awsvpc
      RequiresCompatibilities: [FARGATE]
      ContainerDefinitions: [{{Name: web, Image: "public.ecr.aws/nginx/nginx:1"}}]
  Service:
    Type: AWS::ECS::Service
    Properties:
      LaunchType: FARGATE
      TaskDefinition: !Ref Task
      NetworkConfiguration: {{AwsvpcConfiguration: {{AssignPublicIp: DISABLED, Subnets: [!Ref Subnet]}}}}
"""


@rule(
    id="E9218",
    title="A Fargate task has a way to its image, logs and secrets",
    reason=(
        "A task without a public address reaches registries and AWS services by a NAT gateway or by VPC endpoints, one "
        "with a public address by the internet gateway. Otherwise it ends with ResourceInitializationError or "
        "CannotPullContainerError, and the service never becomes stable."
    ),
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html",
    good=_TEMPLATE.format(target="NatGatewayId: nat-0123456789abcdef0"),
    bad=_TEMPLATE.format(target="GatewayId: igw-0123456789abcdef0"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Follow the default routes of each service's subnets; without one, look for the endpoints it needs instead."""
    for service in tree.resources("AWS::ECS::Service"):
        task = tree.target(service.get("TaskDefinition"), "AWS::ECS::TaskDefinition")
        network = "NetworkConfiguration.AwsvpcConfiguration"
        given = service.get(f"{network}.AssignPublicIp")
        public = "DISABLED" if given is None else as_text(tree.literal(given))
        if public is None or not runs_on_fargate(tree, service, task):
            continue
        for subnet in subnets(tree, service.get(f"{network}.Subnets")) or []:
            way = way_out(tree, subnet)
            lost = way is Way.NONE or (way is Way.INTERNET and public == "DISABLED")
            missing = _missing_endpoints(tree, subnet, task) if lost else []
            if missing:
                address = "without" if public == "DISABLED" else "with"
                message = (
                    f"tasks {address} a public address in {subnet.path}, whose default route leads to {way.value}, "
                    f"cannot reach {', '.join(missing)}"
                )
                fix = "Give subnets whose default route leads to a NAT gateway, or add the VPC endpoints."
                yield Hit(service, f"{network}.Subnets", message, fix)
                break


def _missing_endpoints(tree: Tree, subnet: Resource, task: Resource | None) -> list[str]:
    """Return what a task cannot reach by the VPC endpoints of its subnet alone."""
    wanted = {"ecr.api": "ecr.api", "ecr.dkr": "ecr.dkr", "s3": "s3"}
    for container in containers(tree, task) if task else ():
        image = text(tree.literal(dig(container, "Image")), "?") or "?"
        if ".dkr.ecr." not in image and "?" not in image:
            return [f"the registry of {image}"]
        if as_text(dig(container, "LogConfiguration.LogDriver")) == "awslogs":
            wanted["logs"] = "logs"
        for entry in items(dig(container, "Secrets")):
            if tree.target(dig(entry, "ValueFrom"), "AWS::SecretsManager::Secret"):
                wanted["secretsmanager"] = "secretsmanager"
    offered = _offered(tree, subnet)
    return [] if offered is None else [name for name in wanted if name not in offered]


def _offered(tree: Tree, subnet: Resource) -> set[str] | None:
    """Return the services that have an endpoint which the subnet can use; None if that is not known."""
    found = set()
    for endpoint in tree.resources("AWS::EC2::VPCEndpoint"):
        if tree.same(vpc(tree, endpoint), vpc(tree, subnet)) is False:
            continue
        service = text(tree.literal(endpoint.get("ServiceName")), "?")
        if service is None or "?" in service.removeprefix("com.amazonaws.").split(".", 1)[-1]:
            return None
        name = service.removeprefix("cn.").removeprefix("com.amazonaws.").split(".", 1)[-1]
        kind = endpoint.get("VpcEndpointType")
        if kind is None or as_text(kind) == "Gateway":
            served = items(endpoint.get("RouteTableIds"))
            own = tables(tree, subnet)
            if own and not any(denotes(tree, each, table) for each in served for table in own):
                continue
        found.add(name)
    return found
