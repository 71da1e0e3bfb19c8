"""Data that goes when its resource is deleted or replaced."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.stateful import databases
from gate.tree import Tree

_TEMPLATE = """
Resources:
  Files:
    Type: AWS::EFS::FileSystem
    {policy}
    Properties: {{Encrypted: true}}
"""
_KEPT = {"Retain", "RetainExceptOnCreate", "Snapshot"}
_TYPES = ("AWS::EFS::FileSystem",)
_BY_DEFAULT = {"AWS::RDS::DBCluster", "AWS::RDS::DBInstance"}
"""Types that CloudFormation takes a snapshot of unless told otherwise."""


@rule(
    id="W9621",
    title="Data outlives its resource",
    reason=(
        "When a resource is removed from a template, or must be replaced, CloudFormation deletes it with everything "
        "in it, unless DeletionPolicy and UpdateReplacePolicy say Retain or Snapshot."
    ),
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html",
    good=_TEMPLATE.format(policy="DeletionPolicy: Retain"),
    bad=_TEMPLATE.format(policy=""),
    profile="production",
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at the policies of databases and file systems."""
    for resource in (*databases(tree), *tree.resources(*_TYPES)):
        given = resource.raw.get("DeletionPolicy")
        if given is None and resource.type not in _BY_DEFAULT:
            message = "its data is deleted with it"
            yield Hit(resource, ("DeletionPolicy",), message, "Write DeletionPolicy: Retain (or Snapshot).")
        for name, value in (
            ("DeletionPolicy", resource.deletion_policy),
            ("UpdateReplacePolicy", resource.update_replace_policy),
        ):
            if value is not None and value not in _KEPT:
                fix = f"Write {name}: Retain{' or Snapshot' * (resource.type not in _TYPES)}."
                yield Hit(resource, (name,), f"{name} is {value}: its data goes with it", fix)
