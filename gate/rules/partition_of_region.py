"""ARNs of another partition than the one that is deployed to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Text, Tree, walk

_TEMPLATE = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{{Effect: Allow, Action: sts:AssumeRole, Principal: {{Service: ecs-tasks.amazonaws.com}}}}]
      ManagedPolicyArns: [!Sub "arn:{partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"]
"""
_PARTITION = re.compile(r"(?<![\w-])arn:(aws[a-z-]*):[a-z0-9-]+:")


@rule(
    id="E9580",
    title="An ARN is of the partition that is deployed to",
    reason="Nothing of another partition (China, GovCloud...) can be named, used or allowed from this one.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html",
    good=_TEMPLATE.format(partition="${AWS::Partition}"),
    bad=_TEMPLATE.format(partition="aws-cn"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Read the partition of every ARN that is written out."""
    own = tree.context.partition
    for resource in tree.resources():
        if not resource.type.startswith("AWS::") or resource.type == "AWS::CloudFormation::Stack":
            continue
        for path, value in walk(resource.properties):
            texts = value.parts if isinstance(value, Text) else (value,)
            for text in texts:
                found = _PARTITION.search(text) if isinstance(text, str) else None
                if found and found[1] != own and "Description" not in path and "ZipFile" not in path:
                    message = f"it names the partition {found[1]}; {tree.context.region} is in {own}"
                    yield Hit(resource, path, message, "Write ${AWS::Partition} for the partition.")
