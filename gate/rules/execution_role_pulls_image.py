"""Private images that the execution role may not pull."""

from __future__ import annotations

from collections.abc import Iterator

from gate import execution
from gate.needs import Need, lacking
from gate.rule import Hit, rule
from gate.tree import Tree
from gate.workloads import TASK, fargate

_PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")

_TEMPLATE = """
Resources:
  Films: {{Type: AWS::ECR::Repository}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {{Effect: Allow, Principal: {{Service: ecs-tasks.amazonaws.com}}, Action: sts:AssumeRole}}
      Policies:
        - PolicyName: pull
          PolicyDocument:
            Statement:
              - {{Effect: Allow, Action: ecr:GetAuthorizationToken, Resource: {on}}}
              - Effect: Allow
                Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
                Resource: !GetAtt Films.Arn
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ExecutionRoleArn: !GetAtt Role.Arn
      RequiresCompatibilities: [FARGATE]
      ContainerDefinitions: [{{Name: a, Image: !Sub "${{Films.RepositoryUri}}:1"}}]
"""


@rule(
    id="E9423",
    title="The execution role may pull the private images of a Fargate task",
    reason=(
        "On Fargate, images in ECR are pulled with the execution role: it needs ecr:GetAuthorizationToken on '*' and "
        "three actions on the repository. Otherwise every task stops with CannotPullContainerError."
    ),
    source="https://docs.aws.amazon.com/AmazonECR/latest/userguide/ECR_on_ECS.html",
    good=_TEMPLATE.format(on='"*"'),
    bad=_TEMPLATE.format(on="!GetAtt Films.Arn"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Ask the execution role of every Fargate task definition with such an image."""
    yield from lacking(tree, _needs(tree))


def _needs(tree: Tree) -> Iterator[Need]:
    for task in tree.resources(TASK):
        role = tree.target(task.get("ExecutionRoleArn"), "AWS::IAM::Role")
        for path, repository in execution.private_images(tree, task) if role and fargate(tree, task) else ():
            if role:
                yield Need(task, path, role, ("ecr:GetAuthorizationToken",), "*")
            if role and repository:
                yield Need(task, path, role, _PULL, repository)
