"""Data that is stored in the clear."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.stateful import databases
from gate.tree import Resource, Tree, as_bool, as_text

_TEMPLATE = """
Resources:
  Files: {{Type: AWS::EFS::FileSystem, Properties: {{Encrypted: {encrypted}}}}}
"""
_SWITCHES = {
    "AWS::EFS::FileSystem": "Encrypted",
    "AWS::ElastiCache::ReplicationGroup": "AtRestEncryptionEnabled",
    "AWS::Redshift::Cluster": "Encrypted",
    "AWS::EC2::Volume": "Encrypted",
}
_KEPT = ("SnapshotIdentifier", "DBSnapshotIdentifier", "DBClusterSnapshotIdentifier", "GlobalClusterIdentifier")
"""What is restored, or belongs to a global database, is encrypted as its source is."""


@rule(
    id="W9610",
    title="Stored data is encrypted",
    reason=(
        "Databases, caches, file systems and streams store in the clear unless told otherwise, and most cannot be "
        "encrypted later without being replaced. Security Hub: RDS.3, RDS.27, EFS.1, ElastiCache.4, Kinesis.1, SQS.1."
    ),
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html",
    good=_TEMPLATE.format(encrypted="true"),
    bad=_TEMPLATE.format(encrypted="false"),
    profile="production",
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at the switch of each type."""
    for database in databases(tree):
        serverless = as_text(tree.literal(database.get("EngineMode"))) == "serverless"
        if not serverless and all(database.get(name) is None for name in _KEPT):
            yield from _switch(tree, database, "StorageEncrypted")
    for resource in tree.resources(*_SWITCHES):
        valkey = as_text(tree.literal(resource.get("Engine"))) == "valkey"
        if not (valkey and resource.get(_SWITCHES[resource.type]) is None) and resource.get("SnapshotId") is None:
            yield from _switch(tree, resource, _SWITCHES[resource.type])
    for stream in tree.resources("AWS::Kinesis::Stream"):
        if stream.get("StreamEncryption") is None:
            yield Hit(stream, "StreamEncryption", "records are stored in the clear", "Add StreamEncryption.")
    for queue in tree.resources("AWS::SQS::Queue"):
        off = as_bool(tree.literal(queue.get("SqsManagedSseEnabled"))) is False
        if off and queue.get("KmsMasterKeyId") is None:
            yield Hit(queue, "SqsManagedSseEnabled", "messages are stored in the clear", "Leave it out, or give a key.")


def _switch(tree: Tree, resource: Resource, name: str) -> Iterator[Hit]:
    given = resource.get(name)
    if given is None or as_bool(tree.literal(given)) is False:
        yield Hit(resource, name, "data is stored in the clear", f"Write {name}: true.")
