"""Identifiers of another kind of resource than the property takes."""

from __future__ import annotations

from collections.abc import Iterator

from gate.identifiers import given, handed_over
from gate.rule import Hit, rule
from gate.tree import Reference, Tree

_ROOT = """
Resources:
  Network: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: network.yaml}}}}
  Balancer:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: balancer.yaml
      Parameters: {{Network: !GetAtt Network.Outputs.{output}}}
"""
_NETWORK = """
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Group: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: web, VpcId: !Ref Vpc}}
Outputs:
  VpcId: {Value: !Ref Vpc}
  GroupId: {Value: !GetAtt Group.GroupId}
"""
_BALANCER = """
Parameters:
  Network: {Type: String}
Resources:
  Targets: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {TargetType: ip, VpcId: !Ref Network}}
"""


@rule(
    id="E9301",
    title="An identifier denotes the kind of resource that is wanted",
    reason=(
        "A VPC id where a subnet is wanted, or the ARN of a queue for a role, is a text like any other to "
        "CloudFormation. The service refuses it when the resource's turn comes, in the last of many stacks."
    ),
    source="https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html",
    good={"root.yaml": _ROOT.format(output="VpcId"), "network.yaml": _NETWORK, "balancer.yaml": _BALANCER},
    bad={"root.yaml": _ROOT.format(output="GroupId"), "network.yaml": _NETWORK, "balancer.yaml": _BALANCER},
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare each reference, wherever it comes from, with what its property takes."""
    for resource in tree.resources():
        for path, value, wanted in handed_over(resource):
            if not isinstance(value, Reference) or not wanted.types:
                continue
            found = given(value)
            leaf = next((key for key in reversed(path) if isinstance(key, str)), "")
            if found and found.type and found.type not in wanted.types and value.attribute != leaf:
                listed = ", ".join(sorted(wanted.types))
                message = f"{value} identifies a resource of type {found.type}; {listed} is wanted"
                yield Hit(resource, ("Properties", *path), message, "Hand over the right resource.")
