"""Security group rules that are there twice."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.security_groups import Opening, openings
from gate.tree import Tree, unknown

_TEMPLATE = """
Resources:
  Group: {{Type: AWS::EC2::SecurityGroup, Properties: {{GroupDescription: web, VpcId: vpc-0123456789abcdef0}}}}
  One:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: {{GroupId: !Ref Group, IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/16}}
  Two:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: {{GroupId: !Ref Group, IpProtocol: tcp, FromPort: {port}, ToPort: {port}, CidrIp: 10.0.0.0/16}}
"""


@rule(
    id="E9222",
    title="A security group has a rule once",
    reason="EC2 refuses a rule that the group has already (InvalidPermission.Duplicate), whatever its description.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
    good=_TEMPLATE.format(port=80),
    bad=_TEMPLATE.format(port=443),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare all rules of each group by protocol, ports and other end."""
    seen: dict[str, Opening] = {}
    for opening in openings(tree):
        group = tree.target(opening.rule_property("GroupId")) if not opening.path else opening.place
        sources = {name: tree.literal(value) for name, value in opening.sources.items()}
        certain = opening.place.condition and opening.protocol and not any(map(unknown, sources.values()))
        if group is None or not certain or not sources or (opening.ports is None and opening.protocol != "-1"):
            continue
        ports = None if opening.protocol == "-1" else opening.ports
        key = f"{group.path} {opening.direction} {opening.protocol} {ports} {sources}"
        first = seen.setdefault(key, opening)
        if first is not opening:
            message = f"{group.path} has the same rule in {first.place.path}"
            yield Hit(opening.place, ("Properties", *opening.path), message, "Remove one of them.")
