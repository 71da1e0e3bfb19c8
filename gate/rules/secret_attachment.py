"""Secrets attached to, or rotated for, another kind of database than they are told."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Resource, Tree, as_text

_TEMPLATE = """
Resources:
  Secret: {{Type: AWS::SecretsManager::Secret, Properties: {{GenerateSecretString: {{}}}}}}
  Films: {{Type: AWS::RDS::DBInstance, Properties: {{Engine: postgres}}}}
  Attachment:
    Type: AWS::SecretsManager::SecretTargetAttachment
    Properties: {{SecretId: !Ref Secret, TargetId: !Ref Films, TargetType: "AWS::RDS::{type}"}}
"""
_TARGETS = (
    "AWS::RDS::DBInstance",
    "AWS::RDS::DBCluster",
    "AWS::Redshift::Cluster",
    "AWS::DocDB::DBInstance",
    "AWS::DocDB::DBCluster",
)
_ROTATIONS = {
    "MySQL": ("mysql", "aurora-mysql"),
    "PostgreSQL": ("postgres", "aurora-postgresql"),
    "MariaDB": ("mariadb",),
    "Oracle": ("oracle",),
    "SQLServer": ("sqlserver",),
}
"""Engines of the hosted rotations.

Source (2026-11): https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_available-rotation-templates.html
"""


@rule(
    id="E9287",
    title="A secret is attached to, and rotated for, the database that it is for",
    reason=(
        "Secrets Manager looks the target up by TargetType and refuses one of another type; a hosted rotation for "
        "another engine fails at the first rotation, which begins at once."
    ),
    source=(
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/"
        "aws-resource-secretsmanager-secrettargetattachment.html"
    ),
    good=_TEMPLATE.format(type="DBInstance"),
    bad=_TEMPLATE.format(type="DBCluster"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare attachments with their targets, and rotations with the engine of the attached database."""
    databases: dict[Resource, Resource] = {}
    for attachment in tree.resources("AWS::SecretsManager::SecretTargetAttachment"):
        target = tree.target(attachment.get("TargetId"), *_TARGETS)
        secret = tree.target(attachment.get("SecretId"), "AWS::SecretsManager::Secret")
        if target and secret:
            databases[secret] = target
        kind = as_text(tree.literal(attachment.get("TargetType")))
        if target and kind and kind != target.type:
            message = f"TargetType is {kind}, but {target.path} is of type {target.type}"
            yield Hit(attachment, "TargetType", message, f"Write TargetType: {target.type}.")
    for schedule in tree.resources("AWS::SecretsManager::RotationSchedule"):
        secret = _secret(tree, schedule)
        database = databases.get(secret) if secret else None
        engine = as_text(tree.literal(database.get("Engine"))) if database else None
        rotation = as_text(tree.literal(schedule.get("HostedRotationLambda.RotationType"))) or ""
        engines = next((names for name, names in _ROTATIONS.items() if rotation.startswith(name)), None)
        if database and engine and engines and not engine.startswith(engines):
            message = f"RotationType is {rotation}, but the engine of {database.path} is {engine}"
            yield Hit(schedule, "HostedRotationLambda.RotationType", message, "Choose the rotation of the engine.")


def _secret(tree: Tree, schedule: Resource) -> Resource | None:
    attachment = tree.target(schedule.get("SecretId"), "AWS::SecretsManager::SecretTargetAttachment")
    return tree.target((attachment or schedule).get("SecretId"), "AWS::SecretsManager::Secret")
