"""Maintenance, backup and snapshot windows of another form or length than the service takes."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Tree, as_text
from gate.windows import DAILY, DAY, WEEKLY, daily, weekly

_LONG = ("AWS::ElastiCache::", "AWS::MemoryDB::", "AWS::DAX::")
"""Their windows last an hour or more; those of the others half an hour."""
_OTHER_FORM = frozenset(
    {"AWS::Glue::Job", "AWS::ODB::CloudAutonomousVmCluster", "AWS::ODB::CloudExadataInfrastructure"}
    | {"AWS::WorkSpacesThinClient::Environment", "AWS::IoT::JobTemplate"}
)

_TEMPLATE = """
Parameters:
  Window: {{Type: String, Default: "{window}"}}
Resources:
  Cluster:
    Type: AWS::DocDB::DBCluster
    Properties: {{PreferredMaintenanceWindow: !Ref Window}}
"""


@rule(
    id="E9105",
    title="A maintenance, backup or snapshot window has the form and the length that the service takes",
    reason=(
        "RDS, ElastiCache and their siblings refuse a weekly window without days, a daily one with them, and windows "
        "that are too short."
    ),
    source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html",
    good=_TEMPLATE.format(window="sun:23:45-mon:00:30"),
    bad=_TEMPLATE.format(window="23:45-00:30"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Read every window."""
    for resource in tree.resources():
        if resource.type in _OTHER_FORM:
            continue
        least = 60 if resource.type.startswith(_LONG) else 30
        for name in (*WEEKLY, *DAILY):
            text = as_text(resource.get(name))
            if text is None:
                continue
            read, form = (weekly, "sun:04:00-sun:05:00") if name in WEEKLY else (daily, "03:00-04:00")
            window = read(text)
            if window is None:
                message = f"{text!r} is no window of a {'week' if name in WEEKLY else 'day'}"
                yield Hit(resource, name, message, f"Write it like {form}, in UTC.")
            elif not least <= window.length < DAY:
                message = f"{text} lasts {window.length} minutes; {least} or more are needed, and less than a day"
                yield Hit(resource, name, message, "Let it end later or earlier.")
