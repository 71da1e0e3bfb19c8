"""Resources that are named by text only, so that nothing waits for them."""

from __future__ import annotations

from collections.abc import Iterator

from gate import schemas
from gate.identifiers import handed_over
from gate.ordering import before
from gate.rule import Hit, rule
from gate.tree import Resource, Tree, references, show
from gate.tree.identity import name_property

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

_UNIQUE = (
    "AWS::ElastiCache::ParameterGroup",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::ElasticLoadBalancingV2::TargetGroup",
    "AWS::IAM::ManagedPolicy",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::SecretsManager::Secret",
)
"""Types whose names say which one is meant, though the registry identifies them by something else."""
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
            if named and named.condition and named is not resource and _unique(named) and not before(named, resource):
                message = f"{show(value)} names {named.path}, but does not make it wait for it"
                fix = f"Refer to {named.id}, or add it to DependsOn."
                yield Hit(resource, ("Properties", *path), message, fix)


def _unique(named: Resource) -> bool:
    """Tell whether the name of a resource is its own in the whole account, not just within an API or a cluster."""
    schema = schemas.schema(named.type)
    return named.type in _UNIQUE or bool(schema and schema.primary_identifier == (name_property(named.type),))
