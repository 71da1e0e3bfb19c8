"""Secrets of a task that its execution role may not read."""

from __future__ import annotations

from collections.abc import Iterator

from gate import execution
from gate.needs import Need, key_of, lacking, secret
from gate.rule import Hit, rule
from gate.tree import Tree
from gate.tree.arns import spelled
from gate.workloads import TASK

_TEMPLATE = """
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy: {{Statement: {{Effect: Allow, Principal: {{AWS: !Ref AWS::AccountId}}, Action: kms:*, Resource: "*"}}}}
  One: {{Type: AWS::SecretsManager::Secret, Properties: {{KmsKeyId: !Ref Key}}}}
  Two: {{Type: AWS::SecretsManager::Secret}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {{Effect: Allow, Principal: {{Service: ecs-tasks.amazonaws.com}}, Action: sts:AssumeRole}}
      Policies:
        - PolicyName: secrets
          PolicyDocument:
            Statement:
              - {{Effect: Allow, Action: secretsmanager:GetSecretValue, Resource: [{secrets}]}}
              - {{Effect: Allow, Action: kms:Decrypt, Resource: !GetAtt Key.Arn}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ExecutionRoleArn: !GetAtt Role.Arn
      ContainerDefinitions:
        - Name: a
          Image: a
          Secrets:
            - {{Name: ONE, ValueFrom: !Sub "${{One}}:password::"}}
            - {{Name: TWO, ValueFrom: !Ref Two}}
"""


@rule(
    id="E9421",
    title="The execution role may read every secret of a task, and use its key",
    reason=(
        "ECS reads secrets and parameters with the execution role before a container starts. Without "
        "secretsmanager:GetSecretValue or ssm:GetParameters on each of them, and kms:Decrypt on a customer key, every "
        "task stops with ResourceInitializationError."
    ),
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html#task-execution-secrets",
    good=_TEMPLATE.format(secrets="!Ref One, !Ref Two"),
    bad=_TEMPLATE.format(secrets="!Ref One"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Ask the execution role of every task definition."""
    yield from lacking(tree, _needs(tree))


def _needs(tree: Tree) -> Iterator[Need]:
    for task in tree.resources(TASK):
        role = tree.target(task.get("ExecutionRoleArn"), "AWS::IAM::Role")
        if role is None:
            continue
        for path, value in execution.secrets(task):
            on = secret(tree, value)
            service = (spelled(tree, on) or "").split(":")[2:3]
            if service == ["secretsmanager"]:
                yield Need(task, path, role, ("secretsmanager:GetSecretValue",), on)
            elif service == ["ssm"]:
                yield Need(task, path, role, ("ssm:GetParameters",), on)
            held = tree.target(on)
            key = key_of(tree, held) if held else None
            if key:
                via = (
                    {"kms:ViaService": f"{service[0]}.{tree.context.region}.{tree.context.url_suffix}"}
                    if service
                    else {}
                )
                yield Need(task, path, role, ("kms:Decrypt",), key, via)
