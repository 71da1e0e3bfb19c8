"""Queues that show a message again before its function is done."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Tree, as_int
from gate.workloads import FUNCTION

_TEMPLATE = """
Resources:
  Queue: {{Type: AWS::SQS::Queue, Properties: {{VisibilityTimeout: {hidden}}}}}
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Timeout: 60
      Runtime: python3.13
      Handler: index.handler
      Role: arn:aws:iam::123456789012:role/x
      Code: {{ZipFile: "def handler(event, context): pass"}}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {{EventSourceArn: !GetAtt Queue.Arn, FunctionName: !Ref Function}}
"""
_HIDDEN, _TIMEOUT = 30, 3


@rule(
    id="E9576",
    title="A message stays hidden while the function works on it",
    reason=(
        "Lambda refuses an event source whose queue has a shorter visibility timeout than the function's timeout "
        "(Queue visibility timeout: 30 seconds is less than Function timeout)."
    ),
    source="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html",
    good=_TEMPLATE.format(hidden=360),
    bad=_TEMPLATE.format(hidden=30),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare both timeouts, with their defaults of 30 and 3 seconds."""
    for mapping in tree.resources("AWS::Lambda::EventSourceMapping"):
        queue = tree.target(mapping.get("EventSourceArn"), "AWS::SQS::Queue")
        function = tree.target(mapping.get("FunctionName"), FUNCTION)
        if queue is None or function is None:
            continue
        given, works = queue.get("VisibilityTimeout"), function.get("Timeout")
        hidden = _HIDDEN if given is None else as_int(tree.literal(given))
        timeout = _TIMEOUT if works is None else as_int(tree.literal(works))
        if hidden is not None and timeout is not None and hidden < timeout:
            message = f"it hides a message for {hidden} s, but {function.path} may work on it for {timeout} s"
            yield Hit(queue, "VisibilityTimeout", message, f"Write {6 * timeout}, six times the function's timeout.")
