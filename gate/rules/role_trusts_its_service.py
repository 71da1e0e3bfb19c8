"""Roles that the service which uses them may not assume."""

from __future__ import annotations

from collections.abc import Iterator

from gate.principals import ROLES, roles
from gate.rule import Hit, rule
from gate.tree import Tree
from gate.tree.iam import trusts

_TEMPLATE = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: {{Effect: Allow, Principal: {{Service: {service}.amazonaws.com}}, Action: sts:AssumeRole}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      TaskRoleArn: !GetAtt Role.Arn
      ContainerDefinitions: [{{Name: a, Image: a}}]
"""


@rule(
    id="E9411",
    title="A role trusts the service that uses it",
    reason=(
        "A service can only use a role whose trust policy lets it call sts:AssumeRole. The wrong service there is "
        "refused when the consumer is created, or when its first task, function or delivery starts."
    ),
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-service.html",
    good=_TEMPLATE.format(service="ecs-tasks"),
    bad=_TEMPLATE.format(service="ecs"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Ask the trust policy of every role that a consumer in the tree names."""
    for consumer in tree.resources(*ROLES):
        for path, role, service in roles(tree, consumer):
            if trusts(role, service) is False:
                yield Hit(
                    consumer,
                    path,
                    f"{role.path} does not let {service} assume it",
                    f"Allow sts:AssumeRole to {{Service: {service}}} in AssumeRolePolicyDocument of {role.id}.",
                )
