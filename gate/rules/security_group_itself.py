"""Security groups that refer to themselves from inside."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.security_groups import inline
from gate.tree import Tree, references

_TEMPLATE = """
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: nodes
      VpcId: vpc-0123456789abcdef0
      {inline}
  Peers:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: {{GroupId: !Ref Group, IpProtocol: "-1", SourceSecurityGroupId: !Ref Group}}
"""


@rule(
    id="E9221",
    title="A rule that names its own group is a resource of its own",
    reason="A security group that refers to itself depends on itself: CloudFormation refuses the circle.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html",
    good=_TEMPLATE.format(inline=""),
    bad=_TEMPLATE.format(inline='SecurityGroupIngress: [{IpProtocol: "-1", SourceSecurityGroupId: !Ref Group}]'),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look for references to the group in its own rules."""
    for group in tree.resources("AWS::EC2::SecurityGroup"):
        for opening in inline(group):
            if any(tree.at(reference) is group for reference in references(opening.rule)):
                fix = "Move the rule to an AWS::EC2::SecurityGroupIngress (or Egress) resource."
                yield Hit(group, opening.path, "the group refers to itself", fix)
