"""Policies that are attached to nothing, or to an ARN."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Reference, Tree, as_text, items

_NAMES = {
    "AWS::IAM::Policy": ("Roles", "Users", "Groups"),
    "AWS::IAM::ManagedPolicy": ("Roles", "Users", "Groups"),
    "AWS::IAM::InstanceProfile": ("Roles",),
    "AWS::IAM::RolePolicy": ("RoleName",),
    "AWS::IAM::UserPolicy": ("UserName",),
    "AWS::IAM::GroupPolicy": ("GroupName",),
}

_TEMPLATE = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {{Effect: Allow, Principal: {{Service: lambda.amazonaws.com}}, Action: sts:AssumeRole}}
  Policy:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: read
      Roles: [{role}]
      PolicyDocument: {{Statement: [{{Effect: Allow, Action: s3:GetObject, Resource: "*"}}]}}
"""


@rule(
    id="E9409",
    title="A policy is attached to a role, user or group by name",
    reason="IAM refuses an inline policy without anybody to carry it, and it takes names there, not ARNs.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-policy.html",
    good=_TEMPLATE.format(role="!Ref Role"),
    bad=_TEMPLATE.format(role="!GetAtt Role.Arn"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at the names that each policy is attached to."""
    for policy in tree.resources(*_NAMES):
        names = _NAMES[policy.type]
        if policy.type == "AWS::IAM::Policy" and all(policy.get(name) in (None, []) for name in names):
            yield Hit(policy, (), "the policy has no role, user or group", "List at least one in Roles.")
        for name in names:
            for value in items(policy.get(name)):
                written = (as_text(value) or "").startswith("arn:")
                if written or (isinstance(value, Reference) and value.attribute == "Arn"):
                    yield Hit(policy, name, f"{value} is an ARN; a name is wanted", "Use Ref, which gives the name.")
