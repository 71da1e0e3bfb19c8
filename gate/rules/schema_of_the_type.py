"""A resolved value that the type's registry schema refuses."""

from __future__ import annotations

from collections.abc import Iterator

from gate.conformance import discreet, violations
from gate.rule import Hit, rule
from gate.schemas import schema
from gate.tree import Tree

_ROOT = """
Parameters:
  Shards: {{Type: String, Default: "{shards}"}}
Resources:
  Stream:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: child.yaml
      Parameters: {{Shards: !Ref Shards}}
"""
_CHILD = """
Parameters:
  Shards: {Type: String}
Resources:
  Ingest:
    Type: AWS::Kinesis::Stream
    Properties: {ShardCount: !Ref Shards}
"""


@rule(
    id="E9101",
    title="Every value keeps to the schema of its resource type",
    reason=(
        "CloudFormation validates a resource's properties against its registry schema when the resource's turn comes. "
        "A value that arrives through parameters and nested stacks is seen by no check of a single template."
    ),
    source="https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html",
    good={"root.yaml": _ROOT.format(shards="2"), "child.yaml": _CHILD},
    bad={"root.yaml": _ROOT.format(shards="two"), "child.yaml": _CHILD},
)
def check(tree: Tree) -> Iterator[Hit]:
    """Judge the evaluated properties of every resource."""
    for resource in tree.resources():
        declared = schema(resource.type, tree.context.region)
        if declared is None:
            continue
        for path, message in violations(declared, resource.properties):
            yield Hit(
                resource, ("Properties", *path), discreet(path, message), f"Write what {resource.type} takes there."
            )
