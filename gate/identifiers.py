"""Which identifier a property takes, and which one a reference gives: of what type, and an ARN, an id or a name.

Both are read off the registry schemas: the ``format`` of a property (``AWS::EC2::VPC.Id``), its name
(``LoadBalancerArn`` in the service that has load balancers, ``VpcId`` anywhere), and the primary identifier of a type,
which ``Ref`` returns.
Source: https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from gate import schemas
from gate.schemas import Json
from gate.tree import Path, Reference, Resource, Text, Value, walk

ARN, ID, NAME = "ARN", "id", "name"


@dataclass(frozen=True)
class Wanted:
    """What a property takes: a resource of one of the types (any, if empty), by identifiers of these forms (any)."""

    types: frozenset[str]
    forms: frozenset[str]


@dataclass(frozen=True)
class Given:
    """What a reference is: an identifier of a resource of ``type``; ``form`` is None where that is not known."""

    type: str
    form: str | None


# --- what is given ----------------------------------------------------------------------------------------------------

_REF = {
    "AWS::SecretsManager::Secret": ARN,
    "AWS::CertificateManager::Certificate": ARN,
    "AWS::Events::Rule": NAME,
    "AWS::WAFv2::WebACL": None,
    "AWS::ECS::Service": ARN,
    "AWS::ApiGateway::Stage": NAME,
}
"""What ``Ref`` returns where the primary identifier does not say it ("Return values" of each type's page, 2026-11)."""
_UNJUDGED = ("AWS::CloudFormation::", "AWS::SSM::Parameter", "AWS::Serverless::", "AWS::ServiceCatalog::")
"""Types whose attributes may hold anything."""


def given(reference: Reference) -> Given | None:
    """Return what a reference is an identifier of; None if it is none, or that is not known."""
    schema = None if reference.type.startswith(_UNJUDGED) else schemas.schema(reference.type)
    if schema is None:
        return None
    attribute = reference.attribute
    if attribute == "Ref":
        if reference.type in _REF:
            return Given(reference.type, _REF[reference.type])
        identifier = schema.primary_identifier[0] if len(schema.primary_identifier) == 1 else ""
        form = _form(identifier)
        plain = identifier in {"Id", "Identifier"} and not reference.type.startswith("AWS::EC2::")
        return Given(reference.type, None if plain else form)
    declared = _formats(schema, schema.property(attribute))
    if declared:
        kind, form = min(declared)
        return Given(kind if schemas.schema(kind) or kind in _ALIASES else "", form)
    form = _form(attribute)
    short = _short(reference.type)
    own = {"Arn", "ARN", "Id", "Name", f"{short}Arn", f"{short}Name", f"{short}FullName", *schema.primary_identifier}
    if attribute in own:
        return Given(reference.type, form)
    return Given("", ARN) if form == ARN else None


def _form(name: str) -> str | None:
    if re.search(r"(Arn|ARN)s?$", name):
        return ARN
    if re.search(r"(Id|Identifier)s?$", name):
        return ID
    return NAME if re.search(r"(Name|^Name)s?$", name) else "URL" if name.endswith("Url") else None


def _short(type_: str) -> str:
    return type_.rpartition("::")[2]


# --- what is wanted ---------------------------------------------------------------------------------------------------

_ALIASES = {
    "AWS::ACM::Certificate": ("AWS::CertificateManager::Certificate", "AWS::IAM::ServerCertificate"),
    "AWS::KMS::Key": ("AWS::KMS::Key", "AWS::KMS::ReplicaKey", "AWS::KMS::Alias"),
    "AWS::KMS::Alias": ("AWS::KMS::Key", "AWS::KMS::ReplicaKey", "AWS::KMS::Alias"),
    "AWS::Lambda::Function": ("AWS::Lambda::Function", "AWS::Lambda::Alias", "AWS::Lambda::Version"),
    "AWS::S3::Bucket": ("AWS::S3::Bucket", "AWS::S3Express::DirectoryBucket", "AWS::S3::AccessPoint"),
    "AWS::SecretsManager::Secret": (
        "AWS::SecretsManager::Secret",
        "AWS::SecretsManager::SecretTargetAttachment",
        "AWS::SecretsManager::RotationSchedule",
        "AWS::RDS::DBCluster",
        "AWS::RDS::DBInstance",
        "AWS::Redshift::Cluster",
    ),
    "AWS::EC2::SecurityGroup": ("AWS::EC2::SecurityGroup", "AWS::EC2::VPC", "AWS::ElasticLoadBalancing::LoadBalancer"),
}
"""Types that stand in for another one: an alias for its key, a database for the secret that it manages."""
_EVERYWHERE = {
    "vpc": "AWS::EC2::VPC",
    "subnet": "AWS::EC2::Subnet",
    "securitygroup": "AWS::EC2::SecurityGroup",
    "routetable": "AWS::EC2::RouteTable",
    "role": "AWS::IAM::Role",
    "kmskey": "AWS::KMS::Key",
    "kmsmasterkey": "AWS::KMS::Key",
    "topic": "AWS::SNS::Topic",
    "lambda": "AWS::Lambda::Function",
    "lambdafunction": "AWS::Lambda::Function",
    "targetgroup": "AWS::ElasticLoadBalancingV2::TargetGroup",
    "filesystem": "AWS::EFS::FileSystem",
    "loggroup": "AWS::Logs::LogGroup",
    "deadlettertarget": "AWS::SQS::Queue",
    "certificate": "AWS::ACM::Certificate",
}
"""What the last words of a property's name mean in every service."""
_NOT_FOR = {
    "filesystem": ("AWS::FSx::", "AWS::DataSync::", "AWS::S3Files::"),
    "targetgroup": ("AWS::VpcLattice::",),
    "topic": ("AWS::MSK::", "AWS::QuickSight::"),
    "securitygroup": ("AWS::Redshift::", "AWS::RDS::", "AWS::ElastiCache::", "AWS::MediaLive::"),
    "role": ("AWS::RolesAnywhere::",),
    "certificate": ("AWS::IoT::", "AWS::ACMPCA::", "AWS::DMS::", "AWS::RolesAnywhere::", "AWS::Transfer::"),
}
_EXPLICIT: Mapping[tuple[str, str], tuple[tuple[str, ...], tuple[str, ...]]] = {
    ("AWS::EC2::Route", "GatewayId"): (
        ("AWS::EC2::InternetGateway", "AWS::EC2::VPNGateway", "AWS::EC2::VPCEndpoint"),
        (ID,),
    ),
    ("AWS::EC2::NatGateway", "AllocationId"): (("AWS::EC2::EIP",), ()),
    ("AWS::ApiGateway::Method", "ConnectionId"): (("AWS::ApiGateway::VpcLink", "AWS::ApiGatewayV2::VpcLink"), (ID,)),
    ("AWS::ApiGatewayV2::Integration", "ConnectionId"): (("AWS::ApiGatewayV2::VpcLink",), (ID,)),
    ("AWS::ApiGateway::Stage", "DestinationArn"): (
        ("AWS::Logs::LogGroup", "AWS::KinesisFirehose::DeliveryStream"),
        (ARN,),
    ),
    ("AWS::ApiGatewayV2::Stage", "DestinationArn"): (("AWS::Logs::LogGroup",), (ARN,)),
    ("AWS::ApiGateway::Method", "Credentials"): (("AWS::IAM::Role",), (ARN,)),
    ("AWS::ApiGateway::VpcLink", "TargetArns"): (("AWS::ElasticLoadBalancingV2::LoadBalancer",), (ARN,)),
    ("AWS::CloudWatch::Alarm", "AlarmActions"): ((), (ARN,)),
    ("AWS::CloudWatch::Alarm", "OKActions"): ((), (ARN,)),
    ("AWS::CloudWatch::Alarm", "InsufficientDataActions"): ((), (ARN,)),
    ("AWS::CloudWatch::CompositeAlarm", "AlarmActions"): ((), (ARN,)),
    ("AWS::CloudWatch::CompositeAlarm", "OKActions"): ((), (ARN,)),
    ("AWS::CloudWatch::CompositeAlarm", "InsufficientDataActions"): ((), (ARN,)),
    ("AWS::IAM::InstanceProfile", "Roles"): (("AWS::IAM::Role",), (NAME,)),
    ("AWS::IAM::Policy", "Roles"): (("AWS::IAM::Role",), (NAME,)),
    ("AWS::IAM::ManagedPolicy", "Roles"): (("AWS::IAM::Role",), (NAME,)),
    ("AWS::IAM::Role", "ManagedPolicyArns"): (("AWS::IAM::ManagedPolicy",), (ARN,)),
    ("AWS::Lambda::Function", "Role"): (("AWS::IAM::Role",), (ARN,)),
    ("AWS::S3::Bucket", "Function"): (("AWS::Lambda::Function",), (ARN,)),
    ("AWS::S3::Bucket", "Queue"): (("AWS::SQS::Queue",), (ARN,)),
    ("AWS::S3::Bucket", "Topic"): (("AWS::SNS::Topic",), (ARN,)),
    ("AWS::SNS::TopicPolicy", "Topics"): (("AWS::SNS::Topic",), (ARN,)),
    ("AWS::SQS::QueuePolicy", "Queues"): (("AWS::SQS::Queue",), ("URL",)),
    ("AWS::StepFunctions::StateMachine", "RoleArn"): (("AWS::IAM::Role",), (ARN,)),
    ("AWS::ECS::Service", "Role"): (("AWS::IAM::Role",), ()),
    ("AWS::ECS::TaskDefinition", "TaskRoleArn"): (("AWS::IAM::Role",), (ARN, NAME)),
    ("AWS::ECS::TaskDefinition", "AccessPointId"): (("AWS::EFS::AccessPoint",), (ID,)),
    ("AWS::Lambda::EventSourceMapping", "EventSourceArn"): (
        (
            "AWS::Kinesis::Stream",
            "AWS::Kinesis::StreamConsumer",
            "AWS::SQS::Queue",
            "AWS::DynamoDB::Table",
            "AWS::DynamoDB::GlobalTable",
            "AWS::MSK::Cluster",
            "AWS::AmazonMQ::Broker",
            "AWS::DocDB::DBCluster",
        ),
        (ARN,),
    ),
    ("AWS::WAFv2::WebACLAssociation", "WebACLArn"): (("AWS::WAFv2::WebACL",), (ARN,)),
}
"""Properties whose names do not say it (their pages of the template reference, 2026-11)."""
_FREE_FORM = {"deadLetterTargetArn"}
"""Identifiers inside documents that the registry does not describe."""
_OWN_NAMES = {"PolicyName"}
"""Names that are given here and denote nothing else."""
_SUFFIX = re.compile(r"^(.*?)(?:Arns?|ARNs?|Ids?|IDs?|Names?|Identifiers?)$")


def wanted(type_: str, path: Path) -> Wanted | None:
    """Return what the property at a path of a resource takes; None if nothing is known about it."""
    dotted = ".".join(str(key) for key in path if isinstance(key, str))
    return _wanted(type_, dotted) if dotted else None


@cache
def _wanted(type_: str, dotted: str) -> Wanted | None:
    leaf = dotted.rpartition(".")[2]
    if (type_, leaf) in _EXPLICIT:
        explicit, forms = _EXPLICIT[type_, leaf]
        return Wanted(_expanded(explicit), frozenset(forms))
    schema = schemas.schema(type_)
    declared = _formats(schema, schema.property(dotted)) if schema else set()
    if declared:
        return Wanted(_expanded([kind for kind, _ in declared]), frozenset(form for _, form in declared))
    if leaf in _OWN_NAMES:
        return None
    if schema and leaf not in _FREE_FORM and not schema.property(dotted):
        return None  # inside a document, where names are somebody else's
    match = _SUFFIX.match(leaf)
    base = (match[1] if match else leaf).lower()
    if base == _short(type_).lower() or (schema and schema.primary_identifier == (leaf,) and match):
        return None
    pattern = schema.property(dotted).get("pattern") if schema else None
    form = frozenset({ARN}) if match and _form(leaf) == ARN else _form_of_pattern(pattern)
    kinds = _by_name(type_, leaf, base)
    return Wanted(_expanded(kinds), form) if kinds or form else None


def _form_of_pattern(pattern: Json) -> frozenset[str]:
    """Tell by a property's pattern whether it takes only ARNs, or none."""
    if not isinstance(pattern, str):
        return frozenset()
    if pattern.startswith("^arn"):
        return frozenset({ARN})
    try:
        refused = "arn" not in pattern and not re.search(pattern, "arn:aws:service:us-east-1:123456789012:kind/name")
    except re.error:
        refused = False
    return frozenset({NAME}) if refused else frozenset()


def _by_name(type_: str, leaf: str, base: str) -> list[str]:
    if not base:
        return []
    here = _shorts(type_.rpartition("::")[0] + "::")
    found = here.get(base) or [
        kind for short, kinds in here.items() if short in leaf.lower() for kind in kinds if _identified(kind, leaf)
    ]
    if found:
        return [*found, *(kind for short, kinds in here.items() if short.endswith(base) for kind in kinds)]
    for words, kind in _EVERYWHERE.items():
        if words in {"role", "certificate"} and _form(leaf) != ARN:  # instance profiles and texts go by these, too
            continue
        if base.removesuffix("s").endswith(words) and not type_.startswith(_NOT_FOR.get(words, ("-",))):
            return [kind]
    return []


@cache
def _shorts(service: str) -> dict[str, list[str]]:
    """Index the types of a service by their short names."""
    found: dict[str, list[str]] = {}
    for type_ in schemas.types():
        if type_.startswith(service):
            found.setdefault(_short(type_).lower(), []).append(type_)
    return found


def _identified(kind: str, leaf: str) -> bool:
    """Tell whether a type's only identifier has this name: ``CacheSubnetGroupName`` for ``SubnetGroup``."""
    schema = schemas.schema(kind)
    return bool(schema and schema.primary_identifier in {(leaf,), (leaf.removesuffix("s"),)})


def _expanded(kinds: Iterator[str] | list[str] | tuple[str, ...]) -> frozenset[str]:
    return frozenset(member for kind in kinds for member in _ALIASES.get(kind, (kind,)))


def _formats(schema: schemas.Schema | None, node: Mapping[str, Json]) -> set[tuple[str, str]]:
    """Return the identifiers in the ``format`` of a property, of its items, or of its alternatives."""
    found: set[tuple[str, str]] = set()
    todo: list[Json] = [dict(node)]
    while todo:
        found_node = todo.pop()
        if not isinstance(found_node, dict):
            continue
        item = schema.resolved(found_node) if schema else found_node
        kind, _, attribute = str(item.get("format", "")).partition(".")
        form = _form(attribute)
        if "::" in kind and form:
            found.add((kind, form))
        for keyword in ("anyOf", "oneOf"):
            alternatives = item.get(keyword)
            todo.extend(alternatives if isinstance(alternatives, list) else [])
        todo.append(item.get("items"))
    return found


# --- both -------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def handed_over(resource: Resource) -> tuple[tuple[Path, Value, Wanted], ...]:
    """Return each value of a resource that stands where an identifier is wanted."""
    return tuple(
        (path, value, taken)
        for path, value in walk(resource.properties)
        if path and isinstance(value, str | Reference | Text) and (taken := wanted(resource.type, path))
    )
