"""Which metrics are watched, by alarms, scaling policies and dashboards, and which of them AWS publishes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path as FilePath
from typing import Any

from gate.tree import Path, Resource, Text, Tree, Value, as_text, dig, items, unknown
from gate.tree.values import concat

ALARM, DASHBOARD = "AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard"
_SCALING = ("AWS::ApplicationAutoScaling::ScalingPolicy", "AWS::AutoScaling::ScalingPolicy")


@dataclass(frozen=True)
class Watched:
    """A metric that somebody watches; ``dimensions`` is None where they are not known."""

    place: Resource
    path: Path
    namespace: str
    name: str
    dimensions: Mapping[str, Value] | None


@dataclass(frozen=True)
class Published:
    """Metrics that a service publishes under the same sets of dimensions; ``sets`` None stands for any."""

    patterns: tuple[str, ...]
    sets: frozenset[frozenset[str]] | None

    def has(self, name: str) -> bool:
        """Tell whether a metric is one of them."""
        return any(name == pattern or fnmatchcase(name, pattern) for pattern in self.patterns)


@cache
def published() -> Mapping[str, tuple[Published, ...]]:
    """Return what services publish, by namespace, as gate/data/metrics.json lists it."""
    return {
        namespace: tuple(
            Published(
                tuple(" ".join(group["metrics"]).split()),
                frozenset(frozenset(names.split()) for names in group["dimensions"]) if "dimensions" in group else None,
            )
            for group in groups
        )
        for namespace, groups in _data()["published"].items()
    }


@cache
def namespaces() -> frozenset[str]:
    """Return the namespaces to which AWS services publish; all begin with ``AWS/``, which nobody else may use."""
    return frozenset(" ".join(_data()["namespaces"]).split())


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = json.loads((FilePath(__file__).parent / "data" / "metrics.json").read_text(encoding="utf-8"))
    return data


def watched(tree: Tree) -> Iterator[Watched]:
    """Yield every metric of a known name that an alarm, a scaling policy or a dashboard names."""
    for alarm in tree.resources(ALARM):
        yield from _named(tree, alarm, (), alarm.properties)
        yield from _queries(tree, alarm, ("Metrics",), alarm.get("Metrics"))
    for policy in tree.resources(*_SCALING):
        for kind in ("TargetTrackingScalingPolicyConfiguration", "TargetTrackingConfiguration"):
            path: Path = (kind, "CustomizedMetricSpecification")
            given = policy.get(path)
            yield from _named(tree, policy, path, given)
            yield from _queries(tree, policy, (*path, "Metrics"), dig(given, "Metrics"))
    for board in tree.resources(DASHBOARD):
        yield from _charts(tree, board)


def _queries(tree: Tree, place: Resource, path: Path, given: Value) -> Iterator[Watched]:
    for index, query in enumerate(items(given)):
        at: Path = (*path, index, "MetricStat", "Metric")
        yield from _named(tree, place, at, dig(query, "MetricStat.Metric"))


def _named(tree: Tree, place: Resource, path: Path, given: Value) -> Iterator[Watched]:
    if not isinstance(given, dict):
        return
    namespace, name = (as_text(tree.literal(given.get(key))) for key in ("Namespace", "MetricName"))
    if namespace and name:
        yield Watched(place, path, namespace, name, _dimensions(given.get("Dimensions")))


def _dimensions(given: Value) -> Mapping[str, Value] | None:
    if given is not None and not isinstance(given, list):
        return None
    found: dict[str, Value] = {}
    for item in given or []:
        name = as_text(dig(item, "Name"))
        if name is None:
            return None
        found[name] = dig(item, "Value")
    return found


# --- dashboards -------------------------------------------------------------------------------------------------------

_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}(\\d+){_CLOSE}")


def _charts(tree: Tree, board: Resource) -> Iterator[Watched]:
    """Yield the metrics of a dashboard whose body can be read.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
    """
    body = board.get("DashboardBody")
    parts = body.parts if isinstance(body, Text) else (body,)
    if unknown(body) or isinstance(body, list | dict | None):
        return
    text = "".join(part if isinstance(part, str) else f"{_OPEN}{place}{_CLOSE}" for place, part in enumerate(parts))
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return
    widgets = data.get("widgets") if isinstance(data, dict) else None
    for widget in widgets if isinstance(widgets, list) else []:
        before: list[Value] = []
        for line in _lines(widget):
            shown = [_restored(cell, parts) for cell in line if not isinstance(cell, dict)]
            before = _spelled_out(shown, before)
            texts = [as_text(tree.literal(cell)) for cell in before[:2]]
            names = [as_text(tree.literal(cell)) for cell in before[2::2]]
            if len(before) < 2 or None in texts or len(before) % 2:  # noqa: PLR2004 - namespace and name, then pairs
                continue
            dimensions = None if None in names else {str(n): v for n, v in zip(names, before[3::2], strict=True)}
            yield Watched(board, ("DashboardBody",), str(texts[0]), str(texts[1]), dimensions)


def _lines(widget: object) -> list[list[object]]:
    properties = widget.get("properties") if isinstance(widget, dict) else None
    metrics = properties.get("metrics") if isinstance(properties, dict) else None
    return [line for line in metrics if isinstance(line, list)] if isinstance(metrics, list) else []


def _restored(cell: object, parts: tuple[Value, ...]) -> Value:
    """Put back what stood in a text of the dashboard before it was read as JSON."""
    if not isinstance(cell, str):
        return str(cell)
    return concat(parts[int(piece)] if place % 2 else piece for place, piece in enumerate(_MARK.split(cell)))


def _spelled_out(line: list[Value], before: list[Value]) -> list[Value]:
    """Replace ``.`` by what stands above it, and a leading ``...`` by as much of the line above as is missing."""
    if line and line[0] == "...":
        line = [*before[: max(0, len(before) - len(line) + 1)], *line[1:]]
    return [before[place] if cell == "." and place < len(before) else cell for place, cell in enumerate(line)]
