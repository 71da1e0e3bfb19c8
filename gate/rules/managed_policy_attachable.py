"""AWS-managed policies that cannot be attached."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from gate.rule import Hit, rule
from gate.tree import Tree, Value, arn, as_text, items
from gate.tree.managed_policies import MANAGED_POLICIES, service_role_policies

_TYPES = ("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group")
_SERVICE_ROLE, _LINKED = "policy/service-role/", "policy/aws-service-role/"

_TEMPLATE = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {{Effect: Allow, Principal: {{Service: lambda.amazonaws.com}}, Action: sts:AssumeRole}}
      ManagedPolicyArns:
        - !Sub arn:${{AWS::Partition}}:iam::aws:policy/{name}
"""


@rule(
    id="E9407",
    title="An AWS-managed policy exists at the path that its ARN names",
    reason=(
        "The path is part of a managed policy's ARN: those for service roles are below service-role/. At another path "
        "there is no such policy, and IAM refuses the role; policies of service-linked roles cannot be attached at all."
    ),
    source="https://docs.aws.amazon.com/aws-managed-policy/latest/reference/about-managed-policy-reference.html",
    good=_TEMPLATE.format(name="service-role/AWSLambdaBasicExecutionRole"),
    bad=_TEMPLATE.format(name="AWSLambdaBasicExecutionRole"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at every ARN of a managed policy that roles, users and groups carry."""
    for holder in tree.resources(*_TYPES):
        listed = [*items(holder.get("ManagedPolicyArns")), holder.get("PermissionsBoundary")]
        for index, value in enumerate(listed):
            wrong = _wrong(tree, value)
            if wrong:
                path = "PermissionsBoundary" if index == len(listed) - 1 else f"ManagedPolicyArns.{index}"
                fix = "Copy the ARN from the policy's page in the AWS Managed Policy Reference."
                yield Hit(holder, path, wrong, fix)


def _wrong(tree: Tree, value: Value) -> str | None:
    fields = arn(tree.literal(value))
    resource = as_text(fields.resource) if fields else None
    if fields is None or resource is None or fields.service != "iam":
        return None
    partition = as_text(fields.partition)
    if partition and partition != tree.context.partition:
        return f"{value} is in the partition {partition}; this region is in {tree.context.partition}"
    name = resource.rpartition("/")[2]
    if fields.account != "aws":
        taken = resource.startswith(_SERVICE_ROLE) and name in service_role_policies()
        return f"{name} is a policy of AWS; the account in its ARN is aws" if taken else None
    if resource.startswith(_LINKED):
        return f"{name} belongs to a service-linked role; it cannot be attached"
    if name in service_role_policies() or name in MANAGED_POLICIES:
        known = (_SERVICE_ROLE if name in service_role_policies() else "policy/") + name
        return None if resource == known else f"{name} is at {known}, not at {resource}"
    near = get_close_matches(name, service_role_policies(), n=1, cutoff=0.88)
    return f"there is no AWS-managed policy {name}; near is {near[0]}" if near and not _version(name, near[0]) else None


def _version(name: str, near: str) -> bool:
    """Tell whether the name may be a later version of a known policy."""
    return name.lower().rstrip("0123456789").rstrip("v_") == near.lower().rstrip("0123456789").rstrip("v_")
