"""NAT gateways with the properties of another kind."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Resource, Tree, as_text

_TEMPLATE = """
Resources:
  Nat:
    Type: AWS::EC2::NatGateway
    Properties: {{SubnetId: subnet-0123456789abcdef0, ConnectivityType: {kind}}}
"""


@rule(
    id="E9209",
    title="A NAT gateway has an address exactly if it is public, and a subnet unless it is regional",
    reason=(
        "EC2 refuses a public zonal NAT gateway without an AllocationId, a private one with an address, a zonal one "
        "without a subnet and a regional one with a subnet."
    ),
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html",
    good=_TEMPLATE.format(kind="private"),
    bad=_TEMPLATE.format(kind="public"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the properties of each NAT gateway with its connectivity and availability mode."""
    for nat in tree.resources("AWS::EC2::NatGateway"):
        kind = _text(tree, nat, "ConnectivityType", "public")
        mode = _text(tree, nat, "AvailabilityMode", "zonal")
        if kind is None or mode is None:
            continue
        if mode == "regional" and nat.get("SubnetId") is not None:
            yield Hit(nat, "SubnetId", "a regional NAT gateway spans the zones of its VPC", "Give VpcId instead.")
        if mode == "zonal" and nat.get("SubnetId") is None:
            yield Hit(nat, "SubnetId", "a zonal NAT gateway has no subnet", "Give the SubnetId of a public subnet.")
        if mode == "zonal" and kind == "public" and nat.get("AllocationId") is None:
            fix = "Give the AllocationId of an AWS::EC2::EIP."
            yield Hit(nat, "AllocationId", "a public NAT gateway has no address", fix)
        if kind == "private" and nat.get("AllocationId") is not None:
            yield Hit(nat, "AllocationId", "a private NAT gateway takes no Elastic IP address", "Remove AllocationId.")


def _text(tree: Tree, resource: Resource, name: str, default: str) -> str | None:
    value = resource.get(name)
    return default if value is None else as_text(tree.literal(value))
