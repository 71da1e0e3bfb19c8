"""Backup and maintenance windows that overlap."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from gate.rule import Hit, rule
from gate.tree import Tree, as_text
from gate.windows import DAILY, WEEKLY, daily, weekly

_TEMPLATE = """
Resources:
  Cluster:
    Type: AWS::Neptune::DBCluster
    Properties:
      PreferredBackupWindow: "23:30-00:15"
      PreferredMaintenanceWindow: "{maintenance}"
"""


@rule(
    id="E9106",
    title="The backup window and the maintenance window do not overlap",
    reason="RDS, ElastiCache and their siblings refuse windows of one database that overlap on any day.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.BackupWindow.html",
    good=_TEMPLATE.format(maintenance="mon:00:15-mon:00:45"),
    bad=_TEMPLATE.format(maintenance="mon:00:00-mon:00:45"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the two windows of every resource that has both."""
    for resource in tree.resources():
        for one, other in product(DAILY, WEEKLY):
            backup, maintenance = as_text(resource.get(one)), as_text(resource.get(other))
            first, second = daily(backup or ""), weekly(maintenance or "")
            if first and second and first.overlaps(second):
                message = f"{backup} overlaps {other} {maintenance}"
                yield Hit(resource, one, message, "Let one begin when the other has ended.")
