"""VPCs and subnets that are larger or smaller than EC2 allows."""

from __future__ import annotations

from collections.abc import Iterator

from gate.network import block
from gate.rule import Hit, rule
from gate.tree import Tree

_TEMPLATE = """
Parameters:
  Range: {{Type: String, Default: {range}}}
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties: {{CidrBlock: !Ref Range}}
"""
_LARGEST, _SMALLEST = 16, 28


@rule(
    id="E9203",
    title="The IPv4 range of a VPC or subnet is a /16 to a /28",
    reason="EC2 refuses ranges of another size (InvalidVpc.Range, InvalidSubnet.Range).",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html",
    good=_TEMPLATE.format(range="10.0.0.0/16"),
    bad=_TEMPLATE.format(range="10.0.0.0/8"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at the prefix lengths of VPCs, the ranges added to them, and subnets."""
    for resource in tree.resources("AWS::EC2::VPC", "AWS::EC2::VPCCidrBlock", "AWS::EC2::Subnet"):
        own = block(tree, resource.get("CidrBlock"))
        if own and own.version == 4 and not _LARGEST <= own.prefixlen <= _SMALLEST:
            message = f"{own} is a /{own.prefixlen}; /{_LARGEST} to /{_SMALLEST} are allowed"
            yield Hit(resource, "CidrBlock", message, "Choose another prefix length.")
