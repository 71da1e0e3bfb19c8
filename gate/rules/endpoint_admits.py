"""Interface endpoints that take over the name of a service and do not let their clients in."""

from __future__ import annotations

from collections.abc import Iterator

from gate.completeness import complete
from gate.network import subnets, vpc
from gate.rule import Hit, rule
from gate.security_groups import admits, emits, groups
from gate.tree import Resource, Tree, as_bool, as_text, dig, items, text
from gate.workloads import TASK, containers, fargate, placements

_TEMPLATE = """
Resources:
  Vpc: {{Type: AWS::EC2::VPC, Properties: {{CidrBlock: 10.0.0.0/16, EnableDnsHostnames: true}}}}
  Subnet: {{Type: AWS::EC2::Subnet, Properties: {{VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}}}
  Tasks: {{Type: AWS::EC2::SecurityGroup, Properties: {{GroupDescription: tasks, VpcId: !Ref Vpc}}}}
  Other: {{Type: AWS::EC2::SecurityGroup, Properties: {{GroupDescription: other, VpcId: !Ref Vpc}}}}
  Endpoints:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: endpoints
      VpcId: !Ref Vpc
      SecurityGroupIngress: [{{IpProtocol: tcp, FromPort: 443, ToPort: 443, SourceSecurityGroupId: !Ref {client}}}]
  Logs:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcId: !Ref Vpc
      VpcEndpointType: Interface
      PrivateDnsEnabled: true
      ServiceName: !Sub com.amazonaws.${{AWS::Region}}.logs
      SubnetIds: [!Ref Subnet]
      SecurityGroupIds: [!Ref Endpoints]
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      RequiresCompatibilities: [FARGATE]
      ContainerDefinitions:
        - Name: app
          Image: app
          LogConfiguration:
            LogDriver: awslogs
            Options:
              awslogs-group: films
              awslogs-region: !Ref AWS::Region
              awslogs-stream-prefix: app
  Service:
    Type: AWS::ECS::Service
    Properties:
      LaunchType: FARGATE
      TaskDefinition: !Ref Task
      NetworkConfiguration: {{AwsvpcConfiguration: {{Subnets: [!Ref Subnet], SecurityGroups: [!Ref Tasks]}}}}
"""


@rule(
    id="E9546",
    title="An interface endpoint lets in the tasks that need its service to start",
    reason=(
        "With private DNS the name of the service leads to the endpoint, also where a NAT gateway exists. If its "
        "security group does not open port 443 to the tasks, pulling the image, reading secrets or logging times out."
    ),
    source="https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html",
    good=_TEMPLATE.format(client="Tasks"),
    bad=_TEMPLATE.format(client="Other"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the groups of each endpoint with those of the Fargate tasks in its VPC."""
    endpoints = [
        each
        for each in tree.resources("AWS::EC2::VPCEndpoint")
        if as_text(each.get("VpcEndpointType")) == "Interface" and as_bool(each.get("PrivateDnsEnabled"))
    ]
    if not endpoints or not complete(tree):
        return
    for task in tree.resources(TASK):
        needed = _needed(tree, task) if fargate(tree, task) else set()
        for where in placements(tree, task):
            clients = groups(tree, where.groups)
            here = next((vpc(tree, subnet) for subnet in subnets(tree, where.subnets) or []), None)
            for endpoint in endpoints if clients and here is not None else ():
                name = (text(tree.literal(endpoint.get("ServiceName")), "?") or "").rpartition(
                    f".{tree.context.region}."
                )[2]
                servers = groups(tree, endpoint.get("SecurityGroupIds"))
                if name not in needed or not servers or not clients or not tree.same(vpc(tree, endpoint), here):
                    continue
                if admits(tree, servers, 443, peers=clients) is False:
                    message = f"no rule lets {clients[0].path} in, but {task.path} needs {name}"
                    fix = f"Add an ingress rule for port 443 from {clients[0].id} to {servers[0].id}."
                    yield Hit(endpoint, "SecurityGroupIds", message, fix)
                elif emits(tree, clients, 443, peers=servers) is False:
                    message = f"its egress rules leave out port 443 of {endpoint.path}"
                    yield Hit(clients[0], "SecurityGroupEgress", message, "Add an egress rule to port 443.")


def _needed(tree: Tree, task: Resource) -> set[str]:
    """Return the services that Fargate itself calls for a task, with the network of the task."""
    found = set()
    for _, container in containers(task):
        if ".dkr.ecr." in (text(tree.literal(dig(container, "Image")), "?") or ""):
            found |= {"ecr.api", "ecr.dkr"}
        if as_text(dig(container, "LogConfiguration.LogDriver")) == "awslogs":
            found.add("logs")
        for entry in items(dig(container, "Secrets")):
            if "secretsmanager" in str(dig(entry, "ValueFrom")) or tree.target(
                dig(entry, "ValueFrom"), "AWS::SecretsManager::Secret"
            ):
                found.add("secretsmanager")
    return found
