"""Values of networks that EC2 refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gate.limits import (
    ABSENT,
    Limit,
    Shape,
    among,
    between,
    either,
    exceeded,
    having,
    like,
    may,
    needs,
    when,
    without,
)
from gate.rule import Hit, rule
from gate.tree import Tree

_GROUP = ("AWS::EC2::SecurityGroup",)
_RULES: Final = (
    (_GROUP, "SecurityGroupIngress.*"), (_GROUP, "SecurityGroupEgress.*"),
    (("AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress"), ""),
)  # fmt: skip
_NAT, _FLOW, _ENTRY = ("AWS::EC2::NatGateway",), ("AWS::EC2::FlowLog",), ("AWS::EC2::NetworkAclEntry",)
_API = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_"
_CHARACTERS = r"[a-zA-Z0-9 ._:/()#,@\[\]+=&;{}!$*-]{0,255}"
_TCP: Shape = having(IpProtocol=like("(?i:tcp|udp|6|17)"))

LIMITS: Final = (
    Limit(
        _GROUP, "GroupName", {"pattern": f"^(?!sg-)(?!default$){_CHARACTERS}$"},
        "A name has up to 255 characters, is not default and does not begin with sg-.",
        f"{_API}CreateSecurityGroup.html",
    ),
    Limit(
        _GROUP, "GroupDescription", {"pattern": f"^{_CHARACTERS}$"},
        "A description has letters, digits, blanks and of ._-:/()#,@[]+=&;{}!$*.", f"{_API}CreateSecurityGroup.html",
    ),
    *(
        limit
        for types, place in _RULES
        for limit in (
            Limit(
                types, f"{place}.Description".lstrip("."), {"pattern": f"^{_CHARACTERS}$"},
                "A description has letters, digits, blanks and of ._-:/()#,@[]+=&;{}!$*.", f"{_API}IpRange.html",
            ),
            Limit(
                types, f"{place}.IpProtocol".lstrip("."), {
                    "anyOf": [like("(?i:tcp|udp|icmp|icmpv6|-1)"), {"pattern": "^[0-9]{1,3}$", "maximum": 255}]},
                "A protocol is tcp, udp, icmp, icmpv6, -1 for all, or a number.", f"{_API}IpPermission.html",
            ),
            Limit(
                types, place, when(_TCP, may(FromPort=between(0, 65535), ToPort=between(0, 65535))),
                "A port is 0 to 65535.",
                f"{_API}IpPermission.html",
            ),
        )
    ),
    Limit(_ENTRY, "RuleNumber", between(1, 32766), "A number is 1 to 32766.", f"{_API}CreateNetworkAclEntry.html"),
    Limit(_ENTRY, "Protocol", between(-1, 255), "A protocol is a number, -1 for all.",
        f"{_API}CreateNetworkAclEntry.html"),
    Limit(
        _ENTRY, "", when(having(Protocol=among(6, 17)), needs("PortRange")), "TCP and UDP need a range of ports.",
        f"{_API}CreateNetworkAclEntry.html",
    ),
    Limit(
        _ENTRY, "", when(having(Protocol=among(1, 58)), needs("Icmp")), "ICMP needs a type and a code.",
        f"{_API}CreateNetworkAclEntry.html",
    ),
    Limit(
        _ENTRY, "", {"oneOf": [needs("CidrBlock"), needs("Ipv6CidrBlock")]}, "An entry has one block.",
        f"{_API}CreateNetworkAclEntry.html",
    ),
    Limit(
        _NAT, "", when(
            may(ConnectivityType=among("public"), AvailabilityMode=among("zonal")), needs("AllocationId")
        ), "A public NAT gateway needs an address.", f"{_API}CreateNatGateway.html",
    ),
    Limit(
        _NAT, "", when(having(ConnectivityType=among("private")), without("AllocationId", "SecondaryAllocationIds")),
        "A private NAT gateway has no public address.", f"{_API}CreateNatGateway.html",
    ),
    Limit(
        _NAT, "", when(may(AvailabilityMode=among("zonal")), needs("SubnetId")), "A NAT gateway is in a subnet.",
        f"{_API}CreateNatGateway.html",
    ),
    Limit(
        _NAT, "",
        when(having(AvailabilityMode=among("regional")),
            {"allOf": [needs("VpcId"), without("SubnetId", "AllocationId")]}),
        "A regional NAT gateway has a VPC instead of a subnet and an address.", f"{_API}CreateNatGateway.html",
    ),
    Limit(_FLOW, "MaxAggregationInterval", among(60, 600), "Take 60 or 600 seconds.", f"{_API}CreateFlowLogs.html"),
    Limit(
        _FLOW, "", when(
            either(having(LogDestinationType=among("cloud-watch-logs")), having(LogDestinationType=ABSENT)),
            needs("DeliverLogsPermissionArn"),
        ), "A log group needs DeliverLogsPermissionArn.", f"{_API}CreateFlowLogs.html",
    ),
    Limit(
        _FLOW, "", when(
            either(having(LogDestinationType=among("cloud-watch-logs")), having(LogDestinationType=ABSENT)),
            {"oneOf": [needs("LogGroupName"), needs("LogDestination")]},
        ), "Give LogGroupName or LogDestination.", f"{_API}CreateFlowLogs.html",
    ),
    Limit(
        _FLOW, "", when(
            having(LogDestinationType=among("s3", "kinesis-data-firehose")),
            {"allOf": [needs("LogDestination"), without("LogGroupName")]},
        ), "Give the ARN of the destination.", f"{_API}CreateFlowLogs.html",
    ),
    Limit(
        _FLOW, "", when(having(LogDestinationType=among("s3")), without("DeliverLogsPermissionArn")),
        "S3 needs no role.", f"{_API}CreateFlowLogs.html",
    ),
    Limit(
        _FLOW, "", when(having(ResourceType=among("VPC", "Subnet", "NetworkInterface")), needs("TrafficType")),
        "Give TrafficType.", f"{_API}CreateFlowLogs.html",
    ),
    Limit(
        ("AWS::EC2::Subnet",), "", when(having(Ipv6Native={"enum": [True]}), without("CidrBlock")),
        "An IPv6-only subnet has no IPv4 block.", f"{_API}CreateSubnet.html",
    ),
    Limit(
        ("AWS::EC2::VPC",), "", either(needs("CidrBlock"), needs("Ipv4IpamPoolId")), "A VPC needs a block.",
        f"{_API}CreateVpc.html",
    ),
)  # fmt: skip

_TEMPLATE = """
Parameters:
  Seconds: {{Type: Number, Default: {seconds}}}
Resources:
  Logs:
    Type: AWS::EC2::FlowLog
    Properties:
      ResourceType: VPC
      ResourceId: vpc-0123456789abcdef0
      TrafficType: ALL
      LogGroupName: flows
      DeliverLogsPermissionArn: arn:aws:iam::123456789012:role/flows
      MaxAggregationInterval: !Ref Seconds
"""


@rule(
    id="E9172",
    title="Security groups, gateways and flow logs have values that go together",
    reason="EC2 refuses names, descriptions, protocols and pairs of properties beyond what its API documents.",
    source=f"{_API}CreateFlowLogs.html",
    good=_TEMPLATE.format(seconds=60),
    bad=_TEMPLATE.format(seconds=300),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Hold networks against the limits of the API."""
    yield from exceeded(tree, LIMITS)
