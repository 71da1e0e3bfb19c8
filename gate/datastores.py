"""Databases and caches: which attributes are their address, and what holds their credentials.

Source: "Return values" of each type in the CloudFormation template reference (2026-11),
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from gate.network import denotes
from gate.ports import Service, services
from gate.tree import Reference, Resource, Tree, Unknown, references
from gate.workloads import handed, mount_targets

HOSTS: Final[dict[str, tuple[str, ...]]] = {
    "AWS::RDS::DBCluster": ("Endpoint.Address", "ReadEndpoint.Address"),
    "AWS::RDS::DBInstance": ("Endpoint.Address",),
    "AWS::RDS::DBProxy": ("Endpoint",),
    "AWS::ElastiCache::ReplicationGroup": (
        "PrimaryEndPoint.Address",
        "ConfigurationEndPoint.Address",
        "ReaderEndPoint.Address",
        "ReadEndPoint.Addresses",
        "ReadEndPoint.Addresses.List",
    ),
    "AWS::ElastiCache::CacheCluster": ("RedisEndpoint.Address", "ConfigurationEndpoint.Address"),
    "AWS::ElastiCache::ServerlessCache": ("Endpoint.Address", "ReaderEndpoint.Address"),
    "AWS::MemoryDB::Cluster": ("ClusterEndpoint.Address",),
    "AWS::DocDB::DBCluster": ("Endpoint", "ReadEndpoint"),
    "AWS::Neptune::DBCluster": ("Endpoint", "ReadEndpoint"),
    "AWS::Redshift::Cluster": ("Endpoint.Address",),
}
"""The attributes that are the address of a datastore; the first is the one that writers need."""
DATABASES: Final = frozenset(
    type_ for type_ in HOSTS if type_.split("::")[1] in {"RDS", "DocDB", "Neptune", "Redshift"}
)
CACHES: Final = frozenset(type_ for type_ in HOSTS if type_.split("::")[1] in {"ElastiCache", "MemoryDB"})
_CREDENTIALS = ("MasterUserSecret.SecretArn",)


def datastores(tree: Tree) -> Iterator[Resource]:
    """Yield every datastore that clients connect to by itself: an instance of a cluster is not one."""
    for resource in tree.resources(*HOSTS):
        if resource.type != "AWS::RDS::DBInstance" or resource.get("DBClusterIdentifier") is None:
            yield resource


def owner(tree: Tree, resource: Resource) -> Resource:
    """Return the cluster of an instance, or the resource itself."""
    if resource.type == "AWS::RDS::DBInstance":
        return tree.target(resource.get("DBClusterIdentifier"), "AWS::RDS::DBCluster") or resource
    return resource


@lru_cache(maxsize=16)
def listening(tree: Tree) -> dict[Resource, Service]:
    """Return what listens on a port of its own, by resource."""
    return {service.resource: service for service in services(tree)}


def is_host(reference: Reference) -> bool:
    """Tell whether a reference is the address of a datastore."""
    return reference.type in HOSTS and reference.attribute in HOSTS[reference.type]


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


def targets(tree: Tree, workload: Resource) -> list[Service]:
    """Return what a workload connects to: datastores whose address it is handed, file systems that it mounts.

    A secret that is attached to a datastore holds its address.
    """
    known = handed(tree, workload)
    stores = [owner(tree, tree.at(reference)) for reference in known if is_host(reference)]
    for attachment in tree.resources("AWS::SecretsManager::SecretTargetAttachment"):
        held = {attachment.reference, *references(attachment.get("SecretId"))}
        store = tree.target(attachment.get("TargetId"), *HOSTS)
        if store and held & set(known):
            stores.append(owner(tree, store))
    found = [listening(tree).get(each) for each in dict.fromkeys([*stores, *mount_targets(tree, workload)])]
    return [service for service in found if service]
