"""A value that its parameter's declaration refuses."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.structure import hits
from gate.tree import Tree

_ROOT = """
Resources:
  Child:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: child.yaml
{more}"""
_GIVEN = "      Parameters: {{Delay: '{value}'}}"
_CHILD = """
Parameters:
  Delay: {Type: Number, MaxValue: 900}
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: {DelaySeconds: !Ref Delay}
"""


@rule(
    id="E9013",
    title="Every parameter value keeps to its declaration",
    reason=(
        "CloudFormation checks each value against its parameter's type, allowed values, pattern, length and range: "
        "for a nested stack, when its turn comes."
    ),
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html",
    good={"root.yaml": _ROOT.format(more=_GIVEN.format(value="900")), "child.yaml": _CHILD},
    bad={"root.yaml": _ROOT.format(more=_GIVEN.format(value="901")), "child.yaml": _CHILD},
)
def check(tree: Tree) -> Iterator[Hit]:
    """Report values that a declaration forbids."""
    yield from hits(tree, "parameter-type", "parameter-constraint")
