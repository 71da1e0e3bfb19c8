"""Every policy that a tree writes down, whatever property holds it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from gate.tree import Path, Resource, Tree, Value, dig, items
from gate.tree.iam import Statement, statements

_INLINE: Final = ("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group")
_IDENTITY: Final = (
    "AWS::IAM::Policy",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::RolePolicy",
    "AWS::IAM::UserPolicy",
    "AWS::IAM::GroupPolicy",
)
_RESOURCE: Final[Mapping[str, tuple[str, str, str]]] = {
    "AWS::ApiGateway::RestApi": ("Policy", "execute-api", ""),
    "AWS::DynamoDB::Table": ("ResourcePolicy.PolicyDocument", "dynamodb", ""),
    "AWS::EC2::VPCEndpoint": ("PolicyDocument", "", ""),
    "AWS::ECR::Repository": ("RepositoryPolicyText", "ecr", ""),
    "AWS::EFS::FileSystem": ("FileSystemPolicy", "elasticfilesystem", ""),
    "AWS::KMS::Key": ("KeyPolicy", "kms", ""),
    "AWS::KMS::ReplicaKey": ("KeyPolicy", "kms", ""),
    "AWS::Kinesis::ResourcePolicy": ("ResourcePolicy", "kinesis", "ResourceArn"),
    "AWS::S3::BucketPolicy": ("PolicyDocument", "s3", "Bucket"),
    "AWS::SNS::TopicInlinePolicy": ("PolicyDocument", "sns", "TopicArn"),
    "AWS::SNS::TopicPolicy": ("PolicyDocument", "sns", "Topics"),
    "AWS::SQS::QueueInlinePolicy": ("PolicyDocument", "sqs", "Queue"),
    "AWS::SQS::QueuePolicy": ("PolicyDocument", "sqs", "Queues"),
    "AWS::SecretsManager::ResourcePolicy": ("ResourcePolicy", "secretsmanager", "SecretId"),
}
"""By type: the property with the policy, the prefix of the actions it may name, and the property that says on what."""


@dataclass(frozen=True)
class Policy:
    """A policy document: ``kind`` is ``identity``, ``trust`` or ``resource``.

    For a resource policy, ``service`` is the prefix of its actions (empty if any may occur) and ``about`` the property
    that names the resources it is on (empty if it is a property of the resource itself).
    """

    holder: Resource
    path: Path
    kind: str
    document: Value
    service: str = ""
    about: str = ""

    @property
    def statements(self) -> list[Statement]:
        """The statements, normalised."""
        return statements(self.document, self.holder, self.path)


@lru_cache(maxsize=8)
def policies(tree: Tree) -> tuple[Policy, ...]:
    """Return every policy of the tree."""
    return tuple(policy for resource in tree.resources() for policy in _of(resource) if policy.document is not None)


def _of(resource: Resource) -> Iterator[Policy]:
    if resource.type in _INLINE:
        for index, policy in enumerate(items(resource.get("Policies"))):
            path: Path = ("Policies", index, "PolicyDocument")
            yield Policy(resource, path, "identity", dig(policy, "PolicyDocument"))
    if resource.type == "AWS::IAM::Role":
        name = "AssumeRolePolicyDocument"
        yield Policy(resource, (name,), "trust", resource.get(name))
    if resource.type in _IDENTITY:
        yield Policy(resource, ("PolicyDocument",), "identity", resource.get("PolicyDocument"))
    if resource.type in _RESOURCE:
        name, service, about = _RESOURCE[resource.type]
        yield Policy(resource, tuple(name.split(".")), "resource", resource.get(name), service, about)
