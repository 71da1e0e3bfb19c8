"""Caches that talk in the clear."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Tree, as_bool

_TEMPLATE = """
Resources:
  Cache:
    Type: AWS::ElastiCache::ReplicationGroup
    Properties: {{ReplicationGroupDescription: cache, Engine: redis, TransitEncryptionEnabled: {encrypted}}}
"""


@rule(
    id="W9611",
    title="A cache speaks TLS",
    reason="What clients send to a cache, passwords included, can be read on the network. Security Hub: ElastiCache.5.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/elasticache-controls.html",
    good=_TEMPLATE.format(encrypted="true"),
    bad=_TEMPLATE.format(encrypted="false"),
    profile="production",
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at the switch of each replication group, which is off by default."""
    for cache in tree.resources("AWS::ElastiCache::ReplicationGroup"):
        given = cache.get("TransitEncryptionEnabled")
        if given is None or as_bool(tree.literal(given)) is False:
            message = "clients talk to it in the clear"
            yield Hit(cache, "TransitEncryptionEnabled", message, "Write TransitEncryptionEnabled: true.")
