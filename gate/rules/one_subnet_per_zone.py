"""Two subnets of one zone where a service takes one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from gate.network import subnets, zone, zones
from gate.rule import Hit, rule
from gate.tree import Resource, Tree, Value, as_list, as_text, dig, items, show

_TEMPLATE = """
Resources:
  Vpc: {{Type: AWS::EC2::VPC, Properties: {{CidrBlock: 10.0.0.0/16}}}}
  A:
    Type: AWS::EC2::Subnet
    Properties: {{VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24, AvailabilityZone: !Select [0, !GetAZs ""]}}
  B:
    Type: AWS::EC2::Subnet
    Properties: {{VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24, AvailabilityZone: !Select [1, !GetAZs ""]}}
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {{Scheme: internal, Type: network, Subnets: [!Ref A, !Ref {second}]}}
"""


@rule(
    id="E9205",
    title="One subnet of a zone is enough",
    reason=(
        "A load balancer or an interface endpoint cannot have two subnets of one zone (nor one subnet twice), "
        "and a file system takes one mount target in a zone."
    ),
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html",
    good=_TEMPLATE.format(second="B"),
    bad=_TEMPLATE.format(second="A"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look for subnets that are given twice, and for subnets of the same zone."""
    fix = "Give one subnet of each zone."
    for resource in tree.resources("AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::EC2::VPCEndpoint"):
        if resource.type == "AWS::EC2::VPCEndpoint" and as_text(resource.get("VpcEndpointType")) != "Interface":
            continue
        for path, value in _lists(resource):
            for message in _repeated(tree, value):
                yield Hit(resource, path, message, fix)
    yield from _mount_targets(tree)


def _lists(resource: Resource) -> Iterator[tuple[str, Value]]:
    for name in ("Subnets", "SubnetIds"):
        if resource.get(name) is not None:
            yield name, resource.get(name)
    mappings = items(resource.get("SubnetMappings"))
    if mappings:
        yield "SubnetMappings", [dig(mapping, "SubnetId") for mapping in mappings]


def _repeated(tree: Tree, value: Value) -> Iterator[str]:
    listed = as_list(value) or []
    for index, item in enumerate(listed):
        if any(tree.same(item, other) for other in listed[:index]):
            yield f"{show(item)} is given twice"
            return
    found = subnets(tree, value)
    for name, count in Counter(zones(tree, found) or [] if found else []).items():
        if count > 1:
            yield f"{count} subnets are in {name}"


def _mount_targets(tree: Tree) -> Iterator[Hit]:
    found: dict[tuple[Resource, str], Resource] = {}
    seen: defaultdict[tuple[Resource, str], list[Resource]] = defaultdict(list)
    for target in tree.resources("AWS::EFS::MountTarget"):
        system = tree.target(target.get("FileSystemId"), "AWS::EFS::FileSystem")
        subnet = tree.target(target.get("SubnetId"), "AWS::EC2::Subnet")
        place = zone(tree, subnet) if subnet else None
        if system and place and target.condition is not None:
            seen[system, place].append(target)
            first = found.setdefault((system, place), target)
            if first is not target:
                message = f"{system.id} has a mount target in {place} already: {first.path}"
                yield Hit(target, "SubnetId", message, "Make one mount target per zone.")
