"""Capacity ranges that a serverless cluster does not take."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from gate.rule import Hit, rule
from gate.tree import Resource, Tree, as_number, as_text, dig

_RANGES = {
    "AWS::RDS::DBCluster": ("ServerlessV2ScalingConfiguration", 0, 1, 256),
    "AWS::DocDB::DBCluster": ("ServerlessV2ScalingConfiguration", 0.5, 1, 256),
    "AWS::Neptune::DBCluster": ("ServerlessScalingConfiguration", 1, 2.5, 128),
}
"""Where a type has its range; the least minimum, the least maximum and the greatest of both."""
_PAUSING: Final[dict[str, dict[int, tuple[int, int]]]] = {
    "aurora-postgresql": {13: (13, 15), 14: (14, 12), 15: (15, 7), 16: (16, 3)},
    "aurora-mysql": {2: (3, 0), 3: (3, 8)},
}
"""The first version of each major one that scales to 0 (Aurora user guide, Aurora Serverless v2 capacity, 2026-11)."""

_TEMPLATE = """
Parameters:
  Least: {{Type: Number, Default: {least}}}
Resources:
  Cluster:
    Type: AWS::RDS::DBCluster
    Properties:
      Engine: aurora-postgresql
      EngineVersion: "16.6"
      ServerlessV2ScalingConfiguration: {{MinCapacity: !Ref Least, MaxCapacity: 8}}
"""


@rule(
    id="E9108",
    title="A serverless cluster has a capacity range that it can scale in",
    reason=(
        "Aurora, DocumentDB and Neptune refuse half a range, capacities that are no half steps, a minimum above the "
        "maximum, and a pause that the engine version does not know or that is never reached."
    ),
    source="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html",
    good=_TEMPLATE.format(least=0.5),
    bad=_TEMPLATE.format(least=0.7),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Judge the range of every serverless cluster."""
    for cluster in tree.resources(*_RANGES):
        place, least, lowest, most = _RANGES[cluster.type]
        scaling = cluster.get(place)
        if not isinstance(scaling, dict):
            continue
        given = [name for name in ("MinCapacity", "MaxCapacity") if scaling.get(name) is not None]
        if len(given) == 1:
            yield Hit(cluster, place, f"only {given[0]} is given", "Give MinCapacity and MaxCapacity.")
        low, high = as_number(dig(scaling, "MinCapacity")), as_number(dig(scaling, "MaxCapacity"))
        for name, capacity, smallest in (("MinCapacity", low, least), ("MaxCapacity", high, lowest)):
            if capacity is not None and not (smallest <= capacity <= most and (capacity * 2).is_integer()):
                message = f"{capacity:g} is no capacity from {smallest:g} to {most} in steps of 0.5"
                yield Hit(cluster, f"{place}.{name}", message, "Give a capacity that the service offers.")
        if low is not None and high is not None and low > high:
            yield Hit(cluster, f"{place}.MinCapacity", f"{low:g} is more than the maximum of {high:g}", "Swap them.")
        yield from _pause(cluster, place, low)


def _pause(cluster: Resource, place: str, low: float | None) -> Iterator[Hit]:
    seconds = as_number(cluster.get(f"{place}.SecondsUntilAutoPause"))
    if seconds is not None and not 300 <= seconds <= 86400:
        message = f"{seconds:g} seconds until the pause; 300 to 86400 are taken"
        yield Hit(cluster, f"{place}.SecondsUntilAutoPause", message, "Give 300 to 86400 seconds.")
    if low == 0 and _pauses(cluster) is False:
        engine, version = as_text(cluster.get("Engine")), as_text(cluster.get("EngineVersion"))
        message = f"{engine} {version} cannot scale to 0"
        yield Hit(cluster, f"{place}.MinCapacity", message, "Take a later version, or 0.5 or more.")


def _pauses(cluster: Resource) -> bool | None:
    """Tell whether an engine version scales to 0; None if that is not known."""
    engine, version = as_text(cluster.get("Engine")), as_text(cluster.get("EngineVersion"))
    numbers = re.findall(r"\d+", (version or "").rpartition("mysql_aurora.")[2])
    first = _PAUSING.get(engine or "")
    if first is None or len(numbers) < 2:
        return None
    major, minor = int(numbers[0]), int(numbers[1])
    since = first.get(major, (major, 0) if major > max(first) else (major + 1, 0))
    return (major, minor) >= since
