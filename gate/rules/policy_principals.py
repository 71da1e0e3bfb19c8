"""Principals that nobody can be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from gate.authorization import service
from gate.policies import policies
from gate.principals import PRINCIPALS
from gate.rule import Hit, rule
from gate.tree import Reference, Tree, Value, as_text
from gate.tree.arns import spelled
from gate.tree.iam import Principal

_ARN: Final = re.compile(
    r"arn:(?P<partition>[\w-]+):(iam::\d{12}:(root|(user|role|group|saml-provider|oidc-provider)/.+)"
    r"|sts::\d{12}:(assumed-role/.+/.+|federated-user/.+|self)|iam::cloudfront:user/.+)",
    re.DOTALL,
)
_OTHER: Final = re.compile(r"\*|\d{12}|[A-Z0-9]{16,}")
_DOMAINS: Final = (
    ".amazonaws.com",
    ".amazonaws.com.cn",
    ".aws.internal",
    ".amazonaws.eu",
    ".c2s.ic.gov",
    ".sc2s.sgov.gov",
)
_KINDS: Final = ("AWS", "Service", "Federated", "CanonicalUser", "*")

_TEMPLATE = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: sts:AssumeRole
            Principal: {{AWS: !Sub "arn:${{AWS::Partition}}:{tail}"}}
"""


@rule(
    id="E9403",
    title="Every principal of a policy can exist",
    reason=(
        "A policy is refused with 'Invalid principal' where a principal is no ARN of an account, role or user, or no "
        "service's name. The name of a role or a resource's ARN is no principal either."
    ),
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
    good=_TEMPLATE.format(tail="iam::${AWS::AccountId}:root"),
    bad=_TEMPLATE.format(tail=":iam::${AWS::AccountId}:root"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Read every principal."""
    for policy in policies(tree):
        for statement in policy.statements:
            element = "Principal" if statement.principals else "NotPrincipal"
            for principal in (*statement.principals, *statement.not_principals):
                wrong = _wrong(tree, principal)
                if wrong:
                    fix = "Name an account, a role's or user's ARN, or a service such as lambda.amazonaws.com."
                    yield Hit(policy.holder, (*statement.path, element), wrong, fix)


def _wrong(tree: Tree, principal: Principal) -> str | None:
    if principal.kind not in _KINDS:
        return f"there is no kind of principal {principal.kind}; known are AWS, Service, Federated, CanonicalUser"
    if principal.kind == "AWS":
        return _identity(tree, principal.value)
    name = as_text(principal.value)
    return _service(name) if principal.kind == "Service" and name not in {None, "*"} and name else None


def _identity(tree: Tree, value: Value) -> str | None:
    if isinstance(value, Reference):
        by_name = value.type in {"AWS::IAM::Role", "AWS::IAM::User"} and value.attribute == "Ref"
        return f"{value} is the name of a {value.type}; a principal is an ARN" if by_name else None
    text = spelled(tree, value)
    if text is None or not re.match(r"[\x20-\x7e]", text):  # nothing known, or it starts with an attribute
        return None
    found = _ARN.fullmatch(text)
    if found is None:
        return None if _OTHER.fullmatch(text) else f"{value} is no principal"
    if found["partition"] != tree.context.partition:
        return f"{value} is in the partition {found['partition']}; this region is in {tree.context.partition}"
    return None


def _service(name: str) -> str | None:
    if not name.endswith(_DOMAINS):
        return f"{name} is no service's name: these end in .amazonaws.com"
    label = name.partition(".")[0]
    if name in PRINCIPALS or service(label) is not None:
        return None
    near = get_close_matches(name, PRINCIPALS, n=1, cutoff=0.9)
    return f"there is no service {name}; near is {near[0]}" if near else None
