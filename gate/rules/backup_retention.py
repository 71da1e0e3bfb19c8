"""Databases whose backups are kept for less than a week."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.stateful import databases
from gate.tree import Tree, as_int

_TEMPLATE = """
Resources:
  Cluster:
    Type: AWS::RDS::DBCluster
    Properties:
      Engine: aurora-postgresql
      MasterUsername: admin1
      ManageMasterUserPassword: true
      {retention}
"""
_DAYS = 7


@rule(
    id="W9601",
    title="Backups of a database are kept for a week",
    reason=(
        "Without BackupRetentionPeriod a database keeps one day: what is destroyed on Friday night cannot be restored "
        "on Monday. Security Hub asks for seven days (RDS.11)."
    ),
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html",
    good=_TEMPLATE.format(retention="BackupRetentionPeriod: 7"),
    bad=_TEMPLATE.format(retention=""),
    profile="production",
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at the retention of clusters, and of instances that are neither a replica nor in a cluster."""
    for database in databases(tree):
        given = database.get("BackupRetentionPeriod")
        days = 1 if given is None else as_int(tree.literal(given))
        if days is not None and days < _DAYS:
            message = f"backups are kept for {days} day{'s' * (days != 1)}"
            yield Hit(database, "BackupRetentionPeriod", message, f"Write {_DAYS} to 35 days.")
