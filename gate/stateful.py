"""Databases, as far as posture is concerned."""

from __future__ import annotations

from collections.abc import Iterator

from gate.tree import Resource, Tree

CLUSTERS = ("AWS::RDS::DBCluster", "AWS::DocDB::DBCluster", "AWS::Neptune::DBCluster")
INSTANCE = "AWS::RDS::DBInstance"
_COPIES = ("SourceDBInstanceIdentifier", "SourceDBClusterIdentifier", "ReplicationSourceIdentifier")


def databases(tree: Tree) -> Iterator[Resource]:
    """Yield clusters and instances that decide on their own storage: no replicas, no instances of a cluster."""
    for database in tree.resources(*CLUSTERS, INSTANCE):
        if all(database.get(name) is None for name in _COPIES) and not (
            database.type == INSTANCE and database.get("DBClusterIdentifier") is not None
        ):
            yield database
