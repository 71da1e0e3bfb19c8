from __future__ import annotations

from pathlib import Path

import pytest

from gate.network import Way, subnets, vpc, way_out, zones
from gate.tree import load_tree
from tests.gate.rules.cases import tree_of

TEMPLATE = """
Parameters:
  ForeignTable: {Type: String, Default: rtb-0123456789abcdef0}
  Vpn: {Type: String}
Conditions:
  Vpn: !Equals [!Ref Vpn, "true"]
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Gateway: {Type: AWS::EC2::InternetGateway}
  Public: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Private: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Hub: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Either: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Data: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Halves:
    Type: AWS::EC2::Route
    Properties: {RouteTableId: !Ref Public, DestinationCidrBlock: 128.0.0.0/1, GatewayId: !Ref Gateway}
  ToNat:
    Type: AWS::EC2::Route
    Properties: {RouteTableId: !Ref Private, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: nat-0123456789abcdef0}
  ToHub:
    Type: AWS::EC2::Route
    Properties: {RouteTableId: !Ref Hub, DestinationCidrBlock: 0.0.0.0/0, TransitGatewayId: tgw-0123456789abcdef0}
  ByVpn:
    Type: AWS::EC2::Route
    Condition: Vpn
    Properties: {RouteTableId: !Ref Either, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway}
  ByNat:
    Type: AWS::EC2::Route
    Properties: {RouteTableId: !Ref Either, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: nat-0123456789abcdef0}
  Near:
    Type: AWS::EC2::Route
    Properties: {RouteTableId: !Ref Data, DestinationCidrBlock: 192.168.0.0/16, GatewayId: !Ref Gateway}
  Subnet:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24, AvailabilityZone: us-east-1a}
  Use:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {SubnetId: !Ref Subnet, RouteTableId: !Ref TABLE}
"""


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("Public", Way.INTERNET),
        ("Private", Way.NAT),
        ("Hub", Way.OTHER),
        ("Data", Way.NONE),
        ("Either", Way.UNKNOWN),  # which route is there depends on a condition that is not decided
        ("ForeignTable", Way.UNKNOWN),
    ],
)
def test_the_default_route_says_where_a_subnet_leads(table: str, expected: Way, tmp_path: Path) -> None:
    (tmp_path / "root.yaml").write_text(TEMPLATE.replace("TABLE", table))
    tree = load_tree(tmp_path / "root.yaml")
    subnet = tree.resource("root.Subnet")
    assert subnet is not None
    assert way_out(tree, subnet) is expected


def test_a_subnet_without_a_table_goes_nowhere_in_a_vpc_of_ours_only(tmp_path: Path) -> None:
    text = """
Parameters:
  Elsewhere: {Type: String, Default: vpc-0123456789abcdef0}
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Ours: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}
  Theirs: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Elsewhere, CidrBlock: 10.0.0.0/24}}
"""
    tree = tree_of(text, tmp_path)
    ways = {subnet.id: way_out(tree, subnet) for subnet in tree.resources("AWS::EC2::Subnet")}
    assert ways == {"Ours": Way.NONE, "Theirs": Way.UNKNOWN}


def test_imported_subnets_have_neither_vpc_nor_zones_that_are_known(tmp_path: Path) -> None:
    text = """
Parameters:
  Subnets: {Type: "List<AWS::EC2::Subnet::Id>", Default: "subnet-0123456789abcdef0,subnet-0123456789abcdef1"}
Resources:
  Group: {Type: AWS::RDS::DBSubnetGroup, Properties: {DBSubnetGroupDescription: films, SubnetIds: !Ref Subnets}}
"""
    tree = tree_of(text, tmp_path)
    group = tree.resource("root.Group")
    assert group is not None
    assert subnets(tree, group.get("SubnetIds")) is None
    assert vpc(tree, group) is None


def test_zones_by_name_are_counted_as_often_as_they_occur(tmp_path: Path) -> None:
    (tmp_path / "root.yaml").write_text(TEMPLATE.replace("TABLE", "Data"))
    tree = load_tree(tmp_path / "root.yaml")
    subnet = tree.resource("root.Subnet")
    assert subnet is not None
    assert zones(tree, [subnet, subnet]) == ["us-east-1a", "us-east-1a"]
