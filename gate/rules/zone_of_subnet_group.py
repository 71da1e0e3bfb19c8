"""Database and cache nodes in zones that their subnet group does not cover."""

from __future__ import annotations

from collections.abc import Iterator

from gate.network import subnets, zones
from gate.rule import Hit, rule
from gate.tree import Tree, as_text, items

_TEMPLATE = """
Resources:
  Vpc: {{Type: AWS::EC2::VPC, Properties: {{CidrBlock: 10.0.0.0/16}}}}
  A:
    Type: AWS::EC2::Subnet
    Properties: {{VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24, AvailabilityZone: us-east-1a}}
  B:
    Type: AWS::EC2::Subnet
    Properties: {{VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24, AvailabilityZone: us-east-1b}}
  Group:
    Type: AWS::RDS::DBSubnetGroup
    Properties: {{DBSubnetGroupDescription: both, SubnetIds: [!Ref A, !Ref B]}}
  Cluster:
    Type: AWS::RDS::DBCluster
    Properties: {{Engine: aurora-mysql, DBSubnetGroupName: !Ref Group}}
  Writer:
    Type: AWS::RDS::DBInstance
    Properties:
      DBClusterIdentifier: !Ref Cluster
      Engine: aurora-mysql
      DBInstanceClass: db.r6g.large
      AvailabilityZone: us-east-1{zone}
"""
_USERS = {
    "AWS::RDS::DBInstance": ("DBSubnetGroupName", ("AvailabilityZone",)),
    "AWS::RDS::DBCluster": ("DBSubnetGroupName", ("AvailabilityZones",)),
    "AWS::ElastiCache::ReplicationGroup": ("CacheSubnetGroupName", ("PreferredCacheClusterAZs",)),
    "AWS::ElastiCache::CacheCluster": (
        "CacheSubnetGroupName",
        ("PreferredAvailabilityZone", "PreferredAvailabilityZones"),
    ),
}


@rule(
    id="E9207",
    title="A node is in a zone that its subnet group covers",
    reason="RDS and ElastiCache place nodes in subnets of the group only, and refuse a zone without one.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html",
    good=_TEMPLATE.format(zone="b"),
    bad=_TEMPLATE.format(zone="c"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the zones that are asked for with those of the subnet group (a cluster's, for its instances)."""
    for user in tree.resources(*_USERS):
        group_name, names = _USERS[user.type]
        cluster = tree.target(user.get("DBClusterIdentifier"), "AWS::RDS::DBCluster")
        value = (cluster or user).get(group_name)
        group = tree.target(value, "AWS::RDS::DBSubnetGroup", "AWS::ElastiCache::SubnetGroup")
        found = subnets(tree, group.get("SubnetIds")) if group else None
        covered = zones(tree, found) if found else None
        for name in names if covered else ():
            for zone in map(as_text, items(tree.literal(user.get(name)))):
                if zone and covered and zone not in covered:
                    message = f"{zone} is not among the zones of the subnet group, {', '.join(sorted(set(covered)))}"
                    yield Hit(user, name, message, "Choose one of them, or leave the choice to the service.")
