"""Subnets whose addresses are not addresses of their VPC."""

from __future__ import annotations

from collections.abc import Iterator

from gate.network import Block, block, denotes
from gate.rule import Hit, rule
from gate.tree import Resource, Tree

_TEMPLATE = """
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties: {{CidrBlock: 10.0.0.0/16}}
  Subnet:
    Type: AWS::EC2::Subnet
    Properties: {{VpcId: !Ref Vpc, CidrBlock: {block}}}
"""


@rule(
    id="E9202",
    title="A subnet lies inside its VPC",
    reason="EC2 refuses a subnet whose range is no part of a range of its VPC (InvalidSubnet.Range).",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html",
    good=_TEMPLATE.format(block="10.0.8.0/24"),
    bad=_TEMPLATE.format(block="10.1.0.0/24"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare each subnet with all ranges of its VPC, those that are added to it included."""
    for subnet in tree.resources("AWS::EC2::Subnet"):
        vpc = tree.target(subnet.get("VpcId"), "AWS::EC2::VPC")
        own = block(tree, subnet.get("CidrBlock"))
        ranges = _ranges(tree, vpc) if vpc else None
        if own and ranges and not any(_contains(outer, own) for outer in ranges):
            listed = ", ".join(map(str, ranges))
            fix = "Cut the ranges of subnets from the range of the VPC, for instance by Fn::Cidr."
            yield Hit(subnet, "CidrBlock", f"{own} is not inside {listed}, the addresses of the VPC", fix)


def _ranges(tree: Tree, vpc: Resource) -> list[Block] | None:
    given = [vpc.get("CidrBlock")]
    given += [
        more.get("CidrBlock")
        for more in tree.resources("AWS::EC2::VPCCidrBlock")
        if denotes(tree, more.get("VpcId"), vpc) and more.get("Ipv6CidrBlock") is None
    ]
    found = [block(tree, value) for value in given]
    return None if None in found else [each for each in found if each]


def _contains(outer: Block, inner: Block) -> bool:
    return outer.version == inner.version and inner.subnet_of(outer)  # type: ignore[arg-type]  # the same version
