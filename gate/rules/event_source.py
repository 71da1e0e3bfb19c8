"""Event sources whose settings do not go with the function or the source."""

from __future__ import annotations

from collections.abc import Iterator

from gate.messaging import is_fifo
from gate.rule import Hit, rule
from gate.tree import Reference, Resource, Tree, as_int

_TEMPLATE = """
Resources:
  Queue: {{Type: AWS::SQS::Queue, Properties: {{VisibilityTimeout: {seconds}}}}}
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Role: arn:aws:iam::123456789012:role/worker
      Runtime: python3.12
      Handler: index.handler
      Timeout: 60
      Code: {{ZipFile: "pass"}}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {{FunctionName: !Ref Function, EventSourceArn: !GetAtt Queue.Arn}}
"""
_STREAMS = ("AWS::Kinesis::Stream", "AWS::Kinesis::StreamConsumer", "AWS::DynamoDB::Table")
_DEFAULT_TIMEOUT, _DEFAULT_VISIBILITY = 3, 30


@rule(
    id="E9286",
    title="An event source goes with its function",
    reason=(
        "Lambda refuses a queue whose visibility timeout is shorter than the function's timeout, a stream without a "
        "starting position, a queue with one, the ARN of a table instead of its stream, and large batches from a "
        "FIFO queue or without a batching window."
    ),
    source="https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html",
    good=_TEMPLATE.format(seconds=360),
    bad=_TEMPLATE.format(seconds=30),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare each event source mapping with its source and its function."""
    for mapping in tree.resources("AWS::Lambda::EventSourceMapping"):
        source = tree.target(mapping.get("EventSourceArn"), "AWS::SQS::Queue", *_STREAMS)
        if source and source.type == "AWS::SQS::Queue":
            yield from _queue(tree, mapping, source)
        elif source:
            if mapping.get("StartingPosition") is None:
                message = f"a mapping of {source.type} has no StartingPosition"
                yield Hit(mapping, "StartingPosition", message, "Write LATEST or TRIM_HORIZON.")
            if source.type == "AWS::DynamoDB::Table" and _attribute(mapping) == "Arn":
                message = f"the ARN of the table {source.path} is given; that of its stream is wanted"
                yield Hit(mapping, "EventSourceArn", message, "Use the attribute StreamArn.")


def _attribute(mapping: Resource) -> str | None:
    value = mapping.get("EventSourceArn")
    return value.attribute if isinstance(value, Reference) else None


def _queue(tree: Tree, mapping: Resource, queue: Resource) -> Iterator[Hit]:
    function = tree.target(mapping.get("FunctionName"), "AWS::Lambda::Function")
    timeout = _seconds(tree, function, "Timeout", _DEFAULT_TIMEOUT) if function else None
    hidden = _seconds(tree, queue, "VisibilityTimeout", _DEFAULT_VISIBILITY)
    if function and timeout and hidden is not None and hidden < timeout:
        message = (
            f"VisibilityTimeout is {hidden} seconds, less than the Timeout of {function.path}, {timeout} seconds: a "
            "message would be delivered again while it is processed"
        )
        yield Hit(queue, "VisibilityTimeout", message, f"Write {6 * timeout}, six times the function's timeout.")
    if mapping.get("StartingPosition") is not None:
        yield Hit(mapping, "StartingPosition", "a queue has no StartingPosition", "Remove it.")
    size = as_int(tree.literal(mapping.get("BatchSize")))
    window = mapping.get("MaximumBatchingWindowInSeconds")
    if size and size > 10 and is_fifo(tree, queue):
        yield Hit(mapping, "BatchSize", f"BatchSize is {size}; a FIFO queue gives at most 10", "Write 10 or less.")
    elif size and size > 10 and (window is None or as_int(tree.literal(window)) == 0):
        message = f"a BatchSize of {size} needs a batching window"
        yield Hit(mapping, "BatchSize", message, "Write MaximumBatchingWindowInSeconds: 1, or a BatchSize up to 10.")


def _seconds(tree: Tree, resource: Resource, name: str, default: int) -> int | None:
    value = resource.get(name)
    return default if value is None else as_int(tree.literal(value))
