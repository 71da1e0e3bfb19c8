"""Functions whose handler is not in their code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Tree, as_text
from gate.workloads import FUNCTION

_TEMPLATE = """
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: {handler}
      Role: arn:aws:iam::123456789012:role/x
      Code:
        ZipFile: |
          def rotate(event, context):
              return None
"""


@rule(
    id="E9541",
    title="The handler of a function with inline code is in that code",
    reason=(
        "CloudFormation writes ZipFile to a file named index: the handler is index.name. Anything else fails at the "
        "first call (Unable to import module, or Handler missing on module)."
    ),
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html",
    good=_TEMPLATE.format(handler="index.rotate"),
    bad=_TEMPLATE.format(handler="index.handler"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look for the module and the name in the code."""
    for function in tree.resources(FUNCTION):
        handler = as_text(tree.literal(function.get("Handler")))
        code = function.get("Code.ZipFile")
        if handler is None or code is None or function.stack.template.opaque:
            continue
        module, _, name = handler.rpartition(".")
        if module != "index":
            message = f"inline code is the module index, but the handler is {handler}"
            yield Hit(function, "Handler", message, f"Write index.{name}.")
            continue
        text = as_text(code)
        runtime = as_text(tree.literal(function.get("Runtime"))) or ""
        readable = text and text.strip() and runtime.startswith(("python", "nodejs")) and "import *" not in text
        if readable and not re.search(rf"\b{re.escape(name)}\b", text or ""):
            yield Hit(function, "Handler", f"the code has no {name}", "Name a function of the code.")
