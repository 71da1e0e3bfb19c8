"""Environments of functions that are too large."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Tree, as_text

_TEMPLATE = """
Parameters:
  Films: {{Type: String, Default: "{films}"}}
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      Role: arn:aws:iam::123456789012:role/function
      Code: {{S3Bucket: films, S3Key: function.zip}}
      Environment: {{Variables: {{FILMS: !Ref Films}}}}
"""
_LIMIT = 4096


@rule(
    id="E9147",
    title="The environment of a function fits",
    reason="Lambda refuses environment variables of more than 4 KB together.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html",
    good=_TEMPLATE.format(films="casablanca"),
    bad=_TEMPLATE.format(films="casablanca," * 400),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Measure the names and literal values of each environment."""
    for function in tree.resources("AWS::Lambda::Function"):
        variables = function.get("Environment.Variables")
        if isinstance(variables, dict):
            size = sum(len(name) + len((as_text(value) or "").encode()) for name, value in variables.items())
            if size > _LIMIT:
                message = f"the variables have {size} bytes together; {_LIMIT} are taken"
                yield Hit(function, "Environment.Variables", message, "Keep large values in a parameter or secret.")
