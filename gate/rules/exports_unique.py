"""Two outputs that export the same name."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.structure import hits
from gate.tree import Tree

_TEMPLATE = """
Resources:
  Queue: {{Type: AWS::SQS::Queue}}
Outputs:
  Url: {{Value: !Ref Queue, Export: {{Name: queue-url}}}}
  Arn: {{Value: !GetAtt Queue.Arn, Export: {{Name: {name}}}}}
"""


@rule(
    id="E9014",
    title="No two outputs export the same name",
    reason=("Export names are unique in an account and region: the second stack fails at the end of its creation."),
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html",
    good=_TEMPLATE.format(name="queue-arn"),
    bad=_TEMPLATE.format(name="queue-url"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Report names that are exported twice."""
    yield from hits(tree, "duplicate-export")
