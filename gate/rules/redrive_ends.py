"""Dead-letter queues that hand messages round in a circle."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Resource, Tree, dig

_TEMPLATE = """
Resources:
  Jobs:
    Type: AWS::SQS::Queue
    Properties: {{RedrivePolicy: {{maxReceiveCount: 5, deadLetterTargetArn: !GetAtt Failed.Arn}}}}
  Failed:
    Type: AWS::SQS::Queue
    Properties: {{RedrivePolicy: {{maxReceiveCount: 5, deadLetterTargetArn: !GetAtt {target}.Arn}}}}
  Dead: {{Type: AWS::SQS::Queue}}
"""


@rule(
    id="E9575",
    title="Dead letters come to rest",
    reason="Queues that are each other's dead-letter queue pass a message that nobody can process on for ever.",
    source="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
    good=_TEMPLATE.format(target="Dead"),
    bad=_TEMPLATE.format(target="Jobs"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Follow the dead-letter queue of each queue until it ends, or comes back."""
    for queue in tree.resources("AWS::SQS::Queue"):
        seen, at = [queue], _next(tree, queue)
        while at and at not in seen:
            seen.append(at)
            at = _next(tree, at)
        if at is queue and len(seen) > 1:
            message = f"its dead letters come back to it by way of {', '.join(each.id for each in seen[1:])}"
            yield Hit(queue, "RedrivePolicy", message, "Let one of them end in a queue without RedrivePolicy.")


def _next(tree: Tree, queue: Resource) -> Resource | None:
    return tree.target(dig(queue.get("RedrivePolicy"), "deadLetterTargetArn"), "AWS::SQS::Queue")
