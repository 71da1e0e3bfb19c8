"""Subnets that hand out public addresses which lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from gate.network import Way, way_out
from gate.rule import Hit, rule
from gate.tree import Tree, as_bool

_TEMPLATE = """
Resources:
  Vpc: {{Type: AWS::EC2::VPC, Properties: {{CidrBlock: 10.0.0.0/16}}}}
  Gateway: {{Type: AWS::EC2::InternetGateway}}
  Attachment:
    Type: AWS::EC2::VPCGatewayAttachment
    Properties: {{VpcId: !Ref Vpc, InternetGatewayId: !Ref Gateway}}
  Table: {{Type: AWS::EC2::RouteTable, Properties: {{VpcId: !Ref Vpc}}}}
  Route:
    Type: AWS::EC2::Route
    DependsOn: Attachment
    Properties: {{RouteTableId: !Ref Table, DestinationCidrBlock: {to}, GatewayId: !Ref Gateway}}
  Subnet:
    Type: AWS::EC2::Subnet
    Properties: {{VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24, MapPublicIpOnLaunch: true}}
  Use:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {{SubnetId: !Ref Subnet, RouteTableId: !Ref Table}}
"""


@rule(
    id="E9211",
    title="A subnet that hands out public addresses has a route to the internet gateway",
    reason=(
        "A public address works only where the subnet's route table sends 0.0.0.0/0 to an internet gateway. A subnet "
        "that is associated with no table, or with the private one, looks public and is not."
    ),
    source="https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html",
    good=_TEMPLATE.format(to="0.0.0.0/0"),
    bad=_TEMPLATE.format(to="192.0.2.0/24"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Follow the default route of each subnet with MapPublicIpOnLaunch."""
    for subnet in tree.resources("AWS::EC2::Subnet"):
        if as_bool(subnet.get("MapPublicIpOnLaunch")) and way_out(tree, subnet) in {Way.NAT, Way.NONE}:
            message = f"it hands out public addresses, but its default route leads to {way_out(tree, subnet).value}"
            fix = "Associate it with a route table that sends 0.0.0.0/0 to an internet gateway."
            yield Hit(subnet, "MapPublicIpOnLaunch", message, fix)
