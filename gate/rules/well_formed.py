"""Sections, resources and functions of another shape than CloudFormation takes."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.structure import hits
from gate.tree import Tree

_TEMPLATE = """
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: {{QueueName: !Select [{index}, [first, second]]}}
"""


@rule(
    id="E9001",
    title="Sections, resources and functions have the shape that CloudFormation takes",
    reason=(
        "CloudFormation refuses a template with a malformed section, resource or function as a whole: for a nested "
        "stack, after its siblings have been created."
    ),
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html",
    good=_TEMPLATE.format(index=1),
    bad=_TEMPLATE.format(index=2),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Report what is malformed."""
    yield from hits(tree, "malformed", "invalid-function")
