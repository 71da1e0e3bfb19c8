"""What listens in the network, on which port, and behind which security groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from gate.tree import Resource, Tree, Value, as_int, as_text


@dataclass(frozen=True)
class Service:
    """A resource that listens; ``path`` is the property with its security groups, ``ports`` where it may listen."""

    CONSUMERS: ClassVar = (
        "AWS::ECS::Service",
        "AWS::Lambda::Function",
        "AWS::EC2::Instance",
        "AWS::EC2::LaunchTemplate",
    )

    resource: Resource
    path: str
    ports: tuple[int, ...]
    protocol: str = "tcp"


_ENGINES: Mapping[str, int] = {
    "aurora-mysql": 3306,
    "mysql": 3306,
    "mariadb": 3306,
    "postgres": 5432,
    "oracle": 1521,
    "custom-oracle": 1521,
    "sqlserver": 1433,
    "custom-sqlserver": 1433,
    "db2": 50000,
    "redis": 6379,
    "valkey": 6379,
    "memcached": 11211,
}
"""Default ports by engine.

Sources (2026-11): https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html,
https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html
"""
_AURORA_POSTGRESQL = (5432, 3306)
"""CloudFormation and RDS do not agree on its default, which depends on the EngineMode, too.

Source: https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-rds/pull/336
"""
_LISTENING: Mapping[str, tuple[str, str, int | None]] = {
    "AWS::RDS::DBCluster": ("VpcSecurityGroupIds", "Port", None),
    "AWS::RDS::DBInstance": ("VPCSecurityGroups", "Port", None),
    "AWS::DocDB::DBCluster": ("VpcSecurityGroupIds", "Port", 27017),
    "AWS::Neptune::DBCluster": ("VpcSecurityGroupIds", "DBPort", 8182),
    "AWS::Redshift::Cluster": ("VpcSecurityGroupIds", "Port", 5439),
    "AWS::ElastiCache::ReplicationGroup": ("SecurityGroupIds", "Port", 6379),
    "AWS::ElastiCache::CacheCluster": ("VpcSecurityGroupIds", "Port", None),
    "AWS::ElastiCache::ServerlessCache": ("SecurityGroupIds", "", None),
    "AWS::MemoryDB::Cluster": ("SecurityGroupIds", "Port", 6379),
    "AWS::EFS::MountTarget": ("SecurityGroups", "", 2049),
}
"""The properties with security groups and with the port, and the default port (None: the engine's)."""


def services(tree: Tree) -> Iterator[Service]:
    """Yield everything of the tree that listens, as far as its port is known."""
    for resource in tree.resources(*_LISTENING):
        path, port_name, default = _LISTENING[resource.type]
        ports = ports_of(tree, resource, resource.get(port_name) if port_name else None, default)
        if ports and not (resource.type == "AWS::RDS::DBInstance" and resource.get("DBClusterIdentifier")):
            yield Service(resource, path, ports)
    for endpoint in tree.resources("AWS::EC2::VPCEndpoint"):
        if as_text(endpoint.get("VpcEndpointType")) == "Interface":
            yield Service(endpoint, "SecurityGroupIds", (443,))
    yield from _balancers(tree)


def _balancers(tree: Tree) -> Iterator[Service]:
    """One of a load balancer's ports may be for show: a target group has metrics only with a listener."""
    found: dict[tuple[Resource, str], tuple[int, ...]] = {}
    for listener in tree.resources("AWS::ElasticLoadBalancingV2::Listener"):
        balancer = tree.target(listener.get("LoadBalancerArn"), "AWS::ElasticLoadBalancingV2::LoadBalancer")
        port = as_int(tree.literal(listener.get("Port")))
        if balancer and port is not None:
            udp = as_text(tree.literal(listener.get("Protocol"))) in {"UDP", "QUIC"}
            key = (balancer, "udp" if udp else "tcp")
            found[key] = (*found.get(key, ()), port)
    for (balancer, protocol), ports in found.items():
        yield Service(balancer, "SecurityGroups", ports, protocol)


def ports_of(tree: Tree, resource: Resource, given: Value, default: int | None) -> tuple[int, ...]:
    """Return the port that is given, else the default, else that of the engine; empty if it is not known."""
    if given is not None:
        port = as_int(tree.literal(given))
        return () if port is None else (port,)
    engine = as_text(tree.literal(resource.get("Engine"))) or ""
    if engine == "aurora-postgresql":
        return _AURORA_POSTGRESQL
    found = default or next((port for name, port in _ENGINES.items() if engine.startswith(name)), None)
    return () if found is None else (found,)
