"""Fargate tasks that use AWS and have no role."""

from __future__ import annotations

from collections.abc import Iterator

from gate.access import handed
from gate.rule import Hit, rule
from gate.tree import Resource, Tree, as_bool, as_text, dig, items
from gate.workloads import TASK, fargate, services

_TEMPLATE = """
Resources:
  Queue: {{Type: AWS::SQS::Queue}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {{Effect: Allow, Principal: {{Service: ecs-tasks.amazonaws.com}}, Action: sts:AssumeRole}}
      Policies:
        - PolicyName: send
          PolicyDocument: {{Statement: {{Effect: Allow, Action: sqs:SendMessage, Resource: !GetAtt Queue.Arn}}}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      {role}
      RequiresCompatibilities: [FARGATE]
      ContainerDefinitions: [{{Name: a, Image: a, Environment: [{{Name: QUEUE, Value: !Ref Queue}}]}}]
"""


@rule(
    id="E9425",
    title="A Fargate task that uses AWS has a task role",
    reason=(
        "Containers on Fargate have no other credentials than those of the task role. Without one, every call to the "
        "stream, queue, secret or file system that they are handed fails, and ECS Exec cannot connect."
    ),
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html",
    good=_TEMPLATE.format(role="TaskRoleArn: !GetAtt Role.Arn"),
    bad=_TEMPLATE.format(role="Cpu: 256"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at every Fargate task definition without a task role."""
    for task in tree.resources(TASK):
        if task.get("TaskRoleArn") is None and fargate(tree, task):
            why = _reason(tree, task)
            if why:
                fix = "Give TaskRoleArn a role that ecs-tasks.amazonaws.com may assume."
                yield Hit(task, (), f"there is no task role, and {why}", fix)


def _reason(tree: Tree, task: Resource) -> str | None:
    for _, reference, _ in handed(tree, task):
        return f"a container is handed {reference}"
    for volume in items(task.get("Volumes")):
        if as_text(dig(volume, "EFSVolumeConfiguration.AuthorizationConfig.IAM")) == "ENABLED":
            return "a volume is mounted with IAM authorisation"
    for service in services(tree, task):
        if as_bool(service.get("EnableExecuteCommand")):
            return f"{service.path} enables ECS Exec"
    return None
