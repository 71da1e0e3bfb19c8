"""Network tier: the VPC, its subnets in two or three zones, and every security group."""

from __future__ import annotations

from kit.interface import interface, knob, out
from kit.values import Number, RouteTableIds, SecurityGroupId, SubnetIds, Text, VpcId


@interface
class Knobs:
    """What params/<env>.json may set."""

    vpc_cidr: Text = knob(
        "Address range of the VPC; every subnet is cut from it.",
        label="VPC address range",
        default="10.0.0.0/16",
        AllowedPattern=r"^(\d{1,3}\.){3}\d{1,3}/(1[6-9]|20)$",
        ConstraintDescription="an IPv4 range such as 10.0.0.0/16, between /16 and /20",
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
