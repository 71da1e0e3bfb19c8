"""Parameters that take a password and show it to everybody."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.secrets import secret_property
from gate.tree import Raw, Stack, Tree

_TEMPLATE = """
Parameters:
  Password: {{Type: String{hidden}}}
Resources:
  Cluster:
    Type: AWS::RDS::DBCluster
    Properties: {{Engine: aurora-postgresql, MasterUsername: admin1, MasterUserPassword: !Ref Password}}
"""


@rule(
    id="W9662",
    title="A parameter that takes a password hides it, and has no default",
    reason="Without NoEcho the console, the API and every log of the deployment show the value; a default is public.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html",
    good=_TEMPLATE.format(hidden=", NoEcho: true"),
    bad=_TEMPLATE.format(hidden=""),
    profile="production",
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at parameters that properties for secrets refer to."""
    for stack in tree.stacks.values():
        for name in dict.fromkeys(_used(stack)):
            body = stack.template.section("Parameters").get(name)
            if not isinstance(body, dict) or str(body.get("Type", "")).startswith("AWS::SSM"):
                continue
            at = ("Parameters", name)
            if str(body.get("NoEcho", "")).lower() != "true":
                yield Hit(stack, at, f"{name} takes a password and shows it", "Write NoEcho: true.")
            if isinstance(body.get("Default"), str) and body["Default"] and "{{resolve:" not in str(body["Default"]):
                yield Hit(stack, (*at, "Default"), f"{name} has a password as its default", "Remove the default.")


def _used(stack: Stack) -> Iterator[str]:
    """Yield the parameters that stand alone as a secret property of a resource that is made."""
    for resource in stack.resources.values():
        if resource.type.startswith("AWS::") and resource.condition is not False:
            yield from _below(resource.raw.get("Properties"))


def _below(raw: Raw) -> Iterator[str]:
    if isinstance(raw, dict):
        for key, item in raw.items():
            if secret_property(key):
                yield from _refs(item)
            else:
                yield from _below(item)
    elif isinstance(raw, list):
        for item in raw:
            yield from _below(item)


def _refs(raw: Raw) -> Iterator[str]:
    if isinstance(raw, dict) and len(raw) == 1:
        name, argument = next(iter(raw.items()))
        if name == "Ref" and isinstance(argument, str):
            yield argument
        elif name == "Fn::If" and isinstance(argument, list):
            for branch in argument[1:]:
                yield from _refs(branch)
