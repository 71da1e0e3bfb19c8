"""A parameter without a value, or a value without a parameter."""

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
_GIVEN = "      Parameters: {{{name}: '5'}}"
_CHILD = """
Parameters:
  Delay: {Type: Number}
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: {DelaySeconds: !Ref Delay}
"""


@rule(
    id="E9012",
    title="Every parameter gets a value, and every value has its parameter",
    reason=(
        "CloudFormation refuses a stack if a parameter without a default gets no value, or if a value is given for "
        "a parameter that the template does not declare."
    ),
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html",
    good={"root.yaml": _ROOT.format(more=_GIVEN.format(name="Delay")), "child.yaml": _CHILD},
    bad={"root.yaml": _ROOT.format(more=_GIVEN.format(name="Wait")), "child.yaml": _CHILD},
)
def check(tree: Tree) -> Iterator[Hit]:
    """Report what is not given and what is given in vain."""
    yield from hits(tree, "missing-parameter", "extra-parameter")
