"""Policies as data: statements of identity and resource policies, and what they allow.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gate.tree import identity
from gate.tree.compare import all_true, any_true
from gate.tree.managed_policies import MANAGED_POLICIES
from gate.tree.policy import UNREADABLE, Principal, Statement, statements
from gate.tree.resource import Resource
from gate.tree.values import Pseudo, Reference, Text, Unknown, as_text, dig, items, known, references, unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gate.tree.tree import Tree
    from gate.tree.values import Path, Value

__all__ = [
    "UNREADABLE",
    "Principal",
    "Statement",
    "allows",
    "covers",
    "identity_statements",
    "resource_statements",
    "statements",
    "trust",
    "trusts",
    "wildcard",
]

# --- the policies of the tree -----------------------------------------------------------------------------------------

_ATTACHED = {
    "AWS::IAM::Policy": ("Roles", "PolicyDocument"),
    "AWS::IAM::ManagedPolicy": ("Roles", "PolicyDocument"),
    "AWS::IAM::RolePolicy": ("RoleName", "PolicyDocument"),
}
_RESOURCE_POLICIES = {
    "AWS::S3::BucketPolicy": ("Bucket", "PolicyDocument"),
    "AWS::SQS::QueuePolicy": ("Queues", "PolicyDocument"),
    "AWS::SQS::QueueInlinePolicy": ("Queue", "PolicyDocument"),
    "AWS::SNS::TopicPolicy": ("Topics", "PolicyDocument"),
    "AWS::SNS::TopicInlinePolicy": ("TopicArn", "PolicyDocument"),
    "AWS::SecretsManager::ResourcePolicy": ("SecretId", "ResourcePolicy"),
    "AWS::Kinesis::ResourcePolicy": ("ResourceArn", "ResourcePolicy"),
}
_OWN_POLICIES = {
    "AWS::KMS::Key": "KeyPolicy",
    "AWS::KMS::ReplicaKey": "KeyPolicy",
    "AWS::EFS::FileSystem": "FileSystemPolicy",
    "AWS::ECR::Repository": "RepositoryPolicyText",
    "AWS::ApiGateway::RestApi": "Policy",
    "AWS::EC2::VPCEndpoint": "PolicyDocument",
    "AWS::DynamoDB::Table": "ResourcePolicy.PolicyDocument",
    "AWS::Kinesis::Stream": "ResourcePolicy",
}


def trust(role: Resource) -> list[Statement]:
    """Return the statements of a role's trust policy."""
    return statements(role.get("AssumeRolePolicyDocument"), role, ("AssumeRolePolicyDocument",))


def identity_statements(tree: Tree, role: Resource) -> list[Statement]:
    """Return all statements that a role has: inline, attached in any stack, and of managed policies.

    A managed policy that neither the tree nor the table of AWS-managed policies has gives ``UNREADABLE``.
    """
    found: list[Statement] = []
    inline = role.get("Policies")
    if isinstance(inline, Unknown):
        found.append(UNREADABLE)
    for index, policy in enumerate(items(inline)):
        at: Path = ("Policies", index, "PolicyDocument")
        found += statements(dig(policy, "PolicyDocument"), role, at)
    for type_, (attached, document) in _ATTACHED.items():
        for holder in tree.resources(type_):
            to = holder.get(attached)
            if role in tree.targets(to, role.type):
                found += statements(holder.get(document), holder, (document,))
            elif unknown(to):
                found.append(UNREADABLE)
    return found + _managed(tree, role)


def _managed(tree: Tree, role: Resource) -> list[Statement]:
    found: list[Statement] = []
    given = role.get("ManagedPolicyArns")
    for value in [given] if isinstance(given, Unknown) else items(given):
        own = tree.target(value, "AWS::IAM::ManagedPolicy")
        fields = identity.arn(value)
        name = (as_text(fields.resource) or "").rpartition("/")[2] if fields and fields.account == "aws" else ""
        if own is not None:
            if role not in tree.targets(own.get("Roles")):
                found += statements(own.get("PolicyDocument"), own, ("PolicyDocument",))
        elif name in MANAGED_POLICIES:
            found.append(Statement("Allow", actions=MANAGED_POLICIES[name], resources=("*",)))
        else:
            found.append(UNREADABLE)
    return found


def resource_statements(tree: Tree, resource: Resource) -> list[Statement]:
    """Return the statements of the policies on a resource: its own policy property, and policy resources for it."""
    own = _OWN_POLICIES.get(resource.type)
    found = statements(resource.get(own), resource, tuple(own.split("."))) if own else []
    for type_, (about, document) in _RESOURCE_POLICIES.items():
        for policy in tree.resources(type_):
            if resource in tree.targets(policy.get(about)):
                found += statements(policy.get(document), policy, (document,))
    return found


# --- what they allow --------------------------------------------------------------------------------------------------


def allows(
    tree: Tree,
    policy: Iterable[Statement],
    action: str,
    resource: Resource | Value = None,
    principal: str | Resource | None = None,
) -> bool | None:
    """Tell whether statements allow an action (``kms:Decrypt``) on a resource; None if that cannot be known.

    ``resource`` None asks for the action on any resource. ``principal`` (a service such as ``logs.amazonaws.com``, or
    a role) is asked of resource policies only. A statement with conditions may or may not apply, so it gives None.
    """
    verdicts: list[bool | None] = []
    for statement in policy:
        if statement.effect == "Deny" and resource is None:
            continue
        applies = all_true(
            [
                _acts(statement, action),
                True if resource is None else _on(tree, statement, resource),
                True if principal is None else _to(tree, statement, principal),
            ]
        )
        if applies and statement.conditions:
            applies = None
        if statement.effect == "Allow":
            verdicts.append(applies)
        elif applies is not False:
            if statement.effect == "Deny" and applies:
                return False
            verdicts.append(None)
    return any_true(verdicts)


def trusts(role: Resource, service: str) -> bool | None:
    """Tell whether a role may be assumed by a service (``ecs-tasks.amazonaws.com``); conditions are not judged."""
    verdicts = [
        all_true([_acts(statement, "sts:AssumeRole"), any_true(_is(each.value, service) for each in services)])
        for statement in trust(role)
        if statement.effect != "Deny"
        for services in [[p for p in statement.principals if p.kind in {"Service", "*"}]]
    ]
    return any_true(verdicts)


def _is(value: Value, wanted: str) -> bool | None:
    literal = as_text(value)
    return None if literal is None else literal in {wanted, "*"}


def _acts(statement: Statement, action: str) -> bool | None:
    if statement.not_actions:
        refused = any_true(_action_matches(pattern, action) for pattern in statement.not_actions)
        return None if refused is None else not refused
    return any_true(_action_matches(pattern, action) for pattern in statement.actions)


def _action_matches(pattern: Value, action: str) -> bool | None:
    literal = as_text(pattern)
    return None if literal is None else wildcard(literal.lower(), action.lower())


def wildcard(pattern: str, text: str) -> bool:
    """Match ``*`` and ``?`` as IAM does, in time proportional to both lengths."""
    at = place = 0
    star, resume = -1, 0
    while place < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, resume = at, place
            at += 1
        elif at < len(pattern) and pattern[at] in {"?", text[place]}:
            at, place = at + 1, place + 1
        elif star >= 0:
            resume += 1
            at, place = star + 1, resume
        else:
            return False
    return not pattern[at:].strip("*")


def _on(tree: Tree, statement: Statement, resource: Resource | Value) -> bool | None:
    if statement.not_resources:
        refused = any_true(covers(tree, pattern, resource) for pattern in statement.not_resources)
        return None if refused is None else not refused
    return any_true(covers(tree, pattern, resource) for pattern in statement.resources)


def covers(tree: Tree, pattern: Value, resource: Resource | Value) -> bool | None:
    """Tell whether a ``Resource`` entry of a statement covers a resource of the tree, or one named by a value.

    For a Resource, any ARN made of it counts (``${Bucket.Arn}/*`` too); give a value to be exact.
    """
    if pattern == "*":
        return True
    if isinstance(pattern, Unknown | list | dict | None):
        return None
    if not isinstance(resource, Resource):
        return _covers_value(tree, pattern, resource)
    named = {(ref.stack, ref.id) for value in (pattern, tree.literal(pattern)) for ref in references(value)}
    if (resource.stack.path, resource.id) in named:
        return None if unknown(pattern) else True
    if unknown(pattern):
        return None
    return False if named else _covers_name(tree, pattern, resource)


def _covers_value(tree: Tree, pattern: Value, value: Value) -> bool | None:
    left, right = (_flat(tree.literal(side)) for side in (pattern, value))
    if left is None or right is None:
        return None
    if wildcard(left, right):
        return True
    target = tree.target(value)
    if target is None:
        return False if ("\0" in left) == ("\0" in right) else None
    if [ref.attribute for ref in references(pattern)] == [ref.attribute for ref in references(value)]:
        return False
    verdict = covers(tree, pattern, target)
    exact = isinstance(value, Reference) and (value.attribute == "Ref" or value.attribute.endswith("Arn"))
    return verdict if exact or verdict is False else None


def _flat(value: Value) -> str | None:
    """Return a text in which every reference is one unmistakable word; None if part of it is unknown."""
    if unknown(value) or isinstance(value, list | dict | None):
        return None
    parts = value.parts if isinstance(value, Text) else (value,)
    return "".join(
        f"\0{part}\0" if isinstance(part, Reference) else part.sample if isinstance(part, Pseudo) else str(part)
        for part in parts
    )


def _covers_name(tree: Tree, pattern: Value, resource: Resource) -> bool | None:
    """Match an ARN written out with names against the physical name of a resource."""
    fields = identity.arn(pattern)
    if fields is None:
        literal = _flat(pattern)
        return None if literal is None or "*" in literal else False
    service = identity.service_of(fields)
    if service is not None and service != "*" and resource.type.split("::")[1].lower() != service:
        return False
    name = tree.name(resource)
    wanted = _flat(name) if name is not None and not unknown(name) else None
    if wanted is None or not (known(fields.resource) or isinstance(fields.resource, Text)):
        return None
    patterns = [
        _flat(candidate) for candidate in ["*"] * (fields.resource == "*") + identity.arn_names(fields.resource)
    ]
    return any(text is not None and wildcard(text, wanted) for text in patterns)


def _to(tree: Tree, statement: Statement, principal: str | Resource) -> bool | None:
    if statement.not_principals:
        return None
    return any_true(_principal_is(tree, given, principal) for given in statement.principals)


def _principal_is(tree: Tree, given: Principal, wanted: str | Resource) -> bool | None:
    if given.value == "*":
        return True
    if isinstance(wanted, str):
        return _is(given.value, wanted) if given.kind == "Service" else False
    if given.kind != "AWS":
        return False
    if tree.target(given.value) is wanted:
        return True
    fields = identity.arn(given.value)
    if unknown(given.value) or (fields and fields.resource == "root") or isinstance(given.value, Pseudo):
        return None
    return False
