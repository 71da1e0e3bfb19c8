"""Routes to an internet gateway that the VPC does not have."""

from __future__ import annotations

from collections.abc import Iterator

from gate.completeness import complete
from gate.network import denotes, vpc
from gate.rule import Hit, rule
from gate.tree import Tree

_TEMPLATE = """
Resources:
  Vpc: {{Type: AWS::EC2::VPC, Properties: {{CidrBlock: 10.0.0.0/16}}}}
  Other: {{Type: AWS::EC2::VPC, Properties: {{CidrBlock: 10.1.0.0/16}}}}
  Gateway: {{Type: AWS::EC2::InternetGateway}}
  Attachment:
    Type: AWS::EC2::VPCGatewayAttachment
    Properties: {{VpcId: !Ref {attached}, InternetGatewayId: !Ref Gateway}}
  Table: {{Type: AWS::EC2::RouteTable, Properties: {{VpcId: !Ref Vpc}}}}
  Route:
    Type: AWS::EC2::Route
    DependsOn: Attachment
    Properties: {{RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway}}
"""


@rule(
    id="E9210",
    title="A route leads to a gateway that is attached to its VPC",
    reason="EC2 refuses a route to an internet or virtual private gateway that the VPC does not have.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html",
    good=_TEMPLATE.format(attached="Vpc"),
    bad=_TEMPLATE.format(attached="Other"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look for the attachment of the gateway of each route."""
    attachments = list(tree.resources("AWS::EC2::VPCGatewayAttachment"))
    for route in tree.resources("AWS::EC2::Route"):
        gateway = tree.target(route.get("GatewayId"), "AWS::EC2::InternetGateway", "AWS::EC2::VPNGateway")
        table = tree.target(route.get("RouteTableId"), "AWS::EC2::RouteTable")
        if gateway is None:
            continue
        kind = "InternetGatewayId" if gateway.type == "AWS::EC2::InternetGateway" else "VpnGatewayId"
        own = [each for each in attachments if denotes(tree, each.get(kind), gateway)]
        here = vpc(tree, table) if table else None
        fix = f"Attach {gateway.id} to the VPC of the route table by an AWS::EC2::VPCGatewayAttachment."
        if not own and complete(tree):
            yield Hit(route, "GatewayId", f"{gateway.path} is attached to no VPC", fix)
        elif own and here is not None and all(tree.same(each.get("VpcId"), here) is False for each in own):
            yield Hit(route, "GatewayId", f"{gateway.path} is attached to another VPC", fix)
