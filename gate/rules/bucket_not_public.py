"""Buckets that everybody can read or write."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Tree, as_bool, as_text

_TEMPLATE = """
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      PublicAccessBlockConfiguration:
        {{BlockPublicAcls: true, BlockPublicPolicy: {blocked}, IgnorePublicAcls: true, RestrictPublicBuckets: true}}
"""
_PUBLIC = {"PublicRead", "PublicReadWrite", "AuthenticatedRead"}
_BLOCKS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")


@rule(
    id="W9672",
    title="A bucket that is no website stays closed to the public",
    reason=(
        "S3 blocks public access to a new bucket; a template that switches a part of that off opens it to whatever "
        "policy or ACL somebody adds. Security Hub: S3.2, S3.3, S3.8."
    ),
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html",
    good=_TEMPLATE.format(blocked="true"),
    bad=_TEMPLATE.format(blocked="false"),
    profile="production",
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at the ACL and at the blocks of each bucket."""
    for bucket in tree.resources("AWS::S3::Bucket"):
        if bucket.get("WebsiteConfiguration") is not None:
            continue
        acl = as_text(tree.literal(bucket.get("AccessControl")))
        if acl in _PUBLIC:
            yield Hit(bucket, "AccessControl", f"{acl} lets everybody in", "Remove AccessControl.")
        given = bucket.get("PublicAccessBlockConfiguration")
        for name in _BLOCKS if isinstance(given, dict) else ():
            value = bucket.get(f"PublicAccessBlockConfiguration.{name}")
            if value is None or as_bool(tree.literal(value)) is False:
                at = f"PublicAccessBlockConfiguration.{name}"
                yield Hit(bucket, at, f"{name} is off", f"Write {name}: true.")
