"""Databases that anybody with the permission can delete by mistake."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.stateful import databases
from gate.tree import Tree, as_bool

_TEMPLATE = """
Resources:
  Cluster:
    Type: AWS::RDS::DBCluster
    Properties:
      Engine: aurora-postgresql
      MasterUsername: admin1
      ManageMasterUserPassword: true
      DeletionProtection: {protected}
"""
_KEPT = {"Retain", "RetainExceptOnCreate"}


@rule(
    id="W9620",
    title="A database is protected from deletion",
    reason=(
        "Deletion protection refuses to delete a database until somebody switches it off, whoever asks: a person, a "
        "script or a stack. Security Hub: RDS.7, RDS.8, DocumentDB.5, Neptune.4, DynamoDB.6."
    ),
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html",
    good=_TEMPLATE.format(protected="true"),
    bad=_TEMPLATE.format(protected="false"),
    profile="production",
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at the switch of databases; a table may be kept by its DeletionPolicy instead."""
    for database in databases(tree):
        given = database.get("DeletionProtection")
        if given is None or as_bool(tree.literal(given)) is False:
            yield Hit(database, "DeletionProtection", "it can be deleted at once", "Write DeletionProtection: true.")
    for table in tree.resources("AWS::DynamoDB::Table"):
        given = table.get("DeletionProtectionEnabled")
        if table.deletion_policy not in _KEPT and (given is None or as_bool(tree.literal(given)) is False):
            message = "its items are lost when it, or its stack, is deleted"
            fix = "Write DeletionProtectionEnabled: true, or DeletionPolicy: Retain."
            yield Hit(table, "DeletionProtectionEnabled", message, fix)
