"""What exceeds CloudFormation's own quotas once values are in and all stacks are counted together."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Stack, Tree, as_text

_TEMPLATE = """
Parameters:
  Text: {{Type: String, Default: "{value}"}}
Resources:
  Parameter:
    Type: AWS::SSM::Parameter
    Properties: {{Type: String, Value: !Ref Text}}
"""
_VALUE_BYTES, _DESCRIPTION_BYTES, _NAME_LENGTH = 4096, 1024, 255
_RESOURCES, _DYNAMIC_REFERENCES = 2500, 60


@rule(
    id="E9020",
    title="A tree keeps to CloudFormation's quotas",
    reason="CloudFormation refuses a template, value or operation beyond a quota, and none of these can be raised.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html",
    good=_TEMPLATE.format(value="x" * 4096),
    bad=_TEMPLATE.format(value="x" * 4097),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Measure values, descriptions and names in each stack, and count the resources of all."""
    total = sum(1 for _ in tree.resources())
    if total > _RESOURCES:
        message = f"the tree has {total} resources; one operation on nested stacks takes {_RESOURCES}"
        yield Hit(tree.root, (), message, "Split the tree into several roots.")
    for stack in tree.stacks.values():
        yield from _texts(stack)
        count = stack.template.text.count("{{resolve:")
        if count > _DYNAMIC_REFERENCES:
            message = f"the template has {count} dynamic references; a stack takes {_DYNAMIC_REFERENCES}"
            yield Hit(stack, (), message, "Resolve each once, or split the template.")


def _texts(stack: Stack) -> Iterator[Hit]:
    for name in stack.parameter_names:
        size = _bytes(as_text(stack.given(name)))
        if size > _VALUE_BYTES:
            message = f"the value of {name} has {size} bytes; a parameter takes {_VALUE_BYTES}"
            yield Hit(stack, ("Parameters", name), message, "Split it over several parameters and join them.")
    size = _bytes(stack.template.body.get("Description"))
    if size > _DESCRIPTION_BYTES:
        message = f"the description has {size} bytes; a template takes {_DESCRIPTION_BYTES}"
        yield Hit(stack, ("Description",), message, "Shorten it.")
    for name, resource in stack.resources.items():
        if len(name) > _NAME_LENGTH:
            message = f"the logical id has {len(name)} characters; a resource takes {_NAME_LENGTH}"
            yield Hit(resource, (), message, "Shorten it.")


def _bytes(text: object) -> int:
    return len(text.encode("utf-8", "surrogatepass")) if isinstance(text, str) else 0
