"""Load balancers for the internet in subnets without it."""

from __future__ import annotations

from collections.abc import Iterator

from gate.network import Way, subnets, way_out
from gate.rule import Hit, rule
from gate.tree import Tree, as_text, dig, items

_TEMPLATE = """
Resources:
  Vpc: {{Type: AWS::EC2::VPC, Properties: {{CidrBlock: 10.0.0.0/16}}}}
  Gateway: {{Type: AWS::EC2::InternetGateway}}
  Attachment:
    Type: AWS::EC2::VPCGatewayAttachment
    Properties: {{VpcId: !Ref Vpc, InternetGatewayId: !Ref Gateway}}
  Public: {{Type: AWS::EC2::RouteTable, Properties: {{VpcId: !Ref Vpc}}}}
  Private: {{Type: AWS::EC2::RouteTable, Properties: {{VpcId: !Ref Vpc}}}}
  Route:
    Type: AWS::EC2::Route
    DependsOn: Attachment
    Properties: {{RouteTableId: !Ref Public, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway}}
  Subnet: {{Type: AWS::EC2::Subnet, Properties: {{VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}}}
  Use:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {{SubnetId: !Ref Subnet, RouteTableId: !Ref {table}}}
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    DependsOn: Attachment
    Properties: {{Type: network, Subnets: [!Ref Subnet]}}
"""


@rule(
    id="E9216",
    title="A load balancer for the internet stands in public subnets",
    reason=(
        "The nodes of an internet-facing load balancer (the default scheme) have public addresses, which answer only "
        "where the subnet's default route leads to an internet gateway."
    ),
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html",
    good=_TEMPLATE.format(table="Public"),
    bad=_TEMPLATE.format(table="Private"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Follow the default routes of the subnets of each load balancer that is not internal."""
    for balancer in tree.resources("AWS::ElasticLoadBalancingV2::LoadBalancer"):
        scheme = balancer.get("Scheme")
        if as_text(balancer.get("Type")) == "gateway" or not (scheme is None or as_text(scheme) == "internet-facing"):
            continue
        mapped = [dig(mapping, "SubnetId") for mapping in items(balancer.get("SubnetMappings"))]
        for path, value in (("Subnets", balancer.get("Subnets")), ("SubnetMappings", mapped)):
            for subnet in subnets(tree, value) or []:
                if way_out(tree, subnet) in {Way.NAT, Way.NONE}:
                    message = f"{subnet.path} is no public subnet: its default route leads to "
                    fix = "Give public subnets, or write Scheme: internal."
                    yield Hit(balancer, path, message + way_out(tree, subnet).value, fix)
