"""Tasks that need an execution role and have none."""

from __future__ import annotations

from collections.abc import Iterator

from gate import execution
from gate.rule import Hit, rule
from gate.tree import Resource, Tree
from gate.workloads import TASK, fargate

_TEMPLATE = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {{Effect: Allow, Principal: {{Service: ecs-tasks.amazonaws.com}}, Action: sts:AssumeRole}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      {role}
      RequiresCompatibilities: [FARGATE]
      ContainerDefinitions:
        - Name: a
          Image: a
          LogConfiguration: {{LogDriver: awslogs, Options: {{awslogs-group: a, awslogs-region: us-east-1}}}}
"""


@rule(
    id="E9420",
    title="A task that ECS reads or writes something for has an execution role",
    reason=(
        "ECS reads secrets with the execution role, and on Fargate also writes logs and pulls private images with it. "
        "Without one the task definition is refused, or no task of it starts."
    ),
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html",
    good=_TEMPLATE.format(role="ExecutionRoleArn: !GetAtt Role.Arn"),
    bad=_TEMPLATE.format(role="Cpu: 256"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at every task definition without an execution role."""
    for task in tree.resources(TASK):
        why = _reason(tree, task) if task.get("ExecutionRoleArn") is None else None
        if why:
            fix = "Give ExecutionRoleArn a role that ecs-tasks.amazonaws.com may assume."
            yield Hit(task, (), f"there is no execution role, and the task {why}", fix)


def _reason(tree: Tree, task: Resource) -> str | None:
    if next(execution.secrets(task), None):
        return "has secrets that ECS must read"
    if not fargate(tree, task):
        return None
    if next(execution.logs(task), None):
        return "logs to CloudWatch Logs from Fargate"
    return "has an image in a private ECR repository" if next(execution.private_images(tree, task), None) else None
