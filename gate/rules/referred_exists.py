"""A reference to a resource that these values switch off."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.structure import hits
from gate.tree import Tree

_TEMPLATE = """
Parameters:
  Wanted: {{Type: String, Default: "{wanted}"}}
Conditions:
  HasQueue: !Equals [!Ref Wanted, "yes"]
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Condition: HasQueue
  Topic: {{Type: AWS::SNS::Topic}}
Outputs:
  Arn: {{Value: !GetAtt Queue.Arn}}
"""


@rule(
    id="E9004",
    title="What is referred to exists under the same condition",
    reason=(
        "A resource whose condition is false does not exist; CloudFormation refuses the template if anything that "
        "does exist refers to it."
    ),
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html",
    good=_TEMPLATE.format(wanted="yes"),
    bad=_TEMPLATE.format(wanted="no"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Report references to what is switched off."""
    yield from hits(tree, "inactive-reference")
