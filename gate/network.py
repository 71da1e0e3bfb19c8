"""Where things are in the network: VPCs, zones, and the way out of a subnet."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from enum import Enum
from functools import lru_cache
from typing import TypeAlias

from gate.completeness import complete
from gate.tree import Reference, Resource, Tree, Unknown, Value, as_list, as_text

Block: TypeAlias = "ipaddress.IPv4Network | ipaddress.IPv6Network"


class Way(Enum):
    """Where packets of a subnet go that no closer route takes."""

    INTERNET = "an internet gateway"
    NAT = "a NAT gateway"
    OTHER = "another network"
    NONE = "nowhere"
    UNKNOWN = "somewhere that is not known"


def block(tree: Tree, value: Value) -> Block | None:
    """Return the range that a value denotes; None if it is none or not known."""
    text = as_text(tree.literal(value))
    try:
        return ipaddress.ip_network(text, strict=False) if text else None
    except ValueError:
        return None


def subnets(tree: Tree, value: Value) -> list[Resource] | None:
    """Return the subnets that a list denotes; None if one of them is not in the tree."""
    listed = as_list(value)
    if listed is None:
        return None
    found = [tree.target(item, "AWS::EC2::Subnet") if isinstance(item, Reference) else None for item in listed]
    return None if None in found else [subnet for subnet in found if subnet]


def zone(tree: Tree, subnet: Resource) -> str | None:
    """Return the availability zone of a subnet, by name or by id; None if it is not known or left to AWS."""
    return as_text(tree.literal(subnet.get("AvailabilityZone"))) or as_text(
        tree.literal(subnet.get("AvailabilityZoneId"))
    )


def zones(tree: Tree, listed: list[Resource]) -> list[str] | None:
    """Return the zones of several subnets, each as often as it occurs; None if one is not known."""
    found = [zone(tree, subnet) for subnet in listed]
    return None if None in found else [each for each in found if each]


@lru_cache(maxsize=256)
def way_out(tree: Tree, subnet: Resource) -> Way:
    """Return where the default IPv4 route of a subnet leads.

    A subnet without a table of its own follows the main table of its VPC, which has no route but the local one.
    Source: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
    """
    found = tables(tree, subnet)
    if found is None or len(found) > 1:
        return Way.UNKNOWN
    if found:
        return _default(tree, found[0])
    own = tree.target(subnet.get("VpcId"), "AWS::EC2::VPC") is not None
    return Way.NONE if own and complete(tree) else Way.UNKNOWN


def tables(tree: Tree, subnet: Resource) -> list[Resource] | None:
    """Return the route tables that a subnet is associated with, at most one unless by mistake; None if not known."""
    found: list[Resource] = []
    for association in tree.resources("AWS::EC2::SubnetRouteTableAssociation"):
        if isinstance(association.get("SubnetId"), Unknown):
            return None
        if denotes(tree, association.get("SubnetId"), subnet):
            table = tree.target(association.get("RouteTableId"), "AWS::EC2::RouteTable")
            if table is None:
                return None
            found.append(table)
    return found


def denotes(tree: Tree, value: Value, resource: Resource) -> bool:
    """Tell whether a value refers to this resource."""
    return isinstance(value, Reference) and tree.at(value) is resource


def routes(tree: Tree, table: Resource) -> Iterator[Resource]:
    """Yield the routes of a table."""
    for route in tree.resources("AWS::EC2::Route"):
        if denotes(tree, route.get("RouteTableId"), table):
            yield route


def _default(tree: Tree, table: Resource) -> Way:
    found = []
    for route in tree.resources("AWS::EC2::Route"):
        if isinstance(route.get("RouteTableId"), Unknown):
            found.append(Way.UNKNOWN)
        elif denotes(tree, route.get("RouteTableId"), table):
            found.append(_leads(tree, route))
    ways = set(found) - {Way.NONE}
    if len(ways) > 1:  # which of them is there depends on conditions that are not decided
        return Way.UNKNOWN
    if ways:
        return ways.pop()
    return Way.NONE if complete(tree) else Way.UNKNOWN


def _leads(tree: Tree, route: Resource) -> Way:
    given = route.get("DestinationCidrBlock")
    destination = block(tree, given)
    if given is not None and destination is None:
        return Way.UNKNOWN
    if destination is None or destination.prefixlen > 1:  # two halves of everything are everything, too
        return Way.NONE
    if route.get("NatGatewayId") is not None:
        return Way.NAT
    gateway = route.get("GatewayId")
    if gateway is None:
        return Way.OTHER
    if tree.target(gateway, "AWS::EC2::InternetGateway") or (as_text(gateway) or "").startswith("igw-"):
        return Way.INTERNET
    return Way.OTHER if tree.target(gateway, "AWS::EC2::VPNGateway") else Way.UNKNOWN


_SUBNETS = {
    "AWS::RDS::DBSubnetGroup": "SubnetIds",
    "AWS::ElastiCache::SubnetGroup": "SubnetIds",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "Subnets",
    "AWS::ApiGatewayV2::VpcLink": "SubnetIds",
    "AWS::EFS::MountTarget": "SubnetId",
    "AWS::EC2::NatGateway": "SubnetId",
}
"""Where a resource says in which subnets it is."""


def vpc(tree: Tree, resource: Resource) -> Value:
    """Return the id of the VPC that a resource is in, as its template says it; None if that is not known."""
    own = resource.get("VpcId")
    if own is not None:
        return None if isinstance(own, Unknown) else own
    for subnet in subnets(tree, resource.get(_SUBNETS.get(resource.type, "VpcId"))) or []:
        return vpc(tree, subnet)
    return None
