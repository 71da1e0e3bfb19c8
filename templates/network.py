"""Network tier: the VPC, its subnets in two or three zones, and every security group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from troposphere import AWSHelperFn, Cidr, Equals, GetAZs, If, Join, Select, ec2

from kit.conditions import Switch, switch
from kit.grants import download_only
from kit.interface import interface, knob, out
from kit.scope import Scope
from kit.template import Template
from kit.text import sub
from kit.values import Number, RouteTableIds, SecurityGroupId, SubnetIds, Text, VpcId

ANYWHERE: Final = "0.0.0.0/0"
ZONES: Final = ("A", "B", "C")
"""The zones by place; the third is used only on request."""

HTTPS_PORT: Final = 443
LISTENER_PORT: Final = 443
"""Where the load balancer listens, with a certificate or without."""
CONTENT_PORT: Final = 8080
"""Where a content-API task listens."""
DATABASE_PORT: Final = 5432
CACHE_PORT: Final = 6379
FILES_PORT: Final = 2049

_KINDS: Final = ("Public", "Private", "Data")
_SLOTS_PER_KIND: Final = 4  # one block of four per kind: a fourth zone would move nothing
_HOST_BITS: Final = 8  # a /24 each, the largest of which a /20 still holds twelve

# Image layers and AWS's public endpoints have no fixed addresses and no security group that a rule could name.
_HTTPS_OUT: Final = ec2.SecurityGroupRule(
    Description="Pull images and call AWS services",
    CidrIp=ANYWHERE,
    IpProtocol="tcp",
    FromPort=HTTPS_PORT,
    ToPort=HTTPS_PORT,
)
# Without a rule here EC2 would add one that allows everything.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html
_NOTHING_OUT: Final = ec2.SecurityGroupRule(
    Description="Nothing but what other rules allow", CidrIp="127.0.0.1/32", IpProtocol="-1"
)


def _network_pattern() -> str:
    """Match the private ranges, /16 to /20, that start where a range of their size can start.

    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
    """
    octet = r"(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
    ends = "|".join(
        rf"({'|'.join(str(start) for start in range(0, 256, 2 ** (24 - bits)))})\.0/{bits}" for bits in range(16, 21)
    )
    return rf"^(10\.{octet}|172\.(1[6-9]|2\d|3[01])|192\.168)\.({ends})$"


@interface
class Knobs:
    """What params/<env>.json may set."""

    vpc_cidr: Text = knob(
        "Address range of the VPC; every subnet is a /24 cut from it.",
        label="VPC address range",
        default="10.0.0.0/16",
        AllowedPattern=_network_pattern(),
        ConstraintDescription="a private IPv4 range between /16 and /20, such as 10.0.0.0/16 or 172.16.32.0/20",
    )
    zone_count: Number = knob("Availability zones to use.", default=2, AllowedValues=(2, 3))


@interface
class Network:
    """What other tiers may use."""

    vpc_id: VpcId = out("The VPC that every tier lives in.", root=True)
    public_subnets: SubnetIds = out("One subnet per zone with a route to the internet gateway.")
    private_subnets: SubnetIds = out("One subnet per zone for tasks; the way out is the egress tier's.")
    data_subnets: SubnetIds = out("One subnet per zone with no way out, for what holds data.")
    private_route_tables: RouteTableIds = out("Route tables of the private subnets, in zone order.")
    worker_group: SecurityGroupId = out("Security group of the worker tasks.")
    api_group: SecurityGroupId = out("Security group of the content-API tasks.")
    balancer_group: SecurityGroupId = out("Security group of the internal load balancer.")
    link_group: SecurityGroupId = out("Security group of the API's VPC link.")
    database_group: SecurityGroupId = out("Security group of the database.")
    cache_group: SecurityGroupId = out("Security group of the cache.")
    files_group: SecurityGroupId = out("Security group of the file system's mount targets.")
    endpoint_group: SecurityGroupId = out("Security group of the interface endpoints.")


@dataclass(frozen=True)
class Zones:
    """The zones in use, in a template that makes things per zone."""

    third: Switch

    def only(self, zone: str) -> dict[str, Any]:
        """Give the resource attributes of what exists in ``zone``: a condition on the third."""
        return {"Condition": self.third.name} if zone == ZONES[2] else {}

    def used(self, each: Sequence[AWSHelperFn]) -> If:
        """Give the list of one thing per zone, as long as there are zones in use."""
        return self.third.pick(list(each), list(each[:2]))


def zones_in_use(t: Template, knobs: Knobs) -> Zones:
    """Add the condition that a third zone is asked for."""
    return Zones(switch(t, "ThirdZone", Equals(knobs.zone_count, "3")))


def build(t: Template, scope: Scope, knobs: Knobs) -> Network:
    """Add the VPC with its subnets, route tables and internet gateway, and the security groups and what they allow."""
    zones = zones_in_use(t, knobs)
    vpc = t.add_resource(
        ec2.VPC(
            "Vpc",
            CidrBlock=knobs.vpc_cidr,
            EnableDnsSupport=True,
            EnableDnsHostnames=True,
            Tags=scope.name_tag("vpc"),
        )
    )
    public, private, data = (_subnets(t, scope, knobs, zones, vpc, kind=kind) for kind in _KINDS)
    _route_public(t, scope, zones, vpc, public)
    private_tables = _route_private(t, scope, zones, vpc, private)
    _route_data(t, scope, zones, vpc, data)
    groups = _groups(t, scope, vpc)
    return Network(
        vpc_id=VpcId(vpc.ref()),
        public_subnets=SubnetIds(_joined(zones, public)),
        private_subnets=SubnetIds(_joined(zones, private)),
        data_subnets=SubnetIds(_joined(zones, data)),
        private_route_tables=RouteTableIds(_joined(zones, private_tables)),
        **groups,
    )


def _subnets(t: Template, scope: Scope, knobs: Knobs, zones: Zones, vpc: ec2.VPC, *, kind: str) -> list[ec2.Subnet]:
    first = _KINDS.index(kind) * _SLOTS_PER_KIND
    ranges = Cidr(knobs.vpc_cidr, len(_KINDS) * _SLOTS_PER_KIND, _HOST_BITS)
    return [
        t.add_resource(
            ec2.Subnet(
                kind + zone,
                VpcId=vpc.ref(),
                CidrBlock=Select(first + place, ranges),
                AvailabilityZone=Select(place, GetAZs("")),
                MapPublicIpOnLaunch=False,
                Tags=scope.name_tag(f"{kind}-{zone}".lower()),
                **zones.only(zone),
            )
        )
        for place, zone in enumerate(ZONES)
    ]


def _route_public(t: Template, scope: Scope, zones: Zones, vpc: ec2.VPC, subnets: list[ec2.Subnet]) -> None:
    gateway = t.add_resource(ec2.InternetGateway("InternetGateway", Tags=scope.name_tag("internet")))
    attachment = t.add_resource(
        ec2.VPCGatewayAttachment("InternetAttachment", VpcId=vpc.ref(), InternetGatewayId=gateway.ref())
    )
    table = _table(t, scope, vpc, "Public", {})
    t.add_resource(
        ec2.Route(
            "PublicRoute",
            RouteTableId=table.ref(),
            DestinationCidrBlock=ANYWHERE,
            GatewayId=gateway.ref(),
            DependsOn=attachment,  # a route to a gateway that is not attached yet is refused
        )
    )
    for zone, subnet in zip(ZONES, subnets, strict=True):
        _associate(t, zones, zone, subnet, table)


def _route_private(
    t: Template, scope: Scope, zones: Zones, vpc: ec2.VPC, subnets: list[ec2.Subnet]
) -> list[ec2.RouteTable]:
    """Give each zone its own table, for its own way out, and all of them the way to S3 that costs nothing."""
    tables = []
    for zone, subnet in zip(ZONES, subnets, strict=True):
        tables.append(_table(t, scope, vpc, f"Private{zone}", zones.only(zone)))
        _associate(t, zones, zone, subnet, tables[-1])
    t.add_resource(
        ec2.VPCEndpoint(
            "S3Endpoint",
            VpcEndpointType="Gateway",
            VpcId=vpc.ref(),
            ServiceName=sub("com.amazonaws.${AWS::Region}.s3"),
            RouteTableIds=zones.used([table.ref() for table in tables]),
            PolicyDocument=download_only(),
            Tags=scope.name_tag("s3"),
        )
    )
    return tables


def _route_data(t: Template, scope: Scope, zones: Zones, vpc: ec2.VPC, subnets: list[ec2.Subnet]) -> None:
    """Share one table that never gets a route, not even to S3: nothing that holds data starts a connection."""
    table = _table(t, scope, vpc, "Data", {})
    for zone, subnet in zip(ZONES, subnets, strict=True):
        _associate(t, zones, zone, subnet, table)


def _table(t: Template, scope: Scope, vpc: ec2.VPC, name: str, only: dict[str, Any]) -> ec2.RouteTable:
    table = ec2.RouteTable(f"{name}Table", VpcId=vpc.ref(), Tags=scope.name_tag(name.lower()), **only)
    return t.add_resource(table)


def _associate(t: Template, zones: Zones, zone: str, subnet: ec2.Subnet, table: ec2.RouteTable) -> None:
    t.add_resource(
        ec2.SubnetRouteTableAssociation(
            f"{subnet.title}Association", SubnetId=subnet.ref(), RouteTableId=table.ref(), **zones.only(zone)
        )
    )


def _joined(zones: Zones, each: Sequence[ec2.Subnet | ec2.RouteTable]) -> Join:
    return Join(",", zones.used([one.ref() for one in each]))


def _groups(t: Template, scope: Scope, vpc: ec2.VPC) -> dict[str, SecurityGroupId]:
    """Add every security group, and then who may talk to whom: nothing else may."""
    worker = _group(t, scope, vpc, "Worker", "Worker tasks", egress=_HTTPS_OUT)
    api = _group(t, scope, vpc, "Api", "Content-API tasks", egress=_HTTPS_OUT)
    balancer = _group(t, scope, vpc, "Balancer", "Internal load balancer")
    link = _group(t, scope, vpc, "Link", "VPC link of the REST API")
    database = _group(t, scope, vpc, "Database", "Database cluster")
    cache = _group(t, scope, vpc, "Cache", "Cache nodes")
    files = _group(t, scope, vpc, "Files", "Mount targets of the file system")
    endpoint = _group(t, scope, vpc, "Endpoint", "Interface endpoints")

    _allow(t, worker, database, DATABASE_PORT, "Workers query the database")
    _allow(t, worker, cache, CACHE_PORT, "Workers use the cache")
    _allow(t, worker, files, FILES_PORT, "Workers mount the file system")
    _allow(t, worker, endpoint, HTTPS_PORT, "Workers call AWS services")
    _allow(t, api, endpoint, HTTPS_PORT, "The content API calls AWS services")
    _allow(t, link, balancer, LISTENER_PORT, "The VPC link hands requests to the load balancer")
    _allow(t, balancer, api, CONTENT_PORT, "The load balancer hands requests to the content API and checks its health")
    return {
        "worker_group": _id(worker),
        "api_group": _id(api),
        "balancer_group": _id(balancer),
        "link_group": _id(link),
        "database_group": _id(database),
        "cache_group": _id(cache),
        "files_group": _id(files),
        "endpoint_group": _id(endpoint),
    }


def _group(
    t: Template,
    scope: Scope,
    vpc: ec2.VPC,
    name: str,
    description: str,
    *,
    egress: ec2.SecurityGroupRule = _NOTHING_OUT,
) -> ec2.SecurityGroup:
    return t.add_resource(
        ec2.SecurityGroup(
            f"{name}Group",
            GroupDescription=description,
            VpcId=vpc.ref(),
            SecurityGroupEgress=[egress],
            Tags=scope.name_tag(name.lower()),
        )
    )


def _allow(t: Template, source: ec2.SecurityGroup, target: ec2.SecurityGroup, port: int, why: str) -> None:
    """Let ``source`` connect to ``target``: resources of their own, as two groups cannot refer to each other."""
    name = f"{source.title}To{target.title}".replace("Group", "")
    rule: dict[str, Any] = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "Description": why}
    t.add_resource(
        ec2.SecurityGroupEgress(f"{name}Out", GroupId=_id(source), DestinationSecurityGroupId=_id(target), **rule)
    )
    t.add_resource(
        ec2.SecurityGroupIngress(f"{name}In", GroupId=_id(target), SourceSecurityGroupId=_id(source), **rule)
    )


def _id(group: ec2.SecurityGroup) -> SecurityGroupId:
    return SecurityGroupId(group.get_att("GroupId"))
