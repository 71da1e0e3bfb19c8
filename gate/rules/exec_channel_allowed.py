"""ECS Exec into tasks whose role may not open the channel."""

from __future__ import annotations

from collections.abc import Iterator

from gate.needs import Need, lacking
from gate.rule import Hit, rule
from gate.tree import Tree, as_bool
from gate.workloads import SERVICE, TASK

_ACTIONS = tuple(
    f"ssmmessages:{verb}"
    for verb in ("CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel")
)

_TEMPLATE = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {{Effect: Allow, Principal: {{Service: ecs-tasks.amazonaws.com}}, Action: sts:AssumeRole}}
      Policies:
        - PolicyName: exec
          PolicyDocument: {{Statement: {{Effect: Allow, Action: "{action}", Resource: "*"}}}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties: {{TaskRoleArn: !GetAtt Role.Arn, ContainerDefinitions: [{{Name: a, Image: a}}]}}
  Service:
    Type: AWS::ECS::Service
    Properties: {{TaskDefinition: !Ref Task, EnableExecuteCommand: true}}
"""


@rule(
    id="E9429",
    title="ECS Exec has what it needs of the task role",
    reason="The agent in the task opens the channel with the task role; without these actions nobody can connect.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html",
    good=_TEMPLATE.format(action="ssmmessages:*"),
    bad=_TEMPLATE.format(action="ssm:StartSession"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Ask the task role of every service with ECS Exec."""
    yield from lacking(tree, _needs(tree))


def _needs(tree: Tree) -> Iterator[Need]:
    for service in tree.resources(SERVICE):
        task = tree.target(service.get("TaskDefinition"), TASK)
        role = tree.target(task.get("TaskRoleArn"), "AWS::IAM::Role") if task else None
        if role and as_bool(service.get("EnableExecuteCommand")):
            yield Need(service, ("EnableExecuteCommand",), role, _ACTIONS, "*")
