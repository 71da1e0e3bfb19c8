"""Work queues without a dead-letter queue."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gate.completeness import complete
from gate.rule import Hit, rule
from gate.tree import Resource, Tree, text

_TEMPLATE = """
Resources:
  Jobs: {{Type: AWS::SQS::Queue{redrive}}}
  Failed: {{Type: AWS::SQS::Queue, Properties: {{RedriveAllowPolicy: {{redrivePermission: allowAll}}}}}}
"""
_FINAL = re.compile(r"dlq|dead|undeliver|poison|fail|error|reject|discard", re.IGNORECASE)


@rule(
    id="W9640",
    title="A queue hands on what cannot be processed",
    reason=(
        "A message that its consumer cannot process comes back until it expires, and takes the place of others. A "
        "dead-letter queue keeps it, and an alarm on that queue tells."
    ),
    source="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
    good=_TEMPLATE.format(
        redrive=", Properties: {RedrivePolicy: {maxReceiveCount: 5, deadLetterTargetArn: !GetAtt Failed.Arn}}"
    ),
    bad=_TEMPLATE.format(redrive=""),
    profile="production",
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at queues that are not themselves where messages end."""
    for queue in tree.resources("AWS::SQS::Queue") if complete(tree) else ():
        if queue.get("RedrivePolicy") is None and queue.get("RedriveAllowPolicy") is None and not _final(tree, queue):
            fix = "Add RedrivePolicy with deadLetterTargetArn and maxReceiveCount."
            yield Hit(queue, "RedrivePolicy", "it has no dead-letter queue", fix)


def _final(tree: Tree, queue: Resource) -> bool:
    """Tell whether a queue is where others send what they could not deliver, as a reference or its name says."""
    if _FINAL.search(queue.id) or _FINAL.search(text(tree.literal(queue.get("QueueName"))) or ""):
        return True
    words = ("deadletter", "onfailure", "redrive")
    return any(word in "".join(map(str, use.path)).lower() for use in tree.referrers(queue) for word in words)
