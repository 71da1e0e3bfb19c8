"""Imports of what the same tree exports, but later."""

from __future__ import annotations

from collections.abc import Iterator

from gate.ordering import before
from gate.rule import Hit, rule
from gate.tree import Path, Raw, Resource, Stack, Tree

_ROOT = """
Resources:
  Network: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: network.yaml}}}}
  Web:
    Type: AWS::CloudFormation::Stack
    {waits}
    Properties: {{TemplateURL: web.yaml}}
"""
_NETWORK = """
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
Outputs:
  Vpc: {Value: !Ref Vpc, Export: {Name: films-vpc}}
"""
_WEB = """
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: web, VpcId: !ImportValue films-vpc}
"""


@rule(
    id="E9310",
    title="An export is there before it is imported",
    reason=(
        "An export exists when its stack is complete, and an import is no reference: nothing makes the importing "
        "stack wait (No export named ... found). A stack cannot import from itself or from a stack around it."
    ),
    source=(
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-importvalue.html"
    ),
    good={"root.yaml": _ROOT.format(waits="DependsOn: Network"), "network.yaml": _NETWORK, "web.yaml": _WEB},
    bad={"root.yaml": _ROOT.format(waits=""), "network.yaml": _NETWORK, "web.yaml": _WEB},
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look for the exporter of each import in the tree, and at the order of the two."""
    exports = [
        (stack, stack.export_name(output))
        for stack in tree.stacks.values()
        for output in stack.template.section("Outputs")
        if stack.export_name(output) is not None
    ]
    for resource in tree.resources() if exports else ():
        for path, argument in _imports(dict(resource.raw), ()):
            name = resource.stack.piece((*resource.at, *path, "Fn::ImportValue"), argument)
            for exporter in (stack for stack, exported in exports if tree.same(exported, name)):
                if not _ready(exporter, resource):
                    message = f"the export {name} of {exporter.path} may not be there yet"
                    fix = "Let the importing stack depend on the exporting one, or pass the value as a parameter."
                    yield Hit(resource, path, message, fix)


def _ready(exporter: Stack, importer: Resource) -> bool:
    return exporter.resource is not None and before(exporter.resource, importer)


def _imports(raw: Raw, at: Path) -> Iterator[tuple[Path, Raw]]:
    if isinstance(raw, dict):
        for key, value in raw.items():
            if key == "Fn::ImportValue":
                yield at, value
            yield from _imports(value, (*at, key))
    elif isinstance(raw, list):
        for index, value in enumerate(raw):
            yield from _imports(value, (*at, index))
