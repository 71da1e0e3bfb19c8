"""Databases that the internet can reach."""

from __future__ import annotations

from collections.abc import Iterator

from gate.network import Way, subnets, way_out
from gate.rule import Hit, rule
from gate.tree import Tree, as_bool

_TEMPLATE = """
Resources:
  Instance:
    Type: AWS::RDS::DBInstance
    Properties: {{Engine: postgres, DBInstanceClass: db.t4g.micro, PubliclyAccessible: {public}}}
"""
_GROUPS = (
    "AWS::RDS::DBSubnetGroup",
    "AWS::ElastiCache::SubnetGroup",
    "AWS::DocDB::DBSubnetGroup",
    "AWS::Neptune::DBSubnetGroup",
)


@rule(
    id="W9670",
    title="A database is not reachable from the internet",
    reason=(
        "A database with a public address, or in a subnet with a route to the internet gateway, is one mistaken rule "
        "away from everybody. Security Hub: RDS.2, RDS.46."
    ),
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html",
    good=_TEMPLATE.format(public="false"),
    bad=_TEMPLATE.format(public="true"),
    profile="production",
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at the switch of databases, and where the subnets of their groups lead."""
    for database in tree.resources("AWS::RDS::DBInstance", "AWS::RDS::DBCluster", "AWS::Redshift::Cluster"):
        if as_bool(tree.literal(database.get("PubliclyAccessible"))):
            message = "it has an address in the internet"
            yield Hit(database, "PubliclyAccessible", message, "Write PubliclyAccessible: false.")
    for group in tree.resources(*_GROUPS):
        for subnet in subnets(tree, group.get("SubnetIds")) or []:
            if way_out(tree, subnet) is Way.INTERNET:
                message = f"{subnet.path} has a route to the internet gateway"
                yield Hit(group, "SubnetIds", message, "Give subnets without a route to an internet gateway.")
                break
