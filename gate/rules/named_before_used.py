"""Resources that are named by text only, so that nothing waits for them."""

from __future__ import annotations

from collections.abc import Iterator

from gate.identifiers import handed_over
from gate.ordering import before
from gate.rule import Hit, rule
from gate.tree import Tree, references, show

_TEMPLATE = """
Resources:
  Logs: {{Type: AWS::Logs::LogGroup, Properties: {{LogGroupName: /films/web}}}}
  Filter:
    Type: AWS::Logs::MetricFilter
    Properties:
      LogGroupName: {group}
      FilterPattern: ERROR
      MetricTransformations: [{{MetricName: errors, MetricNamespace: films, MetricValue: "1"}}]
"""

_NEVER_LOOKED_UP = ("AWS::Logs::QueryDefinition",)
"""Types that take any name."""


@rule(
    id="E9240",
    title="What is named by text is created first",
    reason=(
        "CloudFormation orders resources by references. A name that is written out, or put together from parameters, "
        "is no reference: both are created at the same time, and the service does not find the one that is named."
    ),
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html",
    good=_TEMPLATE.format(group="!Ref Logs"),
    bad=_TEMPLATE.format(group="/films/web"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look up each identifier that is a text, and the order of its resource and the one that has it."""
    for resource in tree.resources():
        for path, value, wanted in handed_over(resource):
            if not wanted.types or references(value) or resource.type in _NEVER_LOOKED_UP:
                continue
            named = tree.target(value, *wanted.types)
            if named and named is not resource and named.condition and not before(named, resource):
                message = f"{show(value)} names {named.path}, but does not make it wait for it"
                fix = f"Refer to {named.id}, or add it to DependsOn."
                yield Hit(resource, ("Properties", *path), message, fix)
