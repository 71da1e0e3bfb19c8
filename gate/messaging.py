"""Kinds of queues and topics."""

from __future__ import annotations

from gate.tree import Resource, Tree, as_bool


def is_fifo(tree: Tree, resource: Resource) -> bool | None:
    """Tell whether a queue or topic is FIFO; None if that is not known."""
    value = resource.get("FifoQueue" if resource.type == "AWS::SQS::Queue" else "FifoTopic")
    return False if value is None else as_bool(tree.literal(value))
