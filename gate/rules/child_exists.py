"""A nested stack whose template is not there."""

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
_CHILD = """
Resources:
  Queue: {Type: AWS::SQS::Queue}
"""


@rule(
    id="E9010",
    title="The template of every nested stack exists",
    reason=(
        "`aws cloudformation package` stops at a TemplateURL whose file does not exist; in S3, the nested stack fails."
    ),
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stack.html",
    good={"root.yaml": _ROOT.format(more=""), "child.yaml": _CHILD},
    bad={"root.yaml": _ROOT.format(more=""), "kid.yaml": _CHILD},
)
def check(tree: Tree) -> Iterator[Hit]:
    """Report templates that are missing."""
    yield from hits(tree, "missing-child")
