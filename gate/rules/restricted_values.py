"""A resolved value, or a pair of values, that a service does not offer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gate.conformance import breaches
from gate.extensions import restricting, restrictions
from gate.places import each
from gate.rule import Hit, rule
from gate.tree import Tree, Value

_ROOT = """
Resources:
  Worker:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: child.yaml
      Parameters: {{Memory: "{memory}"}}
"""
_CHILD = """
Parameters:
  Memory: {Type: Number}
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      RequiresCompatibilities: [FARGATE]
      NetworkMode: awsvpc
      Cpu: 1024
      Memory: !Ref Memory
      ContainerDefinitions: [{Name: worker, Image: worker}]
"""


@rule(
    id="E9103",
    title="Every value is one that the service offers together with the others",
    reason=(
        "Some values are only offered in pairs (Fargate's CPU and memory), in a region (instance classes), with an "
        "engine (versions), or without another property. The service says so when the resource's turn comes; "
        "cfn-lint knows it, but not the values that arrive through parameters."
    ),
    source="https://github.com/aws-cloudformation/cfn-lint/tree/main/src/cfnlint/data/schemas/extensions",
    good={"root.yaml": _ROOT.format(memory=2048), "child.yaml": _CHILD},
    bad={"root.yaml": _ROOT.format(memory=1024), "child.yaml": _CHILD},
)
def check(tree: Tree) -> Iterator[Hit]:
    """Hold the evaluated properties against what cfn-lint's data restricts them to."""
    for resource in tree.resources():
        found = restrictions(resource.type)
        properties = _folded(resource.properties) if found else {}
        for restriction in found:
            allowed = restricting(restriction, tree.context.region)
            for place, value in each(properties, restriction.property):
                for path, message in breaches(allowed, value):
                    fix = f"Write what {resource.type} takes there (cfn-lint's {restriction.rule})."
                    yield Hit(resource, ("Properties", *place, *path), message, fix)


def _folded(properties: Mapping[str, Value]) -> dict[str, Value]:
    """Write the engine in lower case, as the data does: RDS reads it in any."""
    engine = properties.get("Engine")
    return {**properties, "Engine": engine.lower()} if isinstance(engine, str) else dict(properties)
