"""Trails whose files could be changed or read by the wrong people."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Tree, as_bool

_TEMPLATE = """
Resources:
  Bucket: {{Type: AWS::S3::Bucket}}
  Key:
    Type: AWS::KMS::Key
    Properties: {{EnableKeyRotation: true, KeyPolicy: {{Statement: []}}}}
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties: {{S3BucketName: !Ref Bucket, IsLogging: true, KMSKeyId: !Ref Key, EnableLogFileValidation: {validated}}}
"""


@rule(
    id="W9675",
    title="A trail is on, validated and encrypted",
    reason=(
        "Digest files prove that nobody changed or removed a log file; a key of one's own decides who may read them. "
        "Security Hub: CloudTrail.2, CloudTrail.4."
    ),
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html",
    good=_TEMPLATE.format(validated="true"),
    bad=_TEMPLATE.format(validated="false"),
    profile="production",
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at the switches of each trail."""
    for trail in tree.resources("AWS::CloudTrail::Trail"):
        for name, wrong in (
            ("EnableLogFileValidation", "changes to its files go unnoticed"),
            ("IsLogging", "it is off"),
        ):
            given = trail.get(name)
            if given is None or as_bool(tree.literal(given)) is False:
                yield Hit(trail, name, wrong, f"Write {name}: true.")
        if trail.get("KMSKeyId") is None:
            yield Hit(trail, "KMSKeyId", "its files are not encrypted with a key of one's own", "Give a key.")
