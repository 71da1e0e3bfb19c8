"""Runtimes with which no function can be created any more."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache

from gate.rule import Hit, rule
from gate.schemas import data_folder
from gate.tree import Tree, as_text

_TEMPLATE = """
Parameters:
  Runtime: {{Type: String, Default: {runtime}}}
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: !Ref Runtime
      Handler: index.handler
      Role: arn:aws:iam::123456789012:role/function
      Code: {{S3Bucket: films, S3Key: function.zip}}
"""


@rule(
    id="E9148",
    title="A function can be created with its runtime",
    reason="Lambda refuses to create functions with a runtime some months after the end of its support.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
    good=_TEMPLATE.format(runtime="python3.13"),
    bad=_TEMPLATE.format(runtime="python2.7"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look up when each runtime was closed, in cfn-lint's data."""
    today = datetime.now(UTC).date()
    for function in tree.resources("AWS::Lambda::Function"):
        runtime = as_text(function.get("Runtime"))
        life = _lives().get(runtime or "", {})
        closed = life.get("create-block")
        if closed and date.fromisoformat(closed) <= today:
            message = f"Lambda creates no functions for {runtime} since {closed}"
            yield Hit(function, "Runtime", message, f"Take {life.get('successor') or 'a runtime that is supported'}.")


@cache
def _lives() -> Mapping[str, Mapping[str, str | None]]:
    file = data_folder().parent / "AdditionalSpecs" / "LmbdRuntimeLifecycle.json"
    lives: Mapping[str, Mapping[str, str | None]] = json.loads(file.read_text(encoding="utf-8"))
    return lives
