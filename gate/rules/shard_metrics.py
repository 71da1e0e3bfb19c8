"""Streams without metrics of their shards."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Tree

_TEMPLATE = """
Resources:
  Stream: {{Type: AWS::Kinesis::Stream, Properties: {{ShardCount: 2{metrics}}}}}
"""


@rule(
    id="W9650",
    title="A stream reports on its shards",
    reason=(
        "Limits hold for each shard. One hot shard throttles its writers while the stream as a whole looks idle: only "
        "metrics of shards show it."
    ),
    source="https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html",
    good=_TEMPLATE.format(metrics=", DesiredShardLevelMetrics: [IncomingBytes]"),
    bad=_TEMPLATE.format(metrics=""),
    profile="production",
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look for the metrics that each stream asks for."""
    for stream in tree.resources("AWS::Kinesis::Stream"):
        if stream.get("DesiredShardLevelMetrics") in (None, []):
            fix = "Add DesiredShardLevelMetrics, such as IncomingBytes, OutgoingBytes and IteratorAgeMilliseconds."
            yield Hit(stream, "DesiredShardLevelMetrics", "no metrics of its shards are published", fix)
