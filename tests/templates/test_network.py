from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Network, NetmaskValueError
from typing import Any

import pytest

from gate.tree import Resource, Tree, as_text
from kit.limits import violations
from templates.network import CACHE_PORT, CONTENT_PORT, DATABASE_PORT, FILES_PORT, HTTPS_PORT, LISTENER_PORT
from tests.templates.conftest import Evaluate
from tests.templates.rendering import properties, rendered, resources

ZONES = pytest.mark.parametrize("zones", [2, 3])
KINDS = ("Public", "Private", "Data")
PRIVATE_RANGES = [IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")]


def subnets(tree: Tree, kind: str = "") -> list[Resource]:
    return [subnet for subnet in tree.resources("AWS::EC2::Subnet") if subnet.id.startswith(kind)]


def block(subnet: Resource) -> IPv4Network:
    return IPv4Network(as_text(subnet.get("CidrBlock")) or "")


def tables(tree: Tree, kind: str) -> list[Resource]:
    """Give the route table of each subnet of a kind, in order."""
    found = []
    for subnet in subnets(tree, kind):
        uses = tree.referrers(subnet, "AWS::EC2::SubnetRouteTableAssociation")
        assert len(uses) == 1, f"{subnet} has {len(uses)} route tables"
        table = tree.target(uses[0].resource.get("RouteTableId"), "AWS::EC2::RouteTable")
        assert table is not None
        found.append(table)
    return found


def test_dual_az_vpc_with_separate_route() -> None:
    public = properties("network", "PublicRoute")
    assert public["DestinationCidrBlock"] == "0.0.0.0/0"
    assert public["GatewayId"] == {"Ref": "InternetGateway"}
    assert rendered()["network"]["Resources"]["PublicRoute"]["DependsOn"] == "InternetAttachment"
    for table in resources("network", "AWS::EC2::RouteTable").values():
        assert set(table["Properties"]) == {"VpcId", "Tags"}
    vpc = properties("network", "Vpc")
    assert vpc["EnableDnsSupport"] is True
    assert vpc["EnableDnsHostnames"] is True


@ZONES
def test_two_public_and_two_private_subnets_every_one_associated(platform: Evaluate, zones: int) -> None:
    tree = platform(ZoneCount=str(zones))
    assert [len(subnets(tree, kind)) for kind in KINDS] == [zones] * 3
    public, private, data = (tables(tree, kind) for kind in KINDS)
    assert len(set(public)) == 1
    assert len(set(private)) == zones
    assert len(set(data)) == 1
    assert len({*public, *private, *data}) == zones + 2


@ZONES
def test_each_kind_of_subnet_is_in_each_zone_once(platform: Evaluate, zones: int) -> None:
    tree = platform(ZoneCount=str(zones))
    for kind in KINDS:
        assert len({str(subnet.get("AvailabilityZone")) for subnet in subnets(tree, kind)}) == zones


def test_one_zone_cannot_be_asked_for() -> None:
    assert list(violations(rendered()["root"]["Parameters"]["ZoneCount"], "1"))


@ZONES
@pytest.mark.parametrize("cidr", ["10.0.0.0/16", "172.16.128.0/17", "192.168.64.0/18", "10.9.32.0/19", "10.1.16.0/20"])
def test_subnets_are_inside_the_vpc_apart_and_leave_room(platform: Evaluate, zones: int, cidr: str) -> None:
    blocks = [block(subnet) for subnet in subnets(platform(ZoneCount=str(zones), VpcCidr=cidr))]
    vpc = IPv4Network(cidr)
    assert all(one.subnet_of(vpc) for one in blocks)
    assert not any(one.overlaps(other) for place, one in enumerate(blocks) for other in blocks[:place])
    assert sum(one.num_addresses for one in blocks) < 0.6 * vpc.num_addresses


def test_a_third_zone_moves_nothing(platform: Evaluate) -> None:
    two = {subnet.id: block(subnet) for subnet in subnets(platform(ZoneCount="2"))}
    three = {subnet.id: block(subnet) for subnet in subnets(platform(ZoneCount="3"))}
    assert two.items() < three.items()


@ZONES
def test_lists_of_the_outputs_are_in_zone_order_and_as_long_as_there_are_zones(platform: Evaluate, zones: int) -> None:
    tree = platform(ZoneCount=str(zones))
    network = tree.stacks["root/Network"]
    for output, prefix, suffix in (
        ("PublicSubnets", "Public", ""),
        ("PrivateSubnets", "Private", ""),
        ("DataSubnets", "Data", ""),
        ("PrivateRouteTables", "Private", "Table"),
    ):
        assert str(network.output(output)) == ",".join(
            f"${{root/Network.{prefix}{zone}{suffix}}}" for zone in "ABC"[:zones]
        )


def test_nothing_in_a_public_subnet_gets_a_public_address_by_itself() -> None:
    for subnet in resources("network", "AWS::EC2::Subnet").values():
        assert subnet["Properties"]["MapPublicIpOnLaunch"] is False


def test_data_subnets_have_no_way_out(platform: Evaluate) -> None:
    tree = platform(ZoneCount="3", NatMode="per-zone", InterfaceEndpoints="true")
    (table,) = set(tables(tree, "Data"))
    users = {use.resource.type for use in tree.referrers(table)}
    assert users == {"AWS::EC2::SubnetRouteTableAssociation"}


def test_s3_is_reached_from_every_private_subnet_for_reading_only(platform: Evaluate) -> None:
    tree = platform(ZoneCount="3")
    (endpoint,) = (e for e in tree.resources("AWS::EC2::VPCEndpoint") if e.get("VpcEndpointType") == "Gateway")
    assert tree.targets(endpoint.get("RouteTableIds")) == tables(tree, "Private")
    (statement,) = properties("network", "S3Endpoint")["PolicyDocument"]["Statement"]
    assert statement["Action"] == ["s3:GetObject"]
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "true"}}


@pytest.mark.parametrize("tier", ["network", "egress"])
def test_no_route_is_without_destination_or_target(tier: str) -> None:
    routes = resources(tier, "AWS::EC2::Route")
    assert routes
    for route in routes.values():
        keys = set(route["Properties"])
        assert keys in ({"RouteTableId", "DestinationCidrBlock", target} for target in ("GatewayId", "NatGatewayId"))


def named(reference: dict[str, Any]) -> str:
    title, attribute = reference["Fn::GetAtt"]
    assert attribute == "GroupId"
    return str(title.removesuffix("Group"))


ALLOWED = {
    ("Worker", "Database", DATABASE_PORT),
    ("Worker", "Cache", CACHE_PORT),
    ("Worker", "Files", FILES_PORT),
    ("Worker", "Endpoint", HTTPS_PORT),
    ("Api", "Endpoint", HTTPS_PORT),
    ("Link", "Balancer", LISTENER_PORT),
    ("Balancer", "Api", CONTENT_PORT),
}


def test_who_may_talk_to_whom() -> None:
    ingress = [rule["Properties"] for rule in resources("network", "AWS::EC2::SecurityGroupIngress").values()]
    egress = [rule["Properties"] for rule in resources("network", "AWS::EC2::SecurityGroupEgress").values()]
    assert {rule["IpProtocol"] for rule in (*ingress, *egress)} == {"tcp"}
    assert all(rule["FromPort"] == rule["ToPort"] for rule in (*ingress, *egress))
    into = [(named(rule["SourceSecurityGroupId"]), named(rule["GroupId"]), rule["ToPort"]) for rule in ingress]
    out = [(named(rule["GroupId"]), named(rule["DestinationSecurityGroupId"]), rule["ToPort"]) for rule in egress]
    assert sorted(into) == sorted(out) == sorted(ALLOWED)


def test_no_security_group_lets_addresses_in_or_everything_out() -> None:
    for title, group in resources("network", "AWS::EC2::SecurityGroup").items():
        assert "SecurityGroupIngress" not in group["Properties"]
        (rule,) = group["Properties"]["SecurityGroupEgress"]
        if title in {"WorkerGroup", "ApiGroup"}:
            assert (rule["CidrIp"], rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) == (
                "0.0.0.0/0",
                "tcp",
                HTTPS_PORT,
                HTTPS_PORT,
            )
        else:
            assert rule["CidrIp"] == "127.0.0.1/32"


PATTERN = re.compile(rendered()["root"]["Parameters"]["VpcCidr"]["AllowedPattern"])


def is_private_network(text: str) -> bool:
    """Ask the standard library what a VPC of ours may be."""
    try:
        network = IPv4Network(text)
    except (AddressValueError, NetmaskValueError, ValueError):
        return False
    return 16 <= network.prefixlen <= 20 and any(network.subnet_of(private) for private in PRIVATE_RANGES)


def agrees(text: str) -> bool:
    return (PATTERN.fullmatch(text) is not None) == is_private_network(text)


@pytest.mark.parametrize("start", ["10.1", "172.16", "192.168"])
def test_the_address_range_starts_where_one_of_its_size_can(start: str) -> None:
    ranges = [f"{start}.{third}.{last}/{bits}" for third in range(257) for last in (0, 1) for bits in range(15, 22)]
    assert [text for text in ranges if not agrees(text)] == []


@pytest.mark.parametrize("first", [0, 1, 9, 10, 11, 100, 127, 169, 171, 172, 173, 191, 192, 193, 256])
def test_the_address_range_is_private(first: int) -> None:
    assert [text for second in range(257) if not agrees(text := f"{first}.{second}.0.0/16")] == []
