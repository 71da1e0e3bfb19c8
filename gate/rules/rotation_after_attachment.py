"""Rotation of a database secret that may begin before the secret says where the database is."""

from __future__ import annotations

from collections.abc import Iterator

from gate.ordering import unordered
from gate.rule import Hit, rule
from gate.tree import Tree

_TEMPLATE = """
Resources:
  Secret: {{Type: AWS::SecretsManager::Secret, Properties: {{GenerateSecretString: {{}}}}}}
  Attachment:
    Type: AWS::SecretsManager::SecretTargetAttachment
    Properties: {{SecretId: !Ref Secret, TargetId: films, TargetType: AWS::RDS::DBCluster}}
  Rotation:
    Type: AWS::SecretsManager::RotationSchedule
    Properties:
      SecretId: !Ref {of}
      HostedRotationLambda: {{RotationType: PostgreSQLSingleUser}}
      RotationRules: {{AutomaticallyAfterDays: 30}}
"""


@rule(
    id="E9241",
    title="A database secret is attached to its database before it is rotated",
    reason=(
        "A rotation begins at once and reads host and engine from the secret, which the SecretTargetAttachment adds. "
        "A schedule that refers to the secret itself does not wait for the attachment."
    ),
    source=(
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/"
        "aws-resource-secretsmanager-rotationschedule.html"
    ),
    good=_TEMPLATE.format(of="Attachment"),
    bad=_TEMPLATE.format(of="Secret"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at the order between the attachments of each secret and its rotation schedule."""
    for schedule in tree.resources("AWS::SecretsManager::RotationSchedule"):
        attachments = [
            each
            for each in tree.resources("AWS::SecretsManager::SecretTargetAttachment")
            if tree.same(each.get("SecretId"), schedule.get("SecretId"))
        ]
        for attachment in unordered(attachments, schedule):
            message = f"it may be created before {attachment.path}"
            yield Hit(schedule, "SecretId", message, f"Refer to {attachment.id} instead of the secret.")
