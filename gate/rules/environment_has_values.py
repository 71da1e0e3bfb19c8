"""Environment variables whose value got lost on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gate.origins import written_here
from gate.rule import Hit, rule
from gate.tree import Text, Tree, as_text
from gate.workloads import entries, workloads

_TEMPLATE = """
Resources:
  Stream: {{Type: AWS::Kinesis::Stream, Properties: {{ShardCount: 1}}}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - {{Name: app, Image: app, Environment: [{{Name: STREAM_NAME, Value: {value}}}]}}
"""
_LOST = {"undefined", "null", "none", "nan", "[object object]", "todo", "changeme", "change-me", "fixme", "tbd"}
_NEEDED = re.compile(r"(^|_)(HOST|HOSTNAME|ENDPOINT|ADDRESS|PORT|ARN|QUEUE_URL|STREAM|STREAM_NAME|TABLE|TABLE_NAME)$")
_VARIABLE = re.compile(r"\$\{[A-Za-z][\w:.]*\}")


@rule(
    id="E9504",
    title="An environment variable has its value",
    reason=(
        "ECS and Lambda pass on what they are given: an empty text, the word undefined, or ${Name} that no Fn::Sub "
        "replaced. The program then connects to nothing."
    ),
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/taskdef-envfiles.html",
    good=_TEMPLATE.format(value="!Ref Stream"),
    bad=_TEMPLATE.format(value='"${Stream}"'),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look for placeholders, and for endpoints that a template leaves empty."""
    fix = "Write the value, by Ref, Fn::GetAtt or Fn::Sub; leave the variable out if it is not needed."
    for workload in workloads(tree):
        for entry in entries(workload):
            text = as_text(entry.value)
            if isinstance(entry.value, Text):
                text = "".join(part if isinstance(part, str) else "x" for part in entry.value.parts)
            if text is None:
                continue
            if text.strip().lower() in _LOST:
                yield Hit(workload, entry.path, f"{entry.name} is the word {text!r}", fix)
            elif found := _VARIABLE.search(text):
                yield Hit(workload, entry.path, f"{found[0]} in {entry.name} is replaced by nobody", fix)
            elif not text.strip() and _NEEDED.search(entry.name.upper()) and written_here(workload, entry.path):
                yield Hit(workload, entry.path, f"{entry.name} is empty", fix)
