"""Rotation functions that may not rotate their secret."""

from __future__ import annotations

from collections.abc import Iterator

from gate.needs import Need, key_of, lacking
from gate.rule import Hit, rule
from gate.tree import Tree

_ACTIONS = tuple(
    f"secretsmanager:{verb}"
    for verb in ("DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage")
)

_TEMPLATE = """
Resources:
  Secret: {{Type: AWS::SecretsManager::Secret}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {{Effect: Allow, Principal: {{Service: lambda.amazonaws.com}}, Action: sts:AssumeRole}}
      Policies:
        - PolicyName: rotate
          PolicyDocument: {{Statement: {{Effect: Allow, Action: "secretsmanager:{action}", Resource: !Ref Secret}}}}
  Function:
    Type: AWS::Lambda::Function
    Properties: {{Role: !GetAtt Role.Arn, Handler: a.b, Runtime: python3.13, Code: {{ZipFile: a}}}}
  Rotation:
    Type: AWS::SecretsManager::RotationSchedule
    Properties: {{SecretId: !Ref Secret, RotationLambdaARN: !GetAtt Function.Arn}}
"""


@rule(
    id="E9439",
    title="A rotation function may rotate its secret",
    reason=(
        "The function reads the secret, puts a new version and moves the stages, with its own role, and needs "
        "a customer key for it, too. The first rotation starts at once, and fails without them."
    ),
    source="https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html",
    good=_TEMPLATE.format(action="*"),
    bad=_TEMPLATE.format(action="Get*"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Ask the role of the function behind every rotation schedule."""
    yield from lacking(tree, _needs(tree))


def _needs(tree: Tree) -> Iterator[Need]:
    for schedule in tree.resources("AWS::SecretsManager::RotationSchedule"):
        function = tree.target(schedule.get("RotationLambdaARN"), "AWS::Lambda::Function")
        role = tree.target(function.get("Role"), "AWS::IAM::Role") if function else None
        secret = tree.target(tree.literal(schedule.get("SecretId")), "AWS::SecretsManager::Secret")
        if role is None or secret is None:
            continue
        yield Need(schedule, ("RotationLambdaARN",), role, _ACTIONS, secret)
        key = key_of(tree, secret)
        if key:
            via = {"kms:ViaService": f"secretsmanager.{tree.context.region}.{tree.context.url_suffix}"}
            yield Need(schedule, ("RotationLambdaARN",), role, ("kms:Decrypt", "kms:GenerateDataKey"), key, via)
