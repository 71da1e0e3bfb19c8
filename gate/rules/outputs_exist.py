"""An output that the nested stack does not have."""

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
_READ = """
Outputs:
  Url: {Value: !GetAtt Child.Outputs.Url}
"""
_CHILD = """
Resources:
  Queue: {{Type: AWS::SQS::Queue}}
Outputs:
  {name}: {{Value: !Ref Queue}}
"""


@rule(
    id="E9011",
    title="Every output that is read exists",
    reason=(
        "A parent that reads an output which its nested stack does not have fails after the whole nested stack has "
        "been created."
    ),
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getatt.html",
    good={"root.yaml": _ROOT.format(more=_READ), "child.yaml": _CHILD.format(name="Url")},
    bad={"root.yaml": _ROOT.format(more=_READ), "child.yaml": _CHILD.format(name="QueueUrl")},
)
def check(tree: Tree) -> Iterator[Hit]:
    """Report outputs that are read and missing."""
    yield from hits(tree, "missing-output")
