"""What needs the internet gateway, but does not wait for its attachment."""

from __future__ import annotations

from collections.abc import Iterator

from gate.network import denotes, vpc
from gate.ordering import unordered
from gate.rule import Hit, rule
from gate.tree import Resource, Tree, Value, as_text

_TEMPLATE = """
Resources:
  Vpc: {{Type: AWS::EC2::VPC, Properties: {{CidrBlock: 10.0.0.0/16}}}}
  Gateway: {{Type: AWS::EC2::InternetGateway}}
  Attachment:
    Type: AWS::EC2::VPCGatewayAttachment
    Properties: {{VpcId: !Ref Vpc, InternetGatewayId: !Ref Gateway}}
  Table: {{Type: AWS::EC2::RouteTable, Properties: {{VpcId: !Ref Vpc}}}}
  Route:
    Type: AWS::EC2::Route
    {waits}
    Properties: {{RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway}}
"""


@rule(
    id="E9230",
    title="What needs the internet gateway waits for its attachment",
    reason=(
        "A route to an internet gateway, a public NAT gateway and an address that is associated at once fail while the "
        "gateway is not attached to the VPC, and no reference makes them wait."
    ),
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html",
    good=_TEMPLATE.format(waits="DependsOn: Attachment"),
    bad=_TEMPLATE.format(waits=""),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look for the order of creation between each user of an internet gateway and the attachment."""
    attachments = [
        each for each in tree.resources("AWS::EC2::VPCGatewayAttachment") if each.get("InternetGatewayId") is not None
    ]
    for user, needed in _users(tree, attachments):
        for attachment in unordered(needed, user):
            message = f"it may be created before {attachment.path}"
            yield Hit(user, (), message, f"Add {attachment.id} (or the stack that has it) to DependsOn.")


def _users(tree: Tree, attachments: list[Resource]) -> Iterator[tuple[Resource, list[Resource]]]:
    for route in tree.resources("AWS::EC2::Route"):
        gateway = tree.target(route.get("GatewayId"), "AWS::EC2::InternetGateway")
        if gateway:
            yield route, [each for each in attachments if denotes(tree, each.get("InternetGatewayId"), gateway)]
    for nat in tree.resources("AWS::EC2::NatGateway"):
        if nat.get("ConnectivityType") is None or as_text(nat.get("ConnectivityType")) == "public":
            subnet = tree.target(nat.get("SubnetId"), "AWS::EC2::Subnet")
            yield nat, _of(tree, attachments, vpc(tree, subnet or nat))
    for address in tree.resources("AWS::EC2::EIP"):
        instance = tree.target(address.get("InstanceId"), "AWS::EC2::Instance")
        subnet = tree.target(instance.get("SubnetId"), "AWS::EC2::Subnet") if instance else None
        if subnet:
            yield address, _of(tree, attachments, vpc(tree, subnet))


def _of(tree: Tree, attachments: list[Resource], network: Value) -> list[Resource]:
    return [each for each in attachments if network is not None and tree.same(each.get("VpcId"), network)]
