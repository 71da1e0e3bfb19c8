"""Interface endpoints that stand in for a way out and that no name leads to."""

from __future__ import annotations

from collections.abc import Iterator

from gate.network import Way, subnets, way_out
from gate.rule import Hit, rule
from gate.tree import Tree, as_bool, as_text, text

_TEMPLATE = """
Resources:
  Vpc: {{Type: AWS::EC2::VPC, Properties: {{CidrBlock: 10.0.0.0/16, EnableDnsHostnames: true}}}}
  Subnet: {{Type: AWS::EC2::Subnet, Properties: {{VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}}}
  Logs:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcId: !Ref Vpc
      VpcEndpointType: Interface
      PrivateDnsEnabled: {private}
      ServiceName: !Sub com.amazonaws.${{AWS::Region}}.logs
      SubnetIds: [!Ref Subnet]
"""


@rule(
    id="E9547",
    title="The name of a service leads to its endpoint where there is no other way",
    reason=(
        "Without PrivateDnsEnabled (off by default) the usual name of a service leads to its public addresses, which "
        "a subnet without a way out cannot reach: the endpoint is there and nobody uses it."
    ),
    source="https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html",
    good=_TEMPLATE.format(private="true"),
    bad=_TEMPLATE.format(private="false"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at the endpoints of AWS services in subnets whose default route leads nowhere."""
    if next(tree.resources("AWS::Route53::HostedZone"), None) is not None:
        return
    for endpoint in tree.resources("AWS::EC2::VPCEndpoint"):
        given = endpoint.get("PrivateDnsEnabled")
        name = text(tree.literal(endpoint.get("ServiceName")), "?") or ""
        off = given is None or as_bool(tree.literal(given)) is False
        own = name.startswith("com.amazonaws.") and not name.endswith((".s3", ".dynamodb")) and ".vpce." not in name
        if as_text(endpoint.get("VpcEndpointType")) != "Interface" or not off or not own:
            continue
        placed = subnets(tree, endpoint.get("SubnetIds")) or []
        if placed and all(way_out(tree, subnet) is Way.NONE for subnet in placed):
            message = f"nothing leads from the name of {name.rpartition('.')[2]} to it"
            yield Hit(endpoint, "PrivateDnsEnabled", message, "Write PrivateDnsEnabled: true.")
