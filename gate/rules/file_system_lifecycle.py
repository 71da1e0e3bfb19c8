"""Lifecycle transitions of a file system in an order that EFS refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Resource, Tree, as_text, dig, items

_TEMPLATE = """
Parameters:
  Archive: {{Type: String, Default: {archive}}}
Resources:
  Media:
    Type: AWS::EFS::FileSystem
    Properties:
      ThroughputMode: elastic
      LifecyclePolicies:
        - TransitionToIA: AFTER_30_DAYS
        - TransitionToArchive: !Ref Archive
"""


@rule(
    id="E9121",
    title="Files go to the archive after they went to infrequent access, and each transition is given once",
    reason="EFS refuses a transition to Archive that is not later than the one to IA, and the same transition twice.",
    source="https://docs.aws.amazon.com/efs/latest/ug/API_PutLifecycleConfiguration.html",
    good=_TEMPLATE.format(archive="AFTER_90_DAYS"),
    bad=_TEMPLATE.format(archive="AFTER_14_DAYS"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the transitions of every file system."""
    for system in tree.resources("AWS::EFS::FileSystem"):
        policies = [policy for policy in items(system.get("LifecyclePolicies")) if isinstance(policy, dict)]
        names = [name for policy in policies for name in policy]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield Hit(system, "LifecyclePolicies", f"{name} is given {names.count(name)} times", "Give it once.")
        infrequent, archive = _days(system, "TransitionToIA"), _days(system, "TransitionToArchive")
        if infrequent is not None and archive is not None and archive <= infrequent:
            message = f"files go to Archive after {archive} days, and to IA after {infrequent}"
            yield Hit(system, "LifecyclePolicies", message, "Let TransitionToArchive be the later one.")


def _days(system: Resource, transition: str) -> int | None:
    policies = (dig(policy, transition) for policy in items(system.get("LifecyclePolicies")))
    found = [re.fullmatch(r"AFTER_(\d+)_DAYS?", as_text(value) or "") for value in policies]
    return next((int(match[1]) for match in found if match), None)
