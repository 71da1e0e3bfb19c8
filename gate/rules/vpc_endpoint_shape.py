"""VPC endpoints whose properties belong to another kind of endpoint."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Tree, Unknown, as_bool, as_text, text

_TEMPLATE = """
Resources:
  Vpc: {{Type: AWS::EC2::VPC, Properties: {{CidrBlock: 10.0.0.0/16}}}}
  Table: {{Type: AWS::EC2::RouteTable, Properties: {{VpcId: !Ref Vpc}}}}
  Subnet: {{Type: AWS::EC2::Subnet, Properties: {{VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}}}
  Endpoint:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcId: !Ref Vpc
      ServiceName: !Sub com.amazonaws.${{AWS::Region}}.s3
      VpcEndpointType: Gateway
      {where}
"""
_GATEWAY_SERVICES = ("s3", "dynamodb", "s3express")
_BELONGS = {
    "Gateway": ("RouteTableIds",),
    "Interface": ("SubnetIds", "SecurityGroupIds", "PrivateDnsEnabled"),
    "GatewayLoadBalancer": ("SubnetIds",),
}
_ALL = ("RouteTableIds", "SubnetIds", "SecurityGroupIds", "PrivateDnsEnabled")
_WHERE = {"Gateway": "RouteTableIds", "Interface": "SubnetIds", "GatewayLoadBalancer": "SubnetIds"}


@rule(
    id="E9213",
    title="A VPC endpoint has the properties of its kind",
    reason=(
        "A gateway endpoint works by routes: it takes route tables, and only S3 and DynamoDB offer one. An interface "
        "endpoint works by network interfaces: it takes subnets and security groups. EC2 refuses the properties of "
        "the other kind, and an endpoint that is nowhere is used by nobody."
    ),
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html",
    good=_TEMPLATE.format(where="RouteTableIds: [!Ref Table]"),
    bad=_TEMPLATE.format(where="SubnetIds: [!Ref Subnet]"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare each endpoint with its kind, Gateway unless it says otherwise."""
    for endpoint in tree.resources("AWS::EC2::VPCEndpoint"):
        given = endpoint.get("VpcEndpointType")
        kind = "Gateway" if given is None else as_text(given)
        if kind not in _BELONGS:
            continue
        for name in _ALL:
            value = endpoint.get(name)
            foreign = value not in (None, []) and not isinstance(value, Unknown) and name not in _BELONGS[kind]
            if foreign and not (name == "PrivateDnsEnabled" and as_bool(value) is False):
                fix = f"Remove {name}, or choose another VpcEndpointType."
                yield Hit(endpoint, name, f"an endpoint of type {kind} takes no {name}", fix)
        if endpoint.get(_WHERE[kind]) in (None, []):
            message = f"an endpoint of type {kind} without {_WHERE[kind]} is used by nothing"
            yield Hit(endpoint, _WHERE[kind], message, f"Give {_WHERE[kind]}.")
        service = text(tree.literal(endpoint.get("ServiceName")))
        if service and service.startswith("com.amazonaws."):
            _, _, region, short = (*service.split(".", 3), "", "", "")[:4]
            if kind == "Gateway" and short and short not in _GATEWAY_SERVICES:
                message = f"{short} offers no gateway endpoint"
                yield Hit(endpoint, "VpcEndpointType", message, "Write VpcEndpointType: Interface.")
            local = endpoint.get("ServiceRegion") is None and as_text(tree.literal(endpoint.get("ServiceName")))
            if local and short and region not in {tree.context.region, "vpce", "s3-global"}:
                message = f"{service} is a service of another region than {tree.context.region}"
                yield Hit(endpoint, "ServiceName", message, "Write ${AWS::Region} for the region.")
