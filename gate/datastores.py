"""Databases, caches and file systems: which attribute is their address, on which port and through which groups.

Sources (2026-11): "Return values" of each type in the CloudFormation template reference, and
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html (default ports),
https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/accessing-elasticache.html,
https://docs.aws.amazon.com/efs/latest/ug/network-access.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gate.network import denotes
from gate.tree import Reference, Resource, Tree, Unknown, Value, as_int, as_text


@dataclass(frozen=True)
class Kind:
    """A type of datastore: attributes that hold its address (one that writers need first), its default port."""

    hosts: tuple[str, ...]
    groups: str
    port: int | None = None


KINDS: Final[dict[str, Kind]] = {
    "AWS::RDS::DBCluster": Kind(("Endpoint.Address", "ReadEndpoint.Address"), "VpcSecurityGroupIds"),
    "AWS::RDS::DBInstance": Kind(("Endpoint.Address",), "VPCSecurityGroups"),
    "AWS::RDS::DBProxy": Kind(("Endpoint",), "VpcSecurityGroupIds"),
    "AWS::ElastiCache::ReplicationGroup": Kind(
        (
            "PrimaryEndPoint.Address",
            "ConfigurationEndPoint.Address",
            "ReaderEndPoint.Address",
            "ReadEndPoint.Addresses",
            "ReadEndPoint.Addresses.List",
        ),
        "SecurityGroupIds",
        6379,
    ),
    "AWS::ElastiCache::CacheCluster": Kind(
        ("RedisEndpoint.Address", "ConfigurationEndpoint.Address"), "VpcSecurityGroupIds"
    ),
    "AWS::ElastiCache::ServerlessCache": Kind(("Endpoint.Address", "ReaderEndpoint.Address"), "SecurityGroupIds"),
    "AWS::MemoryDB::Cluster": Kind(("ClusterEndpoint.Address",), "SecurityGroupIds", 6379),
    "AWS::DocDB::DBCluster": Kind(("Endpoint", "ReadEndpoint"), "VpcSecurityGroupIds", 27017),
    "AWS::Neptune::DBCluster": Kind(("Endpoint", "ReadEndpoint"), "VpcSecurityGroupIds", 8182),
    "AWS::Redshift::Cluster": Kind(("Endpoint.Address",), "VpcSecurityGroupIds", 5439),
    "AWS::OpenSearchService::Domain": Kind(("DomainEndpoint",), "VPCOptions.SecurityGroupIds", 443),
}
DATABASES: Final = frozenset(
    type_ for type_ in KINDS if type_.split("::")[1] in {"RDS", "DocDB", "Neptune", "Redshift"}
)
CACHES: Final = frozenset(type_ for type_ in KINDS if type_.split("::")[1] in {"ElastiCache", "MemoryDB"})
_ENGINE_PORTS = {
    "postgres": 5432,
    "aurora-postgresql": 5432,
    "mysql": 3306,
    "mariadb": 3306,
    "aurora-mysql": 3306,
    "memcached": 11211,
    "redis": 6379,
    "valkey": 6379,
}
NFS: Final = 2049
_CREDENTIALS = ("MasterUserSecret.SecretArn",)


def datastores(tree: Tree) -> Iterator[Resource]:
    """Yield every datastore that clients connect to by itself: an instance of a cluster is not one."""
    for resource in tree.resources(*KINDS):
        if resource.type != "AWS::RDS::DBInstance" or resource.get("DBClusterIdentifier") is None:
            yield resource


def owner(tree: Tree, resource: Resource) -> Resource:
    """Return the cluster of an instance, or the resource itself."""
    if resource.type == "AWS::RDS::DBInstance":
        return tree.target(resource.get("DBClusterIdentifier"), "AWS::RDS::DBCluster") or resource
    return resource


def port(tree: Tree, resource: Resource) -> int | None:
    """Return the port on which a datastore listens; None if it is not known."""
    given = next((resource.get(name) for name in ("Port", "DBPort") if resource.get(name) is not None), None)
    if given is not None:
        return as_int(tree.literal(given))
    engine = as_text(tree.literal(resource.get("Engine")))
    return KINDS[resource.type].port or _ENGINE_PORTS.get((engine or "").lower())


def groups(resource: Resource) -> Value:
    """Return the security groups of a datastore as they are written; None if it has none of its own."""
    return resource.get(KINDS[resource.type].groups)


def is_host(reference: Reference) -> bool:
    """Tell whether a reference is the address of a datastore."""
    return reference.type in KINDS and reference.attribute in KINDS[reference.type].hosts


def hosts_of(tree: Tree, found: tuple[Reference, ...], store: Resource) -> list[Reference]:
    """Return those of some references that are addresses of a datastore, or of an instance of it."""
    return [reference for reference in found if is_host(reference) and owner(tree, tree.at(reference)) is store]


def secrets(tree: Tree, store: Resource) -> list[tuple[Resource, str]]:
    """Return what holds the credentials of a datastore: the resource, and the attribute that is the secret's ARN."""
    found = [(store, name) for name in _CREDENTIALS]
    for attachment in tree.resources("AWS::SecretsManager::SecretTargetAttachment"):
        if denotes(tree, attachment.get("TargetId"), store):
            secret = tree.target(attachment.get("SecretId"), "AWS::SecretsManager::Secret")
            found += [(attachment, "Ref"), *([(secret, "Ref"), (secret, "Id")] if secret else [])]
    return found


def has_host(tree: Tree, secret: Resource) -> bool | None:
    """Tell whether the JSON of a secret has the address of its datastore: attached ones do; None if not known."""
    if secret.type == "AWS::SecretsManager::SecretTargetAttachment":
        return True
    if secret.type != "AWS::SecretsManager::Secret":
        return False
    for attachment in tree.resources("AWS::SecretsManager::SecretTargetAttachment"):
        if denotes(tree, attachment.get("SecretId"), secret) or isinstance(attachment.get("SecretId"), Unknown):
            return True
    return None if isinstance(secret.get("SecretString"), Unknown) else False
