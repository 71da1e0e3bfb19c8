"""Resources, conditions or values that wait for each other."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.structure import hits
from gate.tree import Tree

_TEMPLATE = """
Resources:
  Queue:
    Type: AWS::SQS::Queue
    {depends}
  Topic:
    Type: AWS::SNS::Topic
    DependsOn: Queue
"""


@rule(
    id="E9003",
    title="Nothing depends on itself",
    reason=(
        "CloudFormation refuses a template whose resources depend on each other in a circle, since none of them can "
        "be first."
    ),
    source="https://repost.aws/knowledge-center/cloudformation-circular-dependency-errors",
    good=_TEMPLATE.format(depends="Properties: {DelaySeconds: 5}"),
    bad=_TEMPLATE.format(depends="DependsOn: Topic"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Report circles."""
    yield from hits(tree, "cycle")
