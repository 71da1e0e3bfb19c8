"""What a resource answers that only its schema stands behind: its ``Ref`` and its ``Fn::GetAtt`` values.

Every value is derived from the stack and the logical id, so the same resource always answers the same, and two never
answer alike. Where the registry schema gives an attribute a pattern, the first form that fits it is taken.
Forms: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html,
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections import Counter
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

from local.emulator.schema import check, resolve

if TYPE_CHECKING:
    from local.emulator.schema import Document, Json

# What `Ref` answers where that is not the primary identifier: the "Return values" of each type's reference page.
_REF = {
    "AWS::ApplicationAutoScaling::ScalingPolicy": "Arn",
    "AWS::EC2::EIP": "PublicIp",
    "AWS::SecretsManager::ResourcePolicy": "SecretId",
    "AWS::SecretsManager::RotationSchedule": "SecretId",
}

# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html; the other EC2 types are named by initials.
_EC2_PREFIXES = {
    "AllocationId": "eipalloc",
    "AssociationId": "assoc",
    "CustomerGateway": "cgw",
    "DHCPOptions": "dopt",
    "EgressOnlyInternetGateway": "eigw",
    "EniId": "eni",
    "FlowLog": "fl",
    "Instance": "i",
    "LaunchTemplate": "lt",
    "NatGateway": "nat",
    "NetworkAcl": "acl",
    "NetworkInterface": "eni",
    "PrefixList": "pl",
    "RouteTableId": "rtb",
    "SecurityGroupEgress": "sgr",
    "SecurityGroupIngress": "sgr",
    "SubnetId": "subnet",
    "TransitGateway": "tgw",
    "TransitGatewayAttachment": "tgw-attach",
    "VPCEndpointService": "vpce-svc",
    "VPCPeeringConnection": "pcx",
    "VPNConnection": "vpn",
    "VPNGateway": "vgw",
    "Volume": "vol",
    "VpcId": "vpc",
}

# Resource parts of ARNs that are not `<type>/<id>`:
# https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
_ARN_RESOURCES = {
    "AWS::ApplicationAutoScaling::ScalingPolicy": "scalingPolicy:{uuid}:resource/{id}:policyName/{id}",
    "AWS::CloudWatch::CompositeAlarm": "alarm:{id}",
    "AWS::RDS::DBProxy": "db-proxy:{id}",
    "SecretArn": "secret:{id}-{suffix}",
}

# ARN services that are not the prefix of the type's own permissions.
_ARN_SERVICES = {"application-autoscaling": "autoscaling", "SecretArn": "secretsmanager"}
_REGIONLESS = {"cloudfront", "globalaccelerator", "iam", "organizations", "route53", "s3"}

# Permissions that a create handler needs of other services, so they do not name the type's own.
_HELPERS = {"ec2", "iam", "kms", "logs", "s3", "sso", "tag"}

_HEALTHY = ("ACTIVE", "AVAILABLE", "ENABLED", "Active", "Available", "available", "active")
_CREATED = "2026-01-01T00:00:00Z"


@dataclass(frozen=True)
class Names:
    """What a resource's values are made of: the stack's place in the world, and a digest unique to the resource."""

    name: str
    region: str
    account: str

    @property
    def digest(self) -> str:
        """Return 64 hexadecimal digits that no other resource has."""
        return hashlib.sha256(f"{self.account}:{self.region}:{self.name}".encode()).hexdigest()


def answers(root: Document, properties: Document, names: Names) -> tuple[str, Document]:
    """Return the ``Ref`` value and the ``Fn::GetAtt`` values of a resource with these properties."""
    values = dict(properties)
    identifiers = [pointer.split("/")[-1] for pointer in root.get("primaryIdentifier", ())]
    for name in identifiers:
        node = resolve(root, root["properties"].get(name, {}))
        values.setdefault(name, _value(root, node, name, names))
    found = attributes(root, values, names)
    ref = _REF.get(root["typeName"])
    parts = [ref] if ref else identifiers
    known = {**found, **values}
    return "|".join(str(known.get(part, names.name)) for part in parts) or names.name, found


def attributes(root: Document, values: Document, names: Names, identifier: str = "") -> Document:
    """Return a value for every attribute that ``Fn::GetAtt`` may ask for.

    That is every read-only property, and every other one that has a value: the real service knows it for some types
    only, such as ``CidrBlock`` of a VPC, and the schemas do not say which.
    ``identifier`` is the id that the resource already has, where something else gave it one.
    """
    found: Document = {}
    for name, value in values.items():
        found.update(_leaves(name, value))
    for pointer in root.get("readOnlyProperties", ()):
        path = pointer.split("/")[2:]
        if "*" not in path:
            node = _node(root, path)
            value = values.get(path[0]) if len(path) == 1 else None
            if value is None:
                # Members of different attributes differ: a writer's address is not the readers'.
                own = names if len(path) == 1 else replace(names, name=f"{names.name}-{path[0]}")
                value = _value(root, node, path[-1], own, identifier or _identifier(root, values))
            found.update(_leaves(".".join(path), value))
    return found


def _identifier(root: Document, values: Document) -> str:
    own = [pointer.split("/")[-1] for pointer in root.get("primaryIdentifier", ())]
    given = [str(values[name]) for name in own if name in values and not str(values[name]).startswith("arn:")]
    return given[0] if given else ""


def _node(root: Document, path: list[str]) -> Document:
    node = root
    for step in path:
        node = resolve(root, node.get("properties", {}).get(step, {}))
    return node


def _leaves(name: str, value: Json) -> Document:
    """Return ``{"Endpoint": {"Port": 1}}`` as ``{"Endpoint": ..., "Endpoint.Port": 1}``."""
    leaves = {name: value}
    if isinstance(value, dict):
        for key, item in value.items():
            leaves.update(_leaves(f"{name}.{key}", item))
    return leaves


def _value(root: Document, node: Document, name: str, names: Names, identifier: str = "") -> Json:
    """Return a value of the right form for one attribute."""
    kinds = node.get("type", "string")
    kind = kinds[0] if isinstance(kinds, list) else kinds
    if "enum" in node:
        return next((word for word in _HEALTHY if word in node["enum"]), node["enum"][0])
    if kind == "object":
        members = node.get("properties", {})
        return {key: _value(root, resolve(root, item), key, names, identifier) for key, item in members.items()}
    if kind == "array":
        item = resolve(root, node.get("items", {}))
        return [] if item.get("type") == "object" else [_value(root, item, name, names, identifier)]
    if kind == "boolean":
        return bool(node.get("default", False))
    if kind in ("integer", "number"):
        return node.get("default", max(node.get("minimum", 1), 1))
    forms = [*_forms(root, name, names, identifier), *_fitted(node, names.digest)]
    return next((form for form in forms if next(check(root, node, form, "#"), None) is None), forms[0])


def _forms(root: Document, name: str, names: Names, identifier: str) -> list[str]:
    """Return the forms that a string attribute of this name may take, the likeliest first."""
    digest, last = names.digest, root["typeName"].split("::")[-1]
    own = identifier or names.name
    host = f"{own.lower()}.{digest[:12]}.{names.region}.{service(root)}.amazonaws.com"
    number = int(digest[:4], 16)
    short = [_short(digest, length) for length in (10, 8, 26, 13, 17, 32)]
    ids = [_resource_id(root, name, digest), *short, str(uuid.UUID(digest[:32])), str(int(digest[:9], 16)).zfill(12)]
    if name.lower().endswith("arn"):
        return [*arns(root, name, names, [own, *ids]), *ids]
    if name == "Port":
        return ["443"]
    if name.endswith("Version"):
        return ["1", "v1", "1.0.0"]
    if name.endswith(("Ip", "IpAddress")):
        return [f"198.{18 + int(digest[4], 16) % 2}.{number >> 8}.{number & 255}"]
    if "Url" in name or name.endswith("Uri"):
        return [f"https://{host}", host]
    if re.search(r"Endpoint|Address|DnsName|DNSName|DomainName|Hostname|Host$", name):
        return [host, f"https://{host}", *ids]
    if name.endswith(("OwnerId", "AccountId")):
        return [names.account, *ids]
    if re.search(r"(At|Time|Date|Timestamp)$", name):
        return [_CREATED, *ids]
    if name.endswith(("Name", last)) or not name.endswith(("Id", "Identifier")):
        clean = re.sub(r"[^A-Za-z0-9]", "", names.name)
        return [names.name, names.name.lower(), clean, clean.lower(), *ids]
    return [*ids, names.name]


def _fitted(node: Document, digest: str) -> list[str]:
    """Return ids as long as the schema asks for, and with the prefix that its pattern begins with."""
    lengths = {node.get("minLength", 1), min(node.get("maxLength", 12), 64), 8, 10, 12, 16}
    prefix = re.match(r"\^?\(?([A-Za-z]{1,12}[-_])", node.get("pattern", ""))
    start = prefix[1] if prefix else ""
    return [start + _short(digest, length) for length in sorted(lengths)] + [start + str(uuid.UUID(digest[:32]))]


def arns(root: Document, name: str, names: Names, identifiers: list[str]) -> list[str]:
    """Return the forms of a resource's ARN, or of the ARN of the other resource that attribute ``name`` means."""
    prefix = _ARN_SERVICES.get(name) or service(root)
    last = root["typeName"].split("::")[-1]
    kebab = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", last).lower()
    shape = _ARN_RESOURCES.get(name) or _ARN_RESOURCES.get(root["typeName"]) or "{type}/{id}"
    regions = [""] if prefix in _REGIONLESS else [names.region, ""]
    account = "" if prefix == "s3" else names.account
    values = {"uuid": uuid.UUID(names.digest[:32]), "suffix": _short(names.digest, 6)}
    return [
        f"arn:{partition(names.region)}:{prefix}:{region}:{account}:"
        + shape.format(type=kind, id=re.split("[/:]", identifier)[-1], **values)
        for region, identifier, kind in product(regions, identifiers, (last.lower(), kebab))
    ]


def partition(region: str) -> str:
    """Return the partition that a region belongs to.

    https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
    """
    prefixes = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}
    return next((name for prefix, name in prefixes.items() if region.startswith(prefix)), "aws")


def service(root: Document) -> str:
    """Return the service prefix of the type's ARNs: that of the permissions which its create handler needs."""
    segment = str(root["typeName"].split("::")[1]).lower()
    permissions = root.get("handlers", {}).get("create", {}).get("permissions", ())
    prefixes = Counter(permission.split(":")[0].lower() for permission in permissions)
    if segment not in prefixes:
        own = [prefix for prefix, _ in prefixes.most_common() if prefix not in _HELPERS]
        segment = own[0] if own else segment
    return _ARN_SERVICES.get(segment, segment)


def _resource_id(root: Document, name: str, digest: str) -> str:
    if not root["typeName"].startswith("AWS::EC2::"):
        return digest[:10]
    last = root["typeName"].split("::")[-1]
    initials = "".join(re.findall("[A-Z]", last)).lower()
    return f"{_EC2_PREFIXES.get(name) or _EC2_PREFIXES.get(last) or initials}-{digest[:17]}"


def _short(digest: str, length: int) -> str:
    """Return ``length`` lowercase letters and digits, the first a letter, as API Gateway's ids are."""
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    number, found = int(digest, 16), letters[int(digest[:2], 16) % 26]
    for _ in range(length - 1):
        number, rest = divmod(number, len(letters))
        found += letters[rest]
    return found
