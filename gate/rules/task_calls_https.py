"""Fargate tasks that may not call HTTPS."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.security_groups import emits, groups
from gate.tree import Tree
from gate.workloads import TASK, fargate, placements

_TEMPLATE = """
Resources:
  Tasks:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: tasks
      VpcId: vpc-0123456789abcdef0
      SecurityGroupEgress: [{{IpProtocol: tcp, FromPort: {port}, ToPort: {port}, CidrIp: 0.0.0.0/0}}]
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties: {{RequiresCompatibilities: [FARGATE], ContainerDefinitions: [{{Name: app, Image: app}}]}}
  Service:
    Type: AWS::ECS::Service
    Properties:
      LaunchType: FARGATE
      TaskDefinition: !Ref Task
      NetworkConfiguration:
        AwsvpcConfiguration: {{Subnets: [subnet-0123456789abcdef0], SecurityGroups: [!Ref Tasks]}}
"""


@rule(
    id="E9513",
    title="A Fargate task is let out to port 443",
    reason=(
        "Fargate pulls the image, reads secrets and writes logs over HTTPS through the network interface of the task. "
        "Egress rules that leave port 443 out keep every task from starting."
    ),
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html",
    good=_TEMPLATE.format(port=443),
    bad=_TEMPLATE.format(port=5432),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look for an egress rule to port 443, wherever it leads, in the groups of each task."""
    for task in tree.resources(TASK):
        for where in placements(tree, task) if fargate(tree, task) else ():
            clients = groups(tree, where.groups)
            if clients and emits(tree, clients, 443) is False:
                message = f"its egress rules leave out port 443, which {task.path} needs to start"
                yield Hit(clients[0], "SecurityGroupEgress", message, "Add an egress rule to port 443.")
