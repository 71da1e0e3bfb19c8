"""File systems and tables that nobody backs up."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Tree, as_bool, as_text, dig

_TEMPLATE = """
Resources:
  Files:
    Type: AWS::EFS::FileSystem
    Properties: {{Encrypted: true, BackupPolicy: {{Status: {status}}}}}
"""


@rule(
    id="W9602",
    title="File systems and tables are backed up",
    reason=(
        "A file that is overwritten or an item that is deleted by mistake can only come back from a backup. Security "
        "Hub: EFS.2, DynamoDB.2."
    ),
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/efs-controls.html",
    good=_TEMPLATE.format(status="ENABLED"),
    bad=_TEMPLATE.format(status="DISABLED"),
    profile="production",
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at file systems and tables in a tree without a backup plan of its own."""
    if next(tree.resources("AWS::Backup::BackupSelection"), None) is not None:
        return
    for system in tree.resources("AWS::EFS::FileSystem"):
        given = system.get("BackupPolicy.Status")
        if given is None or as_text(tree.literal(given)) == "DISABLED":
            yield Hit(system, "BackupPolicy", "nothing backs it up", "Write BackupPolicy: {Status: ENABLED}.")
    for table in tree.resources("AWS::DynamoDB::Table"):
        given = dig(table.get("PointInTimeRecoverySpecification"), "PointInTimeRecoveryEnabled")
        if given is None or as_bool(tree.literal(given)) is False:
            fix = "Write PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}."
            yield Hit(table, "PointInTimeRecoverySpecification", "it cannot be restored", fix)
