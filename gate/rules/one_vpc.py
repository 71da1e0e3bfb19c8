"""Subnets, security groups, route tables and targets of different VPCs that are used together."""

from __future__ import annotations

from collections.abc import Iterator

from gate.network import vpc
from gate.rule import Hit, rule
from gate.tree import Path, Resource, Tree, Value, items, walk

_TEMPLATE = """
Resources:
  Vpc: {{Type: AWS::EC2::VPC, Properties: {{CidrBlock: 10.0.0.0/16, EnableDnsHostnames: true}}}}
  Other: {{Type: AWS::EC2::VPC, Properties: {{CidrBlock: 10.1.0.0/16}}}}
  Subnet: {{Type: AWS::EC2::Subnet, Properties: {{VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}}}
  Group: {{Type: AWS::EC2::SecurityGroup, Properties: {{GroupDescription: web, VpcId: !Ref {vpc}}}}}
  Files: {{Type: AWS::EFS::FileSystem}}
  Target:
    Type: AWS::EFS::MountTarget
    Properties: {{FileSystemId: !Ref Files, SubnetId: !Ref Subnet, SecurityGroups: [!GetAtt Group.GroupId]}}
"""
_IN_ONE_VPC = (
    "AWS::EC2::Instance",
    "AWS::EC2::NatGateway",
    "AWS::EC2::NetworkInterface",
    "AWS::EC2::Route",
    "AWS::EC2::Subnet",
    "AWS::EC2::SubnetRouteTableAssociation",
    "AWS::EC2::VPCEndpoint",
    "AWS::ECS::Service",
    "AWS::EFS::MountTarget",
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::ElastiCache::CacheCluster",
    "AWS::ElastiCache::ServerlessCache",
    "AWS::ElastiCache::SubnetGroup",
    "AWS::ElasticLoadBalancingV2::Listener",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::Lambda::Function",
    "AWS::MSK::Cluster",
    "AWS::OpenSearchService::Domain",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::RDS::DBProxy",
    "AWS::RDS::DBSubnetGroup",
    "AWS::ApiGatewayV2::VpcLink",
)
"""Types whose subnets, groups, tables and target groups must be of one VPC."""
_PLACED = (
    "AWS::EC2::Subnet",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::RouteTable",
    "AWS::EC2::NatGateway",
    "AWS::RDS::DBSubnetGroup",
    "AWS::ElastiCache::SubnetGroup",
    "AWS::ElasticLoadBalancingV2::TargetGroup",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
)


@rule(
    id="E9305",
    title="What works together is in one VPC",
    reason=(
        "Security groups, subnets, route tables and target groups belong to one VPC, and a service refuses those of "
        "two (InvalidGroup.NotFound, InvalidSubnet, 'security group and subnet belong to different networks')."
    ),
    source="https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html",
    good=_TEMPLATE.format(vpc="Vpc"),
    bad=_TEMPLATE.format(vpc="Other"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Collect the VPCs of everything that a resource names, and compare them."""
    for resource in tree.resources(*_IN_ONE_VPC):
        first: tuple[Value, str] | None = None
        for path, network, name in _networks(tree, resource):
            if first is None:
                first = network, name
            elif tree.same(first[0], network) is False:
                message = f"{name} is in another VPC than {first[1]}"
                yield Hit(resource, ("Properties", *path), message, "Hand over what belongs to one VPC.")
                break
    yield from _rules(tree)


def _networks(tree: Tree, resource: Resource) -> Iterator[tuple[Path, Value, str]]:
    if resource.get("VpcId") is not None:
        yield ("VpcId",), resource.get("VpcId"), "its VpcId"
    for path, value in walk(resource.properties):
        if path[:1] == ("Tags",) or isinstance(value, list | dict):
            continue
        placed = tree.target(value, *_PLACED)
        network = vpc(tree, placed) if placed else None
        if placed and network is not None:
            yield path, network, placed.path


def _rules(tree: Tree) -> Iterator[Hit]:
    """Rules name groups of their own VPC, or of one that is peered with it."""
    if next(tree.resources("AWS::EC2::VPCPeeringConnection", "AWS::EC2::TransitGateway"), None):
        return
    ends = ("SourceSecurityGroupId", "DestinationSecurityGroupId")
    for rule_ in tree.resources("AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress"):
        yield from _peer(tree, rule_, rule_.get("GroupId"), [(name, rule_.get(name)) for name in ends])
    for group in tree.resources("AWS::EC2::SecurityGroup"):
        for kind in ("SecurityGroupIngress", "SecurityGroupEgress"):
            for index in range(len(items(group.get(kind)))):
                named = [(f"{kind}.{index}.{name}", group.get(f"{kind}.{index}.{name}")) for name in ends]
                yield from _peer(tree, group, group.reference, named)


def _peer(tree: Tree, place: Resource, own: Value, named: list[tuple[str, Value]]) -> Iterator[Hit]:
    group = tree.target(own, "AWS::EC2::SecurityGroup")
    for path, value in named:
        peer = tree.target(value, "AWS::EC2::SecurityGroup")
        here, there = (vpc(tree, each) if each else None for each in (group, peer))
        if group and peer and here is not None and there is not None and tree.same(here, there) is False:
            yield Hit(place, path, f"{peer.path} is in another VPC than {group.path}", "Name a group of the same VPC.")
