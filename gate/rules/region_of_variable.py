"""Workloads that are told of resources here, and of another region."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Tree, as_text
from gate.workloads import entries, handed, workloads

_TEMPLATE = """
Resources:
  Stream: {{Type: AWS::Kinesis::Stream, Properties: {{ShardCount: 1}}}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - Name: app
          Image: app
          Environment: [{{Name: STREAM, Value: !Ref Stream}}, {{Name: AWS_REGION, Value: {region}}}]
"""
_NAMES = {"AWS_REGION", "AWS_DEFAULT_REGION", "REGION"}
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")


@rule(
    id="E9507",
    title="A workload calls AWS in the region of what it is told of",
    reason="The SDKs take the region from AWS_REGION: in another region the streams, queues and secrets do not exist.",
    source="https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html",
    good=_TEMPLATE.format(region="!Ref AWS::Region"),
    bad=_TEMPLATE.format(region="aq-south-1"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the region in the variables of each workload with that of the tree."""
    for workload in workloads(tree):
        for entry in entries(workload):
            region = as_text(entry.value)
            wrong = region and _REGION.fullmatch(region) and region != tree.context.region
            if entry.name in _NAMES and wrong and handed(tree, workload):
                message = f"{entry.name} is {region}, but what it is told of is in {tree.context.region}"
                yield Hit(workload, entry.path, message, "Write Ref of AWS::Region.")
