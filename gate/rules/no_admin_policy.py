"""Roles that may do everything."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Path, Resource, Tree, Value, dig, items
from gate.tree.policy import statements

_TEMPLATE = """
Resources:
  Policy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement: [{{Effect: Allow, Action: "{action}", Resource: "*"}}]
"""


@rule(
    id="W9678",
    title="No policy allows everything",
    reason="Who takes over such a role takes over the account. Security Hub: IAM.1.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html",
    good=_TEMPLATE.format(action="ecs:ListClusters"),
    bad=_TEMPLATE.format(action="*"),
    profile="production",
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at the statements of every identity policy."""
    fix = "List the actions that are needed, on the resources that they are needed for."
    for holder, path, document in _policies(tree):
        for statement in statements(document, holder, path):
            everything = {"*", "*:*"} & set(map(str, statement.actions)) and "*" in statement.resources
            if statement.effect == "Allow" and everything and not statement.conditions:
                yield Hit(holder, statement.path, "it allows every action on everything", fix)


def _policies(tree: Tree) -> Iterator[tuple[Resource, Path, Value]]:
    for holder in tree.resources("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"):
        yield holder, ("PolicyDocument",), holder.get("PolicyDocument")
    for holder in tree.resources("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"):
        for index, policy in enumerate(items(holder.get("Policies"))):
            yield holder, ("Policies", index, "PolicyDocument"), dig(policy, "PolicyDocument")
