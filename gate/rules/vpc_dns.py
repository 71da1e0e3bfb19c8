"""VPCs without the DNS that something in them relies on."""

from __future__ import annotations

from collections.abc import Iterator

from gate.network import vpc
from gate.rule import Hit, rule
from gate.tree import Resource, Tree, as_bool, as_text

_TEMPLATE = """
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties: {{CidrBlock: 10.0.0.0/16, EnableDnsSupport: {dns}, EnableDnsHostnames: true}}
  Subnet: {{Type: AWS::EC2::Subnet, Properties: {{VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}}}
  Endpoint:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcId: !Ref Vpc
      ServiceName: !Sub com.amazonaws.${{AWS::Region}}.sqs
      VpcEndpointType: Interface
      PrivateDnsEnabled: true
      SubnetIds: [!Ref Subnet]
"""
_DEFAULTS = {"EnableDnsSupport": True, "EnableDnsHostnames": False}


@rule(
    id="E9214",
    title="A VPC resolves the names that its endpoints, zones and file systems go by",
    reason=(
        "Private DNS of an interface endpoint and a private hosted zone need EnableDnsSupport and EnableDnsHostnames "
        "on the VPC (EC2 refuses the endpoint otherwise); the name of a file system resolves only with both as well."
    ),
    source="https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html",
    good=_TEMPLATE.format(dns="true"),
    bad=_TEMPLATE.format(dns="false"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at the DNS settings of the VPC of each interface endpoint, private zone and mount target."""
    seen = set()
    for user in tree.resources("AWS::EC2::VPCEndpoint", "AWS::EFS::MountTarget"):
        if user.type == "AWS::EC2::VPCEndpoint" and not _private_names(user):
            continue
        network = tree.target(vpc(tree, user), "AWS::EC2::VPC")
        for name, default in _DEFAULTS.items() if network else ():
            given = network.get(name) if network else None
            on = default if given is None else as_bool(given)
            if on is False and network and (network, name) not in seen:
                seen.add((network, name))
                yield Hit(network, name, f"{name} is off, but {user.path} needs it", f"Write {name}: true.")


def _private_names(endpoint: Resource) -> bool:
    private = endpoint.get("PrivateDnsEnabled")
    return as_text(endpoint.get("VpcEndpointType")) == "Interface" and as_bool(private) is True
