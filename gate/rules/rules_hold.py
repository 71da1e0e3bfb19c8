"""Parameter values that the template's own Rules section refuses."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.structure import hits
from gate.tree import Tree

_TEMPLATE = """
Parameters:
  Stage: {{Type: String, Default: {stage}}}
Rules:
  Stages:
    Assertions:
      - Assert: {{"Fn::Contains": [[dev, prod], !Ref Stage]}}
Resources:
  Queue: {{Type: AWS::SQS::Queue}}
"""


@rule(
    id="E9005",
    title="The template's own assertions hold",
    reason=(
        "CloudFormation evaluates the Rules section before it creates anything and refuses values that break an "
        "assertion."
    ),
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html",
    good=_TEMPLATE.format(stage="prod"),
    bad=_TEMPLATE.format(stage="test"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Report assertions that these values break."""
    yield from hits(tree, "failed-assertion")
