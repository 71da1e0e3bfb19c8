"""VPC endpoints of one service that get in each other's way."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Resource, Tree, Value, as_bool, as_text, items, unknown

_TEMPLATE = """
Resources:
  Vpc: {{Type: AWS::EC2::VPC, Properties: {{CidrBlock: 10.0.0.0/16}}}}
  Table: {{Type: AWS::EC2::RouteTable, Properties: {{VpcId: !Ref Vpc}}}}
  Files:
    Type: AWS::EC2::VPCEndpoint
    Properties: {{VpcId: !Ref Vpc, ServiceName: !Sub "com.amazonaws.${{AWS::Region}}.s3", RouteTableIds: [!Ref Table]}}
  More:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcId: !Ref Vpc
      ServiceName: !Sub "com.amazonaws.${{AWS::Region}}.{service}"
      RouteTableIds: [!Ref Table]
"""


@rule(
    id="E9215",
    title="A VPC has one endpoint for a service's names, and a route table one way to it",
    reason=(
        "EC2 refuses a second gateway endpoint of a service in the same route table, and a second interface endpoint "
        "with private DNS for the same service in the VPC (conflicting DNS domain)."
    ),
    source="https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html",
    good=_TEMPLATE.format(service="dynamodb"),
    bad=_TEMPLATE.format(service="s3"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the endpoints of each VPC by service, and by route table or private DNS."""
    taken: dict[str, Resource] = {}
    for endpoint in tree.resources("AWS::EC2::VPCEndpoint"):
        service, network = tree.literal(endpoint.get("ServiceName")), tree.literal(endpoint.get("VpcId"))
        if not endpoint.condition or unknown(service) or unknown(network) or network is None:
            continue
        for path, place in _places(tree, endpoint):
            first = taken.setdefault(f"{service} {network} {path} {place}", endpoint)
            if first is not endpoint:
                message = f"{first.path} is an endpoint of {service} for the same {path}"
                yield Hit(endpoint, path, message, "Keep one of them.")


def _places(tree: Tree, endpoint: Resource) -> Iterator[tuple[str, Value]]:
    if as_text(endpoint.get("VpcEndpointType")) == "Interface":
        if as_bool(endpoint.get("PrivateDnsEnabled")):
            yield "PrivateDnsEnabled", True
        return
    for table in items(endpoint.get("RouteTableIds")):
        if not unknown(table):
            yield "RouteTableIds", tree.literal(table)
