"""Which resource a value denotes, by reference, by name or by ARN, and when two values are the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gate import schemas
from gate.tree.compare import equal
from gate.tree.values import (
    Dynamic,
    Part,
    Pseudo,
    Reference,
    Text,
    Unknown,
    Value,
    as_text,
    concat,
    references,
    unknown,
)

if TYPE_CHECKING:
    from gate.tree.resource import Resource
    from gate.tree.tree import Tree

_NAME_PROPERTIES = {
    "AWS::ECS::TaskDefinition": "Family",
    "AWS::SecretsManager::Secret": "Name",
    "AWS::SQS::Queue": "QueueName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::ECS::Service": "ServiceName",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "Name",
    "AWS::ElasticLoadBalancingV2::TargetGroup": "Name",
    "AWS::ElastiCache::ParameterGroup": "CacheParameterGroupName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Policy": "PolicyName",
    "AWS::ApiGateway::RestApi": "Name",
    "AWS::ApiGateway::Stage": "StageName",
    "AWS::EC2::SecurityGroup": "GroupName",
}
"""The property with the physical name, where AWS makes the primary identifier (registry schemas, 2026-11)."""


def name_property(type_: str) -> str | None:
    """Return the property that holds the physical name of a type; None if it has none."""
    if type_ in _NAME_PROPERTIES:
        return _NAME_PROPERTIES[type_]
    schema = schemas.schema(type_)
    if schema is None:
        return None
    identifier = schema.primary_identifier
    if len(identifier) == 1 and identifier[0] not in schema.read_only:
        return identifier[0]
    short = type_.rpartition("::")[2]
    return next((name for name in (f"{short}Name", "Name") if name in schema.properties), None)


def name(tree: Tree, resource: Resource) -> Value:
    """Return the physical name given in the template; None if there is none."""
    property_ = name_property(resource.type)
    return tree.literal(resource.get(property_)) if property_ else None


def named_itself(resource: Resource) -> bool:
    """Tell whether the name is its own: that of a bucket policy is merely the bucket it belongs to."""
    property_ = name_property(resource.type)
    return property_ is not None and not isinstance(resource.get(property_), Reference)


def literal(tree: Tree, value: Value) -> Value:
    """Replace references whose text is known: ``Ref`` of a named resource, attributes that mirror a given property."""
    if isinstance(value, Text):
        return concat(literal(tree, part) for part in value.parts)
    if isinstance(value, list):
        return [literal(tree, item) for item in value]
    if isinstance(value, dict):
        return {key: literal(tree, item) for key, item in value.items()}
    if not isinstance(value, Reference):
        return value
    return tree.mirror(value)


def mirrored(tree: Tree, reference: Reference) -> Value:
    """Return the value of the property that an attribute repeats; the Reference itself if there is none."""
    property_ = _mirrored_property(reference)
    value = tree.at(reference).get(property_) if property_ else None
    if value is None or isinstance(value, Unknown | list | dict) or reference in references(value):
        return reference
    return literal(tree, value)


_PASSED_THROUGH = {
    "AWS::SecretsManager::SecretTargetAttachment": "SecretId",
    "AWS::SecretsManager::RotationSchedule": "SecretId",
    "AWS::SecretsManager::ResourcePolicy": "SecretId",
}
"""Types whose ``Ref`` is the ARN of the resource they belong to (their "Return values" in the template reference)."""


def _mirrored_property(reference: Reference) -> str | None:
    schema = schemas.schema(reference.type)
    if schema is None:
        return None
    if reference.attribute != "Ref":
        return None if reference.attribute in schema.read_only or "." in reference.attribute else reference.attribute
    if reference.type in _PASSED_THROUGH:
        return _PASSED_THROUGH[reference.type]
    identifier = schema.primary_identifier
    return identifier[0] if len(identifier) == 1 and identifier[0] not in schema.read_only else None


def same(tree: Tree, left: Value, right: Value) -> bool | None:
    """Tell whether two values will be equal; None if that cannot be known."""
    one, other = literal(tree, left), literal(tree, right)
    if isinstance(one, Reference) and isinstance(other, Reference) and one.attribute == other.attribute:
        return (one.stack, one.id) == (other.stack, other.id)
    return equal(one, other)


# --- ARNs -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Arn:
    """The six fields of an ARN; each a text, possibly with references. Raises nothing: see ``arn``."""

    partition: Value
    service: Value
    region: Value
    account: Value
    resource: Value


_ARN_FIELDS = 6


def arn(value: Value) -> Arn | None:
    """Return the fields of an ARN that is written out; None for anything else, an ``Arn`` attribute included."""
    parts: tuple[Value, ...] = value.parts if isinstance(value, Text) else (value,)
    fields: list[list[Value]] = [[]]
    for part in parts:
        if isinstance(part, str):
            pieces = part.split(":", max(0, _ARN_FIELDS - len(fields)))
            fields[-1].append(pieces[0])
            fields.extend([piece] for piece in pieces[1:])
        elif isinstance(part, Reference | Pseudo | Unknown | Dynamic):
            fields[-1].append(part)
        else:
            return None
    joined = [concat(field) for field in fields]
    return Arn(*joined[1:]) if len(joined) == _ARN_FIELDS and joined[0] == "arn" else None


_ARN_SERVICES = {
    "states": "stepfunctions",
    "elasticloadbalancing": "elasticloadbalancingv2",
    "elasticfilesystem": "efs",
    "monitoring": "cloudwatch",
    "es": "opensearchservice",
}
"""ARN service names that differ from the type's middle part (Service Authorization Reference, 2026-11)."""


def target(tree: Tree, value: Value, types: tuple[str, ...]) -> Resource | None:
    """Return the resource that a value denotes; see ``Tree.target``."""
    if isinstance(value, list | dict | None):
        return None
    direct = [tree.at(reference) for reference in references(value)]
    if direct and not types:
        return direct[-1]
    behind = [tree.at(reference) for reference in references(literal(tree, value))] if direct else []
    found = next((resource for resource in (*direct, *behind) if resource.type in types), None)
    return found or _named(tree, value, types)


def _named(tree: Tree, value: Value, types: tuple[str, ...]) -> Resource | None:
    text = literal(tree, value)
    fields = arn(text)
    if fields is None:
        return next((resource for resource in tree.named(text) if not types or resource.type in types), None)
    service = service_of(fields)
    for candidate in arn_names(fields.resource):
        for resource in tree.named(candidate):
            if resource.type.split("::")[1].lower() == service and (not types or resource.type in types):
                return resource
    return None


def service_of(fields: Arn) -> str | None:
    """Return the service of an ARN as resource types spell it, in lower case; None if it is not known."""
    service = as_text(fields.service)
    return None if service is None else _ARN_SERVICES.get(service, service)


def arn_names(tail: Value) -> list[Value]:
    """Return the names that an ARN may end in: of ``stream/name``, ``log-group:name:*``, ``bucket/key``."""
    parts: tuple[Part, ...] = tail.parts if isinstance(tail, Text) else (tail,) if isinstance(tail, str) else ()
    if not parts:
        return []
    ended = parts
    if isinstance(parts[-1], str):
        ended = (*parts[:-1], re.sub(r"(:\*|/\*|:log-stream:.*|-\?{6})$", "", parts[-1]))
    names: list[Value] = [concat(ended)]
    if isinstance(ended[0], str):
        for mark in ":/":
            kind, found, rest = ended[0].partition(mark)
            if found and re.fullmatch(r"[a-z-]+", kind):
                names.append(concat((rest, *ended[1:])))
            if found and len(ended) == 1:
                names.append(kind)
    return [candidate for candidate in names if candidate]


def hashable(value: Value) -> bool:
    """Tell whether a value can be looked up by equality: no list, no object, nothing unknown."""
    return not isinstance(value, list | dict | None) and not unknown(value)
