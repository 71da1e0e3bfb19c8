"""Dead-letter queues, and senders, that do not go with the kind of a queue."""

from __future__ import annotations

from collections.abc import Iterator

from gate.messaging import is_fifo
from gate.rule import Hit, rule
from gate.tree import Tree, as_text, items

_TEMPLATE = """
Resources:
  Failed: {{Type: AWS::SQS::Queue, Properties: {{{kind}}}}}
  Work:
    Type: AWS::SQS::Queue
    Properties:
      FifoQueue: true
      RedrivePolicy: {{deadLetterTargetArn: !GetAtt Failed.Arn, maxReceiveCount: 5}}
"""


@rule(
    id="E9270",
    title="A dead-letter queue is of the same kind as its source, and another queue",
    reason=(
        "SQS refuses a standard dead-letter queue for a FIFO queue and the other way round, and one that does not "
        "allow the source queue. A queue that is its own dead-letter queue keeps what it should get rid of."
    ),
    source="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
    good=_TEMPLATE.format(kind="FifoQueue: true"),
    bad=_TEMPLATE.format(kind=""),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare each queue with the queue of its redrive policy."""
    path = "RedrivePolicy.deadLetterTargetArn"
    for queue in tree.resources("AWS::SQS::Queue"):
        dead = tree.target(queue.get(path), "AWS::SQS::Queue")
        if dead is None:
            continue
        if dead is queue:
            yield Hit(queue, path, "the queue is its own dead-letter queue", "Name another queue.")
            continue
        own, other = is_fifo(tree, queue), is_fifo(tree, dead)
        if own is not None and other is not None and own != other:
            kinds = {True: "FIFO", False: "standard"}
            message = f"{dead.path} is a {kinds[other]} queue; the source is a {kinds[own]} queue"
            yield Hit(queue, path, message, f"Make both of the same kind (FifoQueue: {str(own).lower()}).")
        permission = as_text(tree.literal(dead.get("RedriveAllowPolicy.redrivePermission")))
        sources = items(dead.get("RedriveAllowPolicy.sourceQueueArns"))
        listed = [tree.target(source, "AWS::SQS::Queue") for source in sources]
        if permission == "denyAll" or (permission == "byQueue" and None not in listed and queue not in listed):
            message = f"the RedriveAllowPolicy of {dead.path} does not allow this queue"
            yield Hit(queue, path, message, f"Add the queue to sourceQueueArns of {dead.id}.")
