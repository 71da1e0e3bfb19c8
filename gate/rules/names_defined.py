"""A reference to something that the template does not have."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.structure import hits
from gate.tree import Tree

_TEMPLATE = """
Resources:
  Queue: {{Type: AWS::SQS::Queue}}
Outputs:
  Arn: {{Value: !GetAtt {name}.Arn}}
"""


@rule(
    id="E9002",
    title="Every name that is used is defined",
    reason=(
        "CloudFormation refuses a template that refers to a resource, parameter, condition or mapping that it does "
        "not define; for a nested stack, after its siblings have been created."
    ),
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html",
    good=_TEMPLATE.format(name="Queue"),
    bad=_TEMPLATE.format(name="Queu"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Report names that nothing defines."""
    yield from hits(tree, "unresolved-reference", "undefined-condition", "undefined-mapping")
