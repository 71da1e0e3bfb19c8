"""What a role must be allowed so that the wiring works, and what it lacks.

A need comes from the tree's own wiring; whether it is met is asked of the role's policies, the key's policy and the
policy on the resource together. What cannot be known is not judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from gate.rule import Hit
from gate.tree import Path, Reference, Resource, Text, Tree, Value, arn, as_text, references, show
from gate.tree.arns import account, arn_of
from gate.tree.compare import any_true
from gate.tree.iam import covers, identity_statements, may
from gate.tree.values import concat

KEY_TYPES = ("AWS::KMS::Key", "AWS::KMS::ReplicaKey")


@dataclass(frozen=True)
class Need:
    """One thing that a consumer needs its role for.

    ``consumer`` and ``path`` say where the wiring is, ``on`` what the ``actions`` are done to, ``context`` the
    condition keys whose values are known. None for ``on`` is any resource
    at all. With ``either`` one of the actions is enough.
    """

    consumer: Resource
    path: Path
    role: Resource
    actions: tuple[str, ...]
    on: Resource | Value
    context: Mapping[str, Value] = field(default_factory=dict)
    either: bool = False


def lacking(tree: Tree, needs: Iterable[Need]) -> Iterator[Hit]:
    """Report every need that is surely not met, once per consumer, role and resource."""
    said: set[tuple[str, str, str, tuple[str, ...]]] = set()
    for need in needs:
        missing = tuple(
            action for action in need.actions if may(tree, need.role, action, need.on, need.context) is False
        )
        if not missing or (need.either and len(missing) < len(need.actions)):
            continue
        on = need.on.path if isinstance(need.on, Resource) else "any resource" if need.on is None else show(need.on)
        key = (need.consumer.path, need.role.path, on, missing)
        if key in said:
            continue
        said.add(key)
        verbs = (" or " if need.either else ", ").join(missing)
        yield Hit(
            need.consumer,
            need.path,
            f"{need.role.path} may not {verbs} on {on}",
            f"Allow {verbs} on it to {need.role.id}" + (", and in the key's policy." if _is_key(need.on) else "."),
        )


def _is_key(on: Resource | Value) -> bool:
    return isinstance(on, Resource) and on.type in KEY_TYPES


def touches(tree: Tree, role: Resource, on: Resource | Value) -> bool | None:
    """Tell whether a role may do anything at all with a resource, be it to describe or to scale it."""
    return any_true(
        covers(tree, pattern, on)
        for statement in identity_statements(tree, role)
        if statement.effect == "Allow"
        for pattern in (*statement.resources, *(("*",) if statement.not_resources else ()))
    )


# --- what the needs are about -----------------------------------------------------------------------------------------

_KEY_PROPERTIES: Mapping[str, tuple[str, ...]] = {
    "AWS::DynamoDB::Table": ("SSESpecification.KMSMasterKeyId",),
    "AWS::EFS::FileSystem": ("KmsKeyId",),
    "AWS::Kinesis::Stream": ("StreamEncryption.KeyId",),
    "AWS::Lambda::Function": ("KmsKeyArn",),
    "AWS::Logs::LogGroup": ("KmsKeyId",),
    "AWS::RDS::DBCluster": ("MasterUserSecret.KmsKeyId",),
    "AWS::RDS::DBInstance": ("MasterUserSecret.KmsKeyId",),
    "AWS::S3::Bucket": (
        "BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault.KMSMasterKeyID",
    ),
    "AWS::SNS::Topic": ("KmsMasterKeyId",),
    "AWS::SQS::Queue": ("KmsMasterKeyId",),
    "AWS::SecretsManager::Secret": ("KmsKeyId",),
}
"""The property with the key that encrypts what a workload reads and writes there."""


def key(tree: Tree, value: Value) -> Resource | None:
    """Return the key of the tree that a key id, ARN or alias denotes; None if it is not in the tree."""
    alias = tree.target(value, "AWS::KMS::Alias")
    return tree.target(alias.get("TargetKeyId") if alias else value, *KEY_TYPES)


def key_of(tree: Tree, resource: Resource) -> Resource | None:
    """Return the customer key of the tree that encrypts a resource's data; None if it has none, or from elsewhere."""
    found = (key(tree, resource.get(path)) for path in _KEY_PROPERTIES.get(resource.type, ()))
    return next((one for one in found if one is not None), None)


def secret(tree: Tree, value: Value) -> Value:
    """Return the ARN of the secret or parameter that a task's ``ValueFrom`` names, without the key inside it.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html
    """
    parts = value.parts if isinstance(value, Text) else (value,)
    if isinstance(parts[0], Reference):
        named = tree.at(parts[0])
        return arn_of(tree, named) if named.type == "AWS::SSM::Parameter" and parts[0].attribute == "Ref" else parts[0]
    fields = arn(value)
    if fields is None:
        name = as_text(value)
        start = f"arn:{tree.context.partition}:ssm:{tree.context.region}:{account(tree)}:parameter/"
        return start + name.lstrip("/") if name else None
    if fields.service != "secretsmanager" or references(fields.resource):
        return value
    tail = ":".join(str(fields.resource).split(":")[:2])
    return concat(("arn:", fields.partition, ":secretsmanager:", fields.region, ":", fields.account, ":", tail))


def log_stream(tree: Tree, group: Value, stream: Value) -> Value:
    """Return the ARN of a stream in a log group, which is named by its name or ARN."""
    fields = arn(group)
    named = tree.target(group, "AWS::Logs::LogGroup")
    if named is not None:
        name: Value = tree.name(named) or Reference(named.stack.path, named.id, named.type, "Ref")
    elif fields is not None:
        text = as_text(fields.resource)
        name = text.removeprefix("log-group:").removesuffix(":*") if text else None
    else:
        name = as_text(group)
    if name is None:
        return None
    start = f"arn:{tree.context.partition}:logs:{tree.context.region}:{account(tree)}:log-group:"
    return concat((start, name, ":log-stream:", stream))
