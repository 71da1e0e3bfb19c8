"""NAT gateways that have no way to the internet themselves."""

from __future__ import annotations

from collections.abc import Iterator

from gate.network import Way, way_out
from gate.rule import Hit, rule
from gate.tree import Tree, as_text

_TEMPLATE = """
Resources:
  Vpc: {{Type: AWS::EC2::VPC, Properties: {{CidrBlock: 10.0.0.0/16}}}}
  Public: {{Type: AWS::EC2::Subnet, Properties: {{VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}}}
  Private: {{Type: AWS::EC2::Subnet, Properties: {{VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24}}}}
  Gateway: {{Type: AWS::EC2::InternetGateway}}
  Attachment:
    Type: AWS::EC2::VPCGatewayAttachment
    Properties: {{VpcId: !Ref Vpc, InternetGatewayId: !Ref Gateway}}
  Address: {{Type: AWS::EC2::EIP, DependsOn: Attachment, Properties: {{Domain: vpc}}}}
  Nat:
    Type: AWS::EC2::NatGateway
    Properties: {{AllocationId: !GetAtt Address.AllocationId, SubnetId: !Ref {place}}}
  PublicTable: {{Type: AWS::EC2::RouteTable, Properties: {{VpcId: !Ref Vpc}}}}
  PrivateTable: {{Type: AWS::EC2::RouteTable, Properties: {{VpcId: !Ref Vpc}}}}
  Out:
    Type: AWS::EC2::Route
    DependsOn: Attachment
    Properties: {{RouteTableId: !Ref PublicTable, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway}}
  Inner:
    Type: AWS::EC2::Route
    Properties: {{RouteTableId: !Ref PrivateTable, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref Nat}}
  PublicUse:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {{SubnetId: !Ref Public, RouteTableId: !Ref PublicTable}}
  PrivateUse:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {{SubnetId: !Ref Private, RouteTableId: !Ref PrivateTable}}
"""


@rule(
    id="E9208",
    title="A public NAT gateway stands in a public subnet",
    reason=(
        "A NAT gateway sends packets on by the route table of its own subnet. Without a default route to an internet "
        "gateway there (or with one to the NAT gateway itself) nothing behind it gets out."
    ),
    source="https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html",
    good=_TEMPLATE.format(place="Public"),
    bad=_TEMPLATE.format(place="Private"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Follow the default route of the subnet of each public NAT gateway."""
    for gateway in tree.resources("AWS::EC2::NatGateway"):
        kind = gateway.get("ConnectivityType")
        subnet = tree.target(gateway.get("SubnetId"), "AWS::EC2::Subnet")
        if subnet is None or (kind is not None and as_text(kind) != "public"):
            continue
        way = way_out(tree, subnet)
        if way in {Way.NAT, Way.NONE}:
            message = f"{subnet.path} is no public subnet: its default route leads to {way.value}"
            fix = "Put the NAT gateway into a subnet whose route table sends 0.0.0.0/0 to an internet gateway."
            yield Hit(gateway, "SubnetId", message, fix)
