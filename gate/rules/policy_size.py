"""Policies that are too large, and roles with too many."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from gate.policies import policies
from gate.rule import Hit, rule
from gate.tree import Resource, Text, Tree, Value, as_text, items, known

_LIMITS: Final = {
    "trust": 2_048,
    "AWS::IAM::ManagedPolicy": 6_144,
    "AWS::IAM::Role": 10_240,
    "AWS::IAM::Group": 5_120,
    "AWS::IAM::User": 2_048,
    "AWS::KMS::Key": 32_768,
    "AWS::S3::BucketPolicy": 20_480,
    "AWS::SecretsManager::ResourcePolicy": 20_480,
    "AWS::SNS::TopicPolicy": 30_720,
}
"""Characters, for IAM without whitespace. The inline policies of a role, group or user count together. Sources:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html,
https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html,
https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html,
https://docs.aws.amazon.com/general/latest/gr/sns.html
"""
_ATTACHED: Final = 10
"""Managed policies per role, user or group (default quota, reference_iam-quotas)."""

_TEMPLATE = """
Resources:
  Policy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {{Effect: Allow, Action: s3:GetObject, Resource: "arn:aws:s3:::films/{name}/*"}}
"""


@rule(
    id="E9408",
    title="Policies keep to the quotas of their service",
    reason="IAM, KMS and S3 refuse a policy that is too long, and a role with more managed policies than the quota.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
    good=_TEMPLATE.format(name="a"),
    bad=_TEMPLATE.format(name="a" * 6_144),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Measure every policy; what is not known counts one character."""
    sizes: dict[tuple[Resource, str], int] = {}
    for policy in policies(tree):
        kind = "trust" if policy.kind == "trust" else policy.holder.type
        sizes[policy.holder, kind] = sizes.get((policy.holder, kind), 0) + _size(policy.document)
    for (holder, kind), size in sizes.items():
        limit = _LIMITS.get(kind)
        if limit is not None and size > limit:
            what = "the trust policy has" if kind == "trust" else "its policies have"
            message = f"{what} at least {size:,} characters; at most {limit:,} are allowed"
            yield Hit(holder, (), message, "Join statements, use wildcards, or move statements to a managed policy.")
    for holder in tree.resources("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"):
        attached = items(holder.get("ManagedPolicyArns"))
        if len(attached) > _ATTACHED:
            message = f"{len(attached)} managed policies are attached; the quota is {_ATTACHED}"
            yield Hit(holder, "ManagedPolicyArns", message, "Join them, or put statements into Policies.")


def _size(value: Value) -> int:
    """Return the least length of a value as JSON without whitespace."""
    if isinstance(value, dict):
        return 1 + sum(len(json.dumps(key)) + 2 + _size(item) for key, item in value.items())
    if isinstance(value, list):
        return 1 + sum(1 + _size(item) for item in value)
    if isinstance(value, Text):
        return sum(len(part) if isinstance(part, str) else 1 for part in value.parts) + 2
    return len("".join((as_text(value) or "").split())) + 2 if known(value) else 1
