"""Zones of another region."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Tree, as_text, items

_TEMPLATE = """
Resources:
  Vpc: {{Type: AWS::EC2::VPC, Properties: {{CidrBlock: 10.0.0.0/16}}}}
  Subnet:
    Type: AWS::EC2::Subnet
    Properties: {{VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24, AvailabilityZone: {zone}}}
"""
_PROPERTIES = {"AvailabilityZone", "AvailabilityZones", "PreferredCacheClusterAZs", "PreferredAvailabilityZone"}


@rule(
    id="E9206",
    title="An availability zone belongs to the region of the stack",
    reason="A zone name starts with the name of its region; a service refuses the zones of another one.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-regions-availability-zones.html",
    good=_TEMPLATE.format(zone='!Select [0, !GetAZs ""]'),
    bad=_TEMPLATE.format(zone="antarctica-1a"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the zones that are written out with the region."""
    region = tree.context.region
    for resource in tree.resources():
        for name in _PROPERTIES & resource.properties.keys():
            for zone in map(as_text, items(tree.literal(resource.get(name)))):
                if zone and resource.type.startswith("AWS::") and not zone.startswith(region):
                    message = f"{zone} is no zone of {region}"
                    yield Hit(resource, name, message, 'Choose a zone by !Select [0, !GetAZs ""].')
