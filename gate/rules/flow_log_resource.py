"""Flow logs of another kind of resource than they say."""

from __future__ import annotations

from collections.abc import Iterator

from gate.identifiers import given
from gate.rule import Hit, rule
from gate.tree import Reference, Tree, as_text

_TEMPLATE = """
Resources:
  Vpc: {{Type: AWS::EC2::VPC, Properties: {{CidrBlock: 10.0.0.0/16}}}}
  Flows:
    Type: AWS::EC2::FlowLog
    Properties:
      ResourceType: {type}
      ResourceId: !Ref Vpc
      TrafficType: ALL
      LogDestinationType: s3
      LogDestination: arn:aws:s3:::films-flows
"""
_TYPES = {
    "VPC": "AWS::EC2::VPC",
    "Subnet": "AWS::EC2::Subnet",
    "NetworkInterface": "AWS::EC2::NetworkInterface",
    "TransitGateway": "AWS::EC2::TransitGateway",
}


@rule(
    id="E9294",
    title="A flow log is of the kind of resource that it says",
    reason="EC2 looks the resource up by ResourceType and refuses the id of another kind.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html",
    good=_TEMPLATE.format(type="VPC"),
    bad=_TEMPLATE.format(type="Subnet"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the type of each flow log's resource with its ResourceType."""
    for log in tree.resources("AWS::EC2::FlowLog"):
        value = log.get("ResourceId")
        wanted = _TYPES.get(as_text(tree.literal(log.get("ResourceType"))) or "")
        found = given(value) if isinstance(value, Reference) else None
        if wanted and found and found.type and found.type != wanted:
            message = f"ResourceType is {log.get('ResourceType')}, but ResourceId identifies a {found.type}"
            yield Hit(log, "ResourceId", message, "Let both be of the same kind.")
