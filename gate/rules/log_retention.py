"""Log groups that are kept for ever."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Tree

_TEMPLATE = """
Resources:
  Logs: {{Type: AWS::Logs::LogGroup, Properties: {{LogGroupName: /films/app{retention}}}}}
"""


@rule(
    id="W9651",
    title="Logs are kept for a time that somebody chose",
    reason="Without RetentionInDays logs never expire: personal data in them stays, and so does the bill.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
    good=_TEMPLATE.format(retention=", RetentionInDays: 90"),
    bad=_TEMPLATE.format(retention=""),
    profile="production",
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look for the retention of each log group."""
    for group in tree.resources("AWS::Logs::LogGroup"):
        delivery = group.get("LogGroupClass") == "DELIVERY"
        if group.get("RetentionInDays") is None and not delivery:
            yield Hit(group, "RetentionInDays", "its events never expire", "Write RetentionInDays, such as 90.")
