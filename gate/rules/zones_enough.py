"""Services that want two zones and get subnets in one."""

from __future__ import annotations

from collections.abc import Iterator

from gate.network import subnets, zones
from gate.rule import Hit, rule
from gate.tree import Resource, Tree, Unknown, Value, as_bool, as_list, as_text

_TEMPLATE = """
Resources:
  Vpc: {{Type: AWS::EC2::VPC, Properties: {{CidrBlock: 10.0.0.0/16}}}}
  A:
    Type: AWS::EC2::Subnet
    Properties: {{VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24, AvailabilityZone: !Select [0, !GetAZs ""]}}
  B:
    Type: AWS::EC2::Subnet
    Properties: {{VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24, AvailabilityZone: !Select [{second}, !GetAZs ""]}}
  Group:
    Type: AWS::RDS::DBSubnetGroup
    Properties: {{DBSubnetGroupDescription: both, SubnetIds: [!Ref A, !Ref B]}}
"""


@rule(
    id="E9204",
    title="Subnets lie in at least two zones where a service asks for two",
    reason=(
        "RDS, DMS and Redshift Multi-AZ refuse a subnet group that covers one zone only, an application load balancer "
        "needs subnets of two zones, and a Multi-AZ cache cannot place its replica."
    ),
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html",
    good=_TEMPLATE.format(second=1),
    bad=_TEMPLATE.format(second=0),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Count the zones of subnet groups, application load balancers, and caches with replicas in several zones."""
    for resource in tree.resources(*_SUBNETS):
        yield from _judge(tree, resource, _SUBNETS[resource.type], resource.get(_SUBNETS[resource.type]))
    for balancer in tree.resources("AWS::ElasticLoadBalancingV2::LoadBalancer"):
        if (as_text(balancer.get("Type")) if balancer.get("Type") is not None else "application") == "application":
            yield from _judge(tree, balancer, "Subnets", balancer.get("Subnets"))
    for cache in tree.resources("AWS::ElastiCache::ReplicationGroup"):
        group = tree.target(cache.get("CacheSubnetGroupName"), "AWS::ElastiCache::SubnetGroup")
        if group and as_bool(cache.get("MultiAZEnabled")):
            yield from _judge(tree, cache, "CacheSubnetGroupName", group.get("SubnetIds"))


_SUBNETS = {
    "AWS::RDS::DBSubnetGroup": "SubnetIds",
    "AWS::DocDB::DBSubnetGroup": "SubnetIds",
    "AWS::Neptune::DBSubnetGroup": "SubnetIds",
    "AWS::DMS::ReplicationSubnetGroup": "SubnetIds",
}


def _judge(tree: Tree, resource: Resource, path: str, value: Value) -> Iterator[Hit]:
    fix = "Give subnets of at least two zones."
    listed = as_list(value)
    if not listed or any(isinstance(item, Unknown) for item in listed):
        return
    if len(listed) == 1:
        yield Hit(resource, path, "one subnet is given; subnets of at least two zones are needed", fix)
        return
    found = subnets(tree, value)
    covered = set(zones(tree, found) or []) if found else set()
    if len(covered) == 1:
        yield Hit(resource, path, f"all subnets are in {covered.pop()}; at least two zones are needed", fix)
