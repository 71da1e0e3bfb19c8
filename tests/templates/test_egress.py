from __future__ import annotations

from typing import Any

import pytest

from gate.tree import Resource, Tree, as_text
from tests.templates.conftest import Evaluate
from tests.templates.rendering import rendered, resources

ZONES = pytest.mark.parametrize("zones", [2, 3])


def gateways(tree: Tree) -> list[Resource]:
    return list(tree.resources("AWS::EC2::NatGateway"))


def routes(tree: Tree) -> dict[str, Resource]:
    """Give the gateway that each private route table sends everything else to."""
    found = {}
    for route in tree.resources("AWS::EC2::Route"):
        table = tree.target(route.get("RouteTableId"), "AWS::EC2::RouteTable")
        assert table is not None
        if gateway := tree.target(route.get("NatGatewayId"), "AWS::EC2::NatGateway"):
            assert route.get("DestinationCidrBlock") == "0.0.0.0/0"
            assert table.id not in found
            found[table.id] = gateway
    return found


def private_tables(zones: int) -> set[str]:
    return {f"Private{zone}Table" for zone in "ABC"[:zones]}


def zone(tree: Tree, subnet: object) -> str:
    (found,) = (s for s in tree.resources("AWS::EC2::Subnet") if s.reference == subnet)
    return str(found.get("AvailabilityZone"))


def refusals(tree: Tree) -> list[str]:
    return [problem.logical_id for problem in tree.problems if problem.code == "failed-assertion"]


@ZONES
def test_single_is_one_gateway_for_all_zones(platform: Evaluate, zones: int) -> None:
    tree = platform(NatMode="single", ZoneCount=str(zones))
    (gateway,) = gateways(tree)
    assert routes(tree) == dict.fromkeys(private_tables(zones), gateway)


@ZONES
def test_per_zone_is_a_gateway_in_each_zone_for_that_zone(platform: Evaluate, zones: int) -> None:
    tree = platform(NatMode="per-zone", ZoneCount=str(zones))
    assert len(gateways(tree)) == zones
    assert routes(tree).keys() == private_tables(zones)
    for table, gateway in routes(tree).items():
        (use,) = tree.referrers(tree.stacks["root/Network"].resources[table], "AWS::EC2::SubnetRouteTableAssociation")
        assert zone(tree, gateway.get("SubnetId")) == zone(tree, use.resource.get("SubnetId"))


@ZONES
def test_regional_is_one_gateway_of_the_vpc_that_brings_its_own_addresses(platform: Evaluate, zones: int) -> None:
    tree = platform(NatMode="regional", ZoneCount=str(zones))
    (gateway,) = gateways(tree)
    assert gateway.get("AvailabilityMode") == "regional"
    assert tree.target(gateway.get("VpcId"), "AWS::EC2::VPC") is not None
    assert not {"SubnetId", "AllocationId", "AvailabilityZoneAddresses"} & gateway.properties.keys()
    assert not list(tree.resources("AWS::EC2::EIP"))
    assert routes(tree) == dict.fromkeys(private_tables(zones), gateway)


def test_none_is_no_gateway_address_or_route(platform: Evaluate) -> None:
    tree = platform(NatMode="none", InterfaceEndpoints="true")
    assert not gateways(tree)
    assert not routes(tree)
    assert not list(tree.resources("AWS::EC2::EIP"))


@pytest.mark.parametrize("mode", ["single", "per-zone"])
def test_a_gateway_of_one_zone_is_in_a_public_subnet_and_has_an_address_of_its_own(
    platform: Evaluate, mode: str
) -> None:
    tree = platform(NatMode=mode, ZoneCount="3")
    addresses = [tree.target(gateway.get("AllocationId"), "AWS::EC2::EIP") for gateway in gateways(tree)]
    assert sorted(map(str, addresses)) == sorted(map(str, tree.resources("AWS::EC2::EIP")))
    assert len(set(addresses)) == len(addresses)
    for address, gateway in zip(addresses, gateways(tree), strict=True):
        assert address is not None
        assert address.get("Domain") == "vpc"
        subnet = tree.target(gateway.get("SubnetId"), "AWS::EC2::Subnet")
        assert subnet is not None
        assert subnet.id.startswith("Public")


@pytest.mark.parametrize("mode", ["single", "per-zone", "regional", "none"])
@ZONES
def test_every_mode_fits_together(platform: Evaluate, mode: str, zones: int) -> None:
    own = "111122223333.dkr.ecr.eu-west-2.amazonaws.com/image:1"
    tree = platform(NatMode=mode, ZoneCount=str(zones), InterfaceEndpoints="true", WorkerImage=own, ApiImage=own)
    assert not tree.problems


def test_no_way_out_is_refused(platform: Evaluate) -> None:
    assert "WayOut" in refusals(platform(NatMode="none", InterfaceEndpoints="false"))
    assert "WayOut" not in refusals(platform(NatMode="none", InterfaceEndpoints="true"))


@pytest.mark.parametrize("region", ["us-gov-west-1", "cn-north-1"])
def test_a_regional_gateway_is_refused_where_there_is_none(platform: Evaluate, region: str) -> None:
    assert refusals(platform(region, NatMode="regional")) == ["RegionalNat"]
    assert refusals(platform(region, NatMode="per-zone")) == []


def test_one_gateway_is_refused_in_production(platform: Evaluate) -> None:
    assert "ProductionNat" in refusals(platform(Environment="prod", NatMode="single"))
    assert "ProductionNat" not in refusals(platform(Environment="prod", NatMode="regional"))


def endpoints(tree: Tree) -> list[Resource]:
    return [e for e in tree.resources("AWS::EC2::VPCEndpoint") if e.get("VpcEndpointType") == "Interface"]


def test_interface_endpoints_are_on_request(platform: Evaluate) -> None:
    assert not endpoints(platform())
    tree = platform(InterfaceEndpoints="true", ZoneCount="3")
    prefix = "com.amazonaws.eu-west-2."
    assert {(as_text(e.get("ServiceName")) or "").removeprefix(prefix) for e in endpoints(tree)} == {
        "ecr.api",
        "ecr.dkr",
        "logs",
        "secretsmanager",
        "kinesis-streams",
        "sqs",
        "kms",
        "sts",
    }
    for endpoint in endpoints(tree):
        assert endpoint.get("PrivateDnsEnabled") is True
        assert [s.id for s in tree.targets(endpoint.get("SubnetIds"))] == ["PrivateA", "PrivateB", "PrivateC"]
        assert [g.id for g in tree.targets(endpoint.get("SecurityGroupIds"))] == ["EndpointGroup"]


def test_endpoints_are_named_as_the_partition_does(platform: Evaluate) -> None:
    tree = platform("cn-north-1", InterfaceEndpoints="true")
    named = {endpoint.id: endpoint.get("ServiceName") for endpoint in endpoints(tree)}
    assert named["EcrApiEndpoint"] == "cn.com.amazonaws.cn-north-1.ecr.api"
    assert named["LogsEndpoint"] == "com.amazonaws.cn-north-1.logs"


def policies() -> dict[str, list[dict[str, Any]]]:
    """Give the statements of each endpoint's policy."""
    return {
        title: endpoint["Properties"]["PolicyDocument"]["Statement"]
        for title, endpoint in resources("egress", "AWS::EC2::VPCEndpoint").items()
    }


def test_endpoints_are_for_this_account_only() -> None:
    for statements in policies().values():
        for statement in statements:
            assert statement["Condition"] == {"StringEquals": {"aws:PrincipalAccount": {"Ref": "AWS::AccountId"}}}


def test_whatever_a_task_may_do_passes_the_endpoint_of_the_service() -> None:
    passing = {action for statements in policies().values() for each in statements for action in each["Action"]}
    services = {action.partition(":")[0] for action in passing}
    granted = {
        action
        for template in rendered().values()
        for role in template["Resources"].values()
        if role["Type"] == "AWS::IAM::Role" and "ecs-tasks" in str(role["Properties"]["AssumeRolePolicyDocument"])
        for policy in role["Properties"].get("Policies", ())
        for statement in policy["PolicyDocument"]["Statement"]
        for action in statement["Action"]
    }
    called = {action for action in granted if action.partition(":")[0] in services}
    assert called
    assert called <= passing
