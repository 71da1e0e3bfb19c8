"""Keys that nobody could manage any more."""

from __future__ import annotations

from collections.abc import Iterator

from gate.policies import policies
from gate.rule import Hit, rule
from gate.tree import Tree, as_bool
from gate.tree.iam import Statement, allows

_TEMPLATE = """
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: "2012-10-17"
        Statement:
          - {{Effect: Allow, Principal: {{{principal}}}, Action: kms:*, Resource: "*"}}
"""


@rule(
    id="E9410",
    title="A key policy leaves somebody who can change it",
    reason=(
        "KMS refuses a key policy after which the caller cannot change the policy any more; and without a statement "
        "for the account, no IAM policy gives access to the key at all."
    ),
    source="https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html",
    good=_TEMPLATE.format(principal='AWS: !Sub "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"'),
    bad=_TEMPLATE.format(principal="Service: kinesis.amazonaws.com"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look for an account, role or user that may call kms:PutKeyPolicy."""
    for policy in policies(tree):
        if policy.service != "kms" or as_bool(policy.holder.get("BypassPolicyLockoutSafetyCheck")):
            continue
        people = [statement for statement in policy.statements if _names_people(statement)]
        if allows(tree, people, "kms:PutKeyPolicy") is False:
            yield Hit(
                policy.holder,
                policy.path,
                "no account, role or user may call kms:PutKeyPolicy, so nobody can manage the key",
                "Allow kms:* to arn:${AWS::Partition}:iam::${AWS::AccountId}:root.",
            )


def _names_people(statement: Statement) -> bool:
    """Statements for services only do not count; what cannot be read does."""
    return not statement.principals or any(principal.kind != "Service" for principal in statement.principals)
