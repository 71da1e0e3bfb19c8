"""Keys that stay the same for ever."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Tree, as_bool, as_text

_TEMPLATE = """
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      EnableKeyRotation: {rotates}
      KeyPolicy:
        Statement:
          - Effect: Allow
            Principal: {{AWS: !Sub "arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:root"}}
            Action: kms:*
            Resource: "*"
"""


@rule(
    id="W9674",
    title="A key of one's own rotates",
    reason="Rotation limits what one key's material has encrypted, at no change for its users. Security Hub: KMS.4.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html",
    good=_TEMPLATE.format(rotates="true"),
    bad=_TEMPLATE.format(rotates="false"),
    profile="production",
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at symmetric keys whose material KMS makes."""
    for key in tree.resources("AWS::KMS::Key"):
        spec, made = as_text(tree.literal(key.get("KeySpec"))), as_text(tree.literal(key.get("Origin")))
        given = key.get("EnableKeyRotation")
        symmetric = key.get("KeySpec") is None or spec == "SYMMETRIC_DEFAULT"
        own = key.get("Origin") is None or made == "AWS_KMS"
        if symmetric and own and (given is None or as_bool(tree.literal(given)) is False):
            yield Hit(key, "EnableKeyRotation", "its material never changes", "Write EnableKeyRotation: true.")
