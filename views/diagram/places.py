"""Which subnets each resource of the tree is in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from gate.network import Way, subnets, way_out, zone
from gate.tree import Path, Resource, Tree, Value, items
from gate.workloads import placements, services, workloads

_OWN: dict[str, str] = {
    "AWS::EC2::NatGateway": "SubnetId",
    "AWS::EC2::VPCEndpoint": "SubnetIds",
    "AWS::EFS::MountTarget": "SubnetId",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "Subnets",
    "AWS::ApiGatewayV2::VpcLink": "SubnetIds",
}
"""The property with the subnets of a resource."""
_GROUPED: dict[str, tuple[str, str, str]] = {
    "AWS::RDS::DBCluster": ("DBSubnetGroupName", "AWS::RDS::DBSubnetGroup", "SubnetIds"),
    "AWS::RDS::DBInstance": ("DBSubnetGroupName", "AWS::RDS::DBSubnetGroup", "SubnetIds"),
    "AWS::ElastiCache::ReplicationGroup": ("CacheSubnetGroupName", "AWS::ElastiCache::SubnetGroup", "SubnetIds"),
}
"""The property that names a group of subnets, the group's type, and its property with the subnets."""


@dataclass(frozen=True)
class Row:
    """Subnets that differ only in their zone: the same name but for the zone's letter."""

    name: str
    subnets: tuple[Resource, ...]
    way: Way


def rows(tree: Tree) -> list[Row]:
    """Return the subnets of the tree in rows across the zones, those nearest to the internet first."""
    found: dict[str, list[Resource]] = {}
    for subnet in tree.resources("AWS::EC2::Subnet"):
        found.setdefault(re.sub(r"(?<=[a-z])[A-Z]$", "", subnet.id), []).append(subnet)
    ways = list(Way)
    made = [Row(name, tuple(each), way_out(tree, each[0])) for name, each in found.items()]
    return sorted(made, key=lambda row: ways.index(row.way))


def zones(tree: Tree) -> list[str]:
    """Return the zones of all subnets; a zone that is left to AWS is an empty name."""
    return sorted({zone(tree, subnet) or "" for subnet in tree.resources("AWS::EC2::Subnet")})


@lru_cache(maxsize=16)
def placed(tree: Tree) -> dict[Resource, tuple[Resource, ...]]:
    """Return the subnets of every resource that is in some, as far as they are in the tree.

    A task definition is not in a subnet: the services that run it are. An instance of a cluster is where its cluster
    may be: AWS chooses among the subnets of the group.
    """
    found: dict[Resource, tuple[Resource, ...]] = {}
    for resource in tree.resources():
        written = _written(tree, resource)
        if written is not None:
            found[resource] = tuple(subnets(tree, written if isinstance(written, list) else [written]) or ())
    for workload in workloads(tree):
        for placement in placements(tree, workload):
            found[placement.place] = tuple(subnets(tree, placement.subnets) or ())
    return {resource: each for resource, each in found.items() if each}


def runs(tree: Tree, place: Resource) -> Resource:
    """Return the workload that a service runs; the resource itself if it is none."""
    for workload in workloads(tree):
        if place in services(tree, workload):
            return workload
    return place


def groups(tree: Tree, resource: Resource) -> list[Resource]:
    """Return the security groups of a resource."""
    paths: tuple[str | Path, ...] = (
        *("SecurityGroups", "SecurityGroupIds", "VpcSecurityGroupIds", "VPCSecurityGroups"),
        *("NetworkConfiguration.AwsvpcConfiguration.SecurityGroups", "VpcConfig.SecurityGroupIds"),
    )
    return [
        group for path in paths for item in items(resource.get(path)) for group in tree.targets(item, _SECURITY_GROUP)
    ]


_SECURITY_GROUP = "AWS::EC2::SecurityGroup"


def _written(tree: Tree, resource: Resource) -> Value:
    own = _OWN.get(resource.type)
    if own:
        return resource.get(own)
    grouped = _GROUPED.get(resource.type)
    if grouped is None:
        return None
    path, type_, subnets_path = grouped
    group = tree.target(resource.get(path), type_)
    if group is None:  # an instance of a cluster is in the cluster's subnets
        cluster = tree.target(resource.get("DBClusterIdentifier"), "AWS::RDS::DBCluster")
        return _written(tree, cluster) if cluster else None
    return group.get(subnets_path)
