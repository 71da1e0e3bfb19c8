"""Policies as data: statements of identity and resource policies, and what they allow.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from gate.tree import identity
from gate.tree.arns import SOMETHING, arn_of, matches, spelled, wildcard
from gate.tree.compare import all_true, any_true
from gate.tree.managed_policies import MANAGED_POLICIES
from gate.tree.policy import UNREADABLE, Principal, Statement, statements
from gate.tree.resource import Resource
from gate.tree.values import Unknown, as_text, dig, items, references, unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gate.tree.tree import Tree
    from gate.tree.values import Path, Value

__all__ = [
    "ACCOUNT",
    "UNREADABLE",
    "Principal",
    "Statement",
    "allows",
    "covers",
    "identity_statements",
    "is_service",
    "may",
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


@lru_cache(maxsize=256)
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


@lru_cache(maxsize=256)
def resource_statements(tree: Tree, resource: Resource) -> list[Statement]:
    """Return the statements of the policies on a resource: its own policy property, and policy resources for it."""
    own = _OWN_POLICIES.get(resource.type)
    found = statements(resource.get(own), resource, tuple(own.split("."))) if own else []
    for type_, (about, document) in _RESOURCE_POLICIES.items():
        for policy in tree.resources(type_):
            to = policy.get(about)
            if resource in tree.targets(to):
                found += statements(policy.get(document), policy, (document,))
            elif unknown(to):
                found.append(UNREADABLE)
    return found


# --- what they allow --------------------------------------------------------------------------------------------------


def allows(
    tree: Tree,
    policy: Iterable[Statement],
    action: str,
    resource: Resource | Value = None,
    principal: str | Resource | None = None,
    *,
    context: Mapping[str, Value] | None = None,
) -> bool | None:
    """Tell whether statements allow an action (``kms:Decrypt``) on a resource; None if that cannot be known.

    ``resource`` None asks for the action on any resource. ``principal`` (a service such as ``logs.amazonaws.com``, or
    a role) is asked of resource policies only. A statement with conditions may or may not apply, so it gives None,
    unless the ``context`` (values by condition key) rules it out.
    """
    allowed: list[bool | None] = []
    denied: list[bool | None] = []
    for statement in policy:
        acts = _acts(statement, action)
        if acts is False or (statement.effect == "Deny" and resource is None):
            continue
        applies = all_true(
            [
                acts,
                True if resource is None else _on(tree, statement, resource),
                True if principal is None else _to(tree, statement, principal),
                _conditions_hold(tree, statement.conditions, context or {}),
            ]
        )
        (denied if statement.effect == "Deny" else allowed).append(
            None if applies and statement.effect not in {"Allow", "Deny"} else applies
        )
    return False if any_true(denied) else any_true(allowed)


def may(
    tree: Tree, role: Resource, action: str, resource: Resource | Value, context: Mapping[str, Value] | None = None
) -> bool | None:
    """Tell whether a role may do something: by its own policies, or by the policy on the resource.

    A key must let the account's policies decide, or name the role itself. Sources:
    https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html,
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-resource-based.html
    """
    own = allows(tree, identity_statements(tree, role), action, resource, context=context)
    holder = resource if isinstance(resource, Resource) else tree.target(resource)
    if holder is None:
        return own
    policy = resource_statements(tree, holder)
    refusals = [
        replace(statement, effect="Allow", resources=statement.resources or ("*",))
        for statement in policy
        if statement.effect == "Deny"
    ]
    if allows(tree, refusals, action, holder, role, context=context):
        return False
    theirs = allows(tree, policy, action, principal=role, context=context)
    if holder.type in {"AWS::KMS::Key", "AWS::KMS::ReplicaKey"}:
        delegated = allows(tree, policy, action, principal=ACCOUNT, context=context)
        return any_true([theirs, all_true([own, delegated])])
    return any_true([own, theirs])


def trusts(role: Resource, service: str) -> bool | None:
    """Tell whether a role may be assumed by a service (``ecs-tasks.amazonaws.com``); conditions are not judged."""
    verdicts = [
        all_true([_acts(statement, "sts:AssumeRole"), any_true(is_service(each.value, service) for each in services)])
        for statement in trust(role)
        if statement.effect != "Deny"
        for services in [[p for p in statement.principals if p.kind in {"Service", "*"}]]
    ]
    return any_true(verdicts)


_SERVICE = re.compile(r"([\w-]+)\.(?:([a-z]{2,}(?:-[a-z]+)+-\d)\.)?amazonaws\.com")


def is_service(value: Value, wanted: str) -> bool | None:
    """Compare names of services: with and without a region one may mean the other; China's have another ending."""
    literal = as_text(value)
    if literal is None:
        return None
    if literal.removesuffix(".cn") in {wanted, "*"}:
        return True
    given, asked = _SERVICE.fullmatch(literal.removesuffix(".cn")), _SERVICE.fullmatch(wanted)
    same = given is not None and asked is not None and given[1] == asked[1]
    return None if same and given and asked and (given[2] is None) != (asked[2] is None) else False


def _acts(statement: Statement, action: str) -> bool | None:
    if statement.not_actions:
        refused = any_true(_action_matches(pattern, action) for pattern in statement.not_actions)
        return None if refused is None else not refused
    return any_true(_action_matches(pattern, action) for pattern in statement.actions)


def _action_matches(pattern: Value, action: str) -> bool | None:
    literal = as_text(pattern)
    return None if literal is None else wildcard(literal.lower(), action.lower())


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
    if isinstance(pattern, list | dict | None) or unknown(pattern):
        return None
    wanted = spelled(tree, pattern)
    if wanted is None:
        return None
    if not isinstance(resource, Resource):
        exact = spelled(tree, resource)
        return None if exact is None else matches(wanted, exact)
    arn = spelled(tree, arn_of(tree, resource))
    if arn is not None:
        if wanted.startswith((f"{arn}/", f"{arn}:")):
            return True
        below = [f"{arn}/{SOMETHING}"] if resource.type in _WITH_PARTS else []
        return any_true(matches(wanted, text) for text in [arn, *below])
    named = {(ref.stack, ref.id) for value in (pattern, tree.literal(pattern)) for ref in references(value)}
    return (resource.stack.path, resource.id) in named or (False if named else _covers_name(tree, pattern, resource))


_WITH_PARTS = {"AWS::S3::Bucket", "AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"}
"""Types that policies mostly name by what is in them: ``arn:aws:s3:::bucket/*``."""


def _covers_name(tree: Tree, pattern: Value, resource: Resource) -> bool | None:
    """Match an ARN written out with names against the physical name of a resource."""
    fields = identity.arn(pattern)
    if fields is None:
        return False
    service = identity.service_of(fields)
    if service is not None and service != "*" and resource.type.split("::")[1].lower() != service:
        return False
    name = spelled(tree, tree.name(resource))
    if name is None:
        return None
    tails = [spelled(tree, tail) for tail in ["*"] * (fields.resource == "*") + identity.arn_names(fields.resource)]
    return any_true(None if tail is None else matches(tail, name) for tail in tails)


ACCOUNT = "the account"
"""The account itself as a principal: its own policies then decide who of it."""
_ROOT = re.compile(r"\d{12}|arn:[^:]*:iam::\d{12}:root")


def _to(tree: Tree, statement: Statement, principal: str | Resource) -> bool | None:
    if statement.not_principals:
        return None
    return any_true(_principal_is(tree, given, principal) for given in statement.principals)


def _principal_is(tree: Tree, given: Principal, wanted: str | Resource) -> bool | None:
    if given.value == "*":
        return True
    text = spelled(tree, given.value)
    account = given.kind == "AWS" and text is not None and bool(_ROOT.fullmatch(text))
    if wanted == ACCOUNT:
        return None if text is None else account
    if isinstance(wanted, str):
        return is_service(given.value, wanted) if given.kind == "Service" else False
    if given.kind != "AWS" or account:
        return False
    return True if tree.target(given.value) is wanted else None if text is None else False


_CONDITION = re.compile(
    r"^(?:For(?:Any|All)Values?:)?(?:(?:String|Arn)(Not)?(?:Equals|Like)(?:IgnoreCase)?|Bool)(?:IfExists)?$"
)


def _conditions_hold(tree: Tree, conditions: Mapping[str, Value], context: Mapping[str, Value]) -> bool | None:
    """Tell whether conditions hold in a context: None where they ask for what it does not say."""
    known = {key.lower(): spelled(tree, value) for key, value in context.items()}
    return all_true(
        _test_holds(tree, operator, allowed, known.get(key.lower()))
        for operator, tests in conditions.items()
        for key, allowed in (tests.items() if isinstance(tests, dict) else [(operator, None)])
    )


def _test_holds(tree: Tree, operator: str, allowed: Value, actual: str | None) -> bool | None:
    found = _CONDITION.match(operator)
    patterns = [spelled(tree, item) for item in items(allowed)]
    if found is None or actual is None or not patterns:
        return None
    match = any_true(None if pattern is None else matches(pattern, actual) for pattern in patterns)
    return match if match is None or not found[1] else not match
