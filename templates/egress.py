"""Egress tier: how private tasks reach the outside: NAT gateways, default routes, interface endpoints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from awacs.aws import Statement
from troposphere import And, AWSHelperFn, Condition, Equals, Not, Or, Partition, Select, ec2

from kit.conditions import Switch, is_on, switch
from kit.grants import (
    ask_who_one_is,
    every,
    log_in_to_registry,
    own_account_only,
    pull_images,
    read_secret,
    read_stream,
    use_any_key,
    write_dead_letters,
    write_logs,
    write_stream,
)
from kit.interface import flag, interface, knob
from kit.rules import Rule, in_production
from kit.scope import Scope
from kit.template import Template
from kit.text import sub
from kit.values import Flag, LogGroupArn, QueueArn, SecretArn, StreamArn, Text
from templates.network import ANYWHERE, ZONES, Network, zones_in_use
from templates.network import Knobs as NetworkKnobs

_PREFIXED_IN_CHINA: Final = frozenset({"ecr.api", "ecr.dkr", "kinesis-streams", "sqs", "sts"})
"""Services whose endpoint names start with ``cn.`` in the China partition (looked up 2026-11).

https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/aws-ec2/lib/vpc-endpoint.ts
"""


@interface
class Knobs:
    """What params/<env>.json may set."""

    nat_mode: Text = knob(
        "NAT gateways: one, one per zone, one regional gateway that spans the zones, or none (then images must come "
        "from this account's registry in this region).",
        label="NAT mode",
        default="single",
        AllowedValues=("single", "per-zone", "regional", "none"),
    )
    interface_endpoints: Flag = flag(
        "Reach AWS services through interface endpoints instead of the NAT gateway.", default=False
    )


@interface
class Egress:
    """Nothing: nobody reads this tier, so nobody but compute and the API waits for it."""


def rules(scope: Scope, knobs: Knobs) -> tuple[Rule, ...]:
    """Refuse tasks without a way out, one NAT gateway in production, and regional gateways where there are none.

    https://aws.amazon.com/about-aws/whats-new/2025/11/aws-nat-gateway-regional-availability/
    """
    return (
        Rule(
            "WayOut",
            "NatMode none leaves tasks no way to AWS services: set InterfaceEndpoints to true.",
            holds=(Equals(knobs.interface_endpoints, "true"),),
            when=Equals(knobs.nat_mode, "none"),
        ),
        Rule(
            "RegionalNat",
            "There are no regional NAT gateways in the GovCloud and China partitions: set NatMode to per-zone.",
            holds=(Equals(Partition, "aws"),),
            when=Equals(knobs.nat_mode, "regional"),
        ),
        Rule(
            "ProductionNat",
            "In production the failure of one zone must not cut off the others: set NatMode to regional or per-zone.",
            holds=(Not(Equals(knobs.nat_mode, "single")),),
            when=in_production(scope.environment),
        ),
    )


def build(t: Template, scope: Scope, knobs: Knobs, zones: NetworkKnobs, network: Network) -> Egress:
    """Add the NAT gateways and default routes of the mode asked for, and the interface endpoints if asked for."""
    _nat(t, scope, knobs, zones, network)
    _endpoints(t, scope, knobs, network)
    return Egress()


def _nat(t: Template, scope: Scope, knobs: Knobs, zones: NetworkKnobs, network: Network) -> None:
    """Add one default route per zone, to the gateway that serves the zone."""
    third = zones_in_use(t, zones).third
    per_zone = switch(t, "NatPerZone", Equals(knobs.nat_mode, "per-zone"))
    regional = switch(t, "NatRegional", Equals(knobs.nat_mode, "regional"))
    gateway_in = (
        switch(t, "NatInZoneA", Or(Equals(knobs.nat_mode, "single"), Condition(per_zone.name))),
        per_zone,
        switch(t, "NatInZoneC", And(Condition(per_zone.name), Condition(third.name))),
    )
    some = switch(t, "NatAtAll", Not(Equals(knobs.nat_mode, "none")))
    routes_in = (some, some, switch(t, "NatForZoneC", And(Condition(some.name), Condition(third.name))))

    spanning = t.add_resource(
        ec2.NatGateway(
            "Nat",
            AvailabilityMode="regional",
            ConnectivityType="public",
            VpcId=network.vpc_id,
            Tags=scope.name_tag("nat"),
            Condition=regional.name,
        )
    )
    zonal = [_gateway(t, scope, network, place, gateway_in[place]) for place in range(len(ZONES))]
    for place, zone in enumerate(ZONES):
        nearest = zonal[0].ref() if place == 0 else per_zone.pick(zonal[place].ref(), zonal[0].ref())
        t.add_resource(
            ec2.Route(
                f"Route{zone}",
                RouteTableId=Select(place, network.private_route_tables),
                DestinationCidrBlock=ANYWHERE,
                NatGatewayId=regional.pick(spanning.ref(), nearest),
                Condition=routes_in[place].name,
            )
        )


def _gateway(t: Template, scope: Scope, network: Network, place: int, wanted: Switch) -> ec2.NatGateway:
    zone = ZONES[place]
    name = f"nat-{zone.lower()}"
    address = t.add_resource(ec2.EIP(f"Address{zone}", Domain="vpc", Tags=scope.name_tag(name), Condition=wanted.name))
    return t.add_resource(
        ec2.NatGateway(
            f"Nat{zone}",
            AllocationId=address.get_att("AllocationId"),
            SubnetId=Select(place, network.public_subnets),
            Tags=scope.name_tag(name),
            Condition=wanted.name,
        )
    )


def _endpoints(t: Template, scope: Scope, knobs: Knobs, network: Network) -> None:
    wanted = is_on(t, "WithEndpoints", knobs.interface_endpoints)
    china = switch(t, "InChina", Equals(Partition, "aws-cn"))
    for service, statements in _services().items():
        t.add_resource(
            ec2.VPCEndpoint(
                "".join(word.capitalize() for word in service.replace(".", "-").split("-")) + "Endpoint",
                VpcEndpointType="Interface",
                VpcId=network.vpc_id,
                ServiceName=_service_name(service, china),
                SubnetIds=network.private_subnets,
                SecurityGroupIds=[network.endpoint_group],
                PrivateDnsEnabled=True,
                PolicyDocument=own_account_only(*statements),
                Tags=scope.name_tag(service.replace(".", "-")),
                Condition=wanted.name,
            )
        )


def _services() -> Mapping[str, tuple[Statement, ...]]:
    """Name the services that tasks call, and what the endpoint of each lets pass: what roles are granted."""
    images = (pull_images(), log_in_to_registry())
    streams = StreamArn(every("kinesis", "stream/*"))
    return {
        "ecr.api": images,
        "ecr.dkr": images,
        "logs": (write_logs(LogGroupArn(every("logs", "log-group:*"))),),
        "secretsmanager": (read_secret(SecretArn(every("secretsmanager", "secret:*"))),),
        "kinesis-streams": (read_stream(streams), write_stream(streams)),
        "sqs": (write_dead_letters(QueueArn(every("sqs", "*"))),),
        "kms": (use_any_key(),),
        "sts": (ask_who_one_is(),),
    }


def _service_name(service: str, china: Switch) -> AWSHelperFn:
    plain = sub(f"com.amazonaws.${{AWS::Region}}.{service}")
    return (
        china.pick(sub(f"cn.com.amazonaws.${{AWS::Region}}.{service}"), plain)
        if service in _PREFIXED_IN_CHINA
        else plain
    )
