"""Subnets of one VPC that claim the same addresses."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network
from itertools import combinations

from gate.rule import Hit, rule
from gate.tree import Resource, Tree, as_text

_TEMPLATE = """
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties: {{CidrBlock: 10.0.0.0/16}}
  A:
    Type: AWS::EC2::Subnet
    Properties: {{VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}
  B:
    Type: AWS::EC2::Subnet
    Properties: {{VpcId: !Ref Vpc, CidrBlock: {second}}}
"""


@rule(
    id="E9201",
    title="Subnets of a VPC do not overlap",
    reason="EC2 refuses a subnet whose range conflicts with another one's, after the first has been created.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html",
    good=_TEMPLATE.format(second="10.0.1.0/24"),
    bad=_TEMPLATE.format(second="10.0.0.128/25"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the ranges of every two subnets of one VPC."""
    placed = [(subnet, cidr) for subnet in tree.resources("AWS::EC2::Subnet") if (cidr := _range(tree, subnet))]
    for (one, first), (other, second) in combinations(placed, 2):
        if first.overlaps(second) and tree.same(one.get("VpcId"), other.get("VpcId")):
            yield Hit(
                other,
                "CidrBlock",
                f"{second} overlaps {first} of {one.path}",
                "Give each subnet a range of its own, for instance by Fn::Cidr.",
            )


def _range(tree: Tree, subnet: Resource) -> IPv4Network | None:
    text = as_text(tree.literal(subnet.get("CidrBlock")))
    try:
        return IPv4Network(text, strict=False) if text else None
    except ValueError:
        return None
