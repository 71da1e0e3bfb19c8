"""Environments of functions that are too large, and inline code without its handler."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Tree, as_text, text

_TEMPLATE = """
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: index.{handler}
      Role: arn:aws:iam::123456789012:role/function
      Code:
        ZipFile: |
          def rotate(event, context):
              return event
"""
_LIMIT = 4096


@rule(
    id="E9147",
    title="The environment of a function fits, and its inline code has the handler",
    reason=(
        "Lambda refuses variables of more than 4 KB together. Inline code without the function that the handler names "
        "is deployed, and every invocation fails (Runtime.HandlerNotFound)."
    ),
    source="https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html",
    good=_TEMPLATE.format(handler="rotate"),
    bad=_TEMPLATE.format(handler="handler"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Measure environments, and look for the handler in inline code."""
    for function in tree.resources("AWS::Lambda::Function"):
        variables = function.get("Environment.Variables")
        if isinstance(variables, dict):
            size = len(str({name: text(value) or "" for name, value in variables.items()}).encode())
            pure = sum(len(name) + len(as_text(value) or "") for name, value in variables.items())
            if min(size, pure) > _LIMIT:
                message = f"the variables have {pure} characters together; {_LIMIT} are taken"
                yield Hit(function, "Environment.Variables", message, "Keep large values in a parameter or secret.")
        code, handler = as_text(function.get("Code.ZipFile")), as_text(function.get("Handler"))
        named = re.fullmatch(r"index\.([A-Za-z_$][\w$]*)", handler or "")
        if code and named and not re.search(rf"(?<![\w$]){re.escape(named[1])}(?![\w$])", code):
            message = f"the code has no {named[1]}"
            yield Hit(function, "Handler", message, "Name a function of the code.")
