"""Lists, joined to one text, where one identifier is wanted."""

from __future__ import annotations

from collections.abc import Iterator

from gate.identifiers import handed_over
from gate.rule import Hit, rule
from gate.tree import Text, Tree, show

_TEMPLATE = """
Parameters:
  Subnets: {{Type: {type}, Default: "subnet-0123456789abcdef0,subnet-0123456789abcdef1"}}
Resources:
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {{Scheme: internal, Subnets: {subnets}}}
"""


@rule(
    id="E9307",
    title="One identifier is one identifier",
    reason=(
        "A parameter of type String keeps a joined list as one text with commas. Where a single id is wanted, or as "
        "the one item of a list, it denotes nothing."
    ),
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html",
    good=_TEMPLATE.format(type="CommaDelimitedList", subnets="!Ref Subnets"),
    bad=_TEMPLATE.format(type="String", subnets="[!Ref Subnets]"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look for commas in what stands where an identifier is wanted."""
    for resource in tree.resources():
        for path, value, wanted in handed_over(resource):
            parts = value.parts if isinstance(value, Text) else (value,)
            if wanted.types and any("," in part for part in parts if isinstance(part, str)):
                message = f"{show(value)} is a list in one text; one identifier is wanted"
                fix = "Declare the parameter as a list type (CommaDelimitedList), or take one item by Fn::Select."
                yield Hit(resource, ("Properties", *path), message, fix)
