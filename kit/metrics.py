"""Metrics as data: what an alarm watches is what a dashboard draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from troposphere import AWSHelperFn, Sub, cloudwatch

from kit.conditions import Switch
from kit.interface import pascal
from kit.text import as_json
from kit.values import TopicArn

PERIOD: Final = 60
"""Seconds that one number stands for; every service here reports by the minute."""

GRID: Final = 24
"""Columns of a dashboard.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""
HEADING_HEIGHT: Final = 2
GRAPH_HEIGHT: Final = 6


@dataclass(frozen=True)
class Metric:
    """What a service reports about one thing. A ``sparse`` one has no numbers while nothing happens."""

    namespace: str
    name: str
    dimensions: Mapping[str, AWSHelperFn | str]
    statistic: str = "Maximum"
    sparse: bool = False


@dataclass(frozen=True)
class Highest:
    """The highest of several metrics, one for each thing that exists under its condition, if it has one."""

    each: Sequence[tuple[Metric, Switch | None]]
    sparse: bool = False


@dataclass(frozen=True)
class Search:
    """Whatever metrics match an expression; for graphs only, as no alarm can search."""

    expression: str


@dataclass(frozen=True)
class Alarm:
    """What to watch: something is wrong, as it ``says``, if it was ``above`` for each of so many ``minutes``."""

    name: str
    of: Metric | Highest
    above: float | AWSHelperFn
    minutes: int
    says: str

    @property
    def title(self) -> str:
        """Name the resource: ``ingest-lag`` becomes ``IngestLag``."""
        return pascal(self.name.replace("-", "_"))


@dataclass(frozen=True)
class Graph:
    """One picture: lines by their labels, and the value at which it gets bad."""

    title: str
    lines: Mapping[str, Metric | Search]
    limit: float | None = None


@dataclass(frozen=True)
class Section:
    """What there is to see and to watch about one part of the platform."""

    heading: str
    graphs: Sequence[Graph]
    alarms: Sequence[Alarm]


def alarm(spec: Alarm, name: Sub, topic: TopicArn) -> cloudwatch.Alarm:
    """Make the alarm, which tells ``topic`` when it goes off and when it is over."""
    return cloudwatch.Alarm(
        spec.title,
        AlarmName=name,
        AlarmDescription=spec.says,
        ComparisonOperator="GreaterThanThreshold",
        Threshold=spec.above,
        EvaluationPeriods=spec.minutes,
        TreatMissingData="notBreaching" if spec.of.sparse else "missing",
        AlarmActions=[topic],
        OKActions=[topic],
        **_watched(spec.of),
    )


def dashboard(sections: Sequence[Section], alarms: Sequence[AWSHelperFn], **values: AWSHelperFn | str) -> Sub:
    """Write a dashboard: the state of every alarm, then a row of graphs for each section.

    ``values`` fill the placeholders in the expressions of searches.
    """
    return as_json({"widgets": list(_widgets(sections, alarms))}, **values)


def _watched(of: Metric | Highest) -> dict[str, Any]:
    if isinstance(of, Highest):
        expression = cloudwatch.MetricDataQuery(Id="highest", Expression="MAX(METRICS())", ReturnData=True)
        return {"Metrics": [expression, *(_query(place, *one) for place, one in enumerate(of.each, start=1))]}
    statistic = "ExtendedStatistic" if of.statistic.startswith("p") else "Statistic"
    return {
        "Namespace": of.namespace,
        "MetricName": of.name,
        "Dimensions": _dimensions(of),
        "Period": PERIOD,
        statistic: of.statistic,
    }


def _query(place: int, metric: Metric, exists: Switch | None) -> Any:  # noqa: ANN401 - a query, or a choice of it
    query = cloudwatch.MetricDataQuery(
        Id=f"m{place}",
        ReturnData=False,
        MetricStat=cloudwatch.MetricStat(
            Metric=cloudwatch.Metric(
                Namespace=metric.namespace, MetricName=metric.name, Dimensions=_dimensions(metric)
            ),
            Period=PERIOD,
            Stat=metric.statistic,
        ),
    )
    return exists.pick(query) if exists else query


def _dimensions(metric: Metric) -> list[cloudwatch.MetricDimension]:
    return [cloudwatch.MetricDimension(Name=name, Value=value) for name, value in metric.dimensions.items()]


def _widgets(sections: Sequence[Section], alarms: Sequence[AWSHelperFn]) -> Iterator[dict[str, Any]]:
    state = {"title": "Alarms", "alarms": list(alarms)}
    yield {"type": "alarm", **_box(0, 0, GRID, GRAPH_HEIGHT), "properties": state}
    y = GRAPH_HEIGHT
    for section in sections:
        heading = {"markdown": section.heading}
        yield {"type": "text", **_box(0, y, GRID, HEADING_HEIGHT), "properties": heading}
        y += HEADING_HEIGHT
        width = GRID // len(section.graphs)
        for place, graph in enumerate(section.graphs):
            yield {"type": "metric", **_box(place * width, y, width, GRAPH_HEIGHT), "properties": _drawn(graph)}
        y += GRAPH_HEIGHT


def _box(x: int, y: int, width: int, height: int) -> dict[str, int]:
    return {"x": x, "y": y, "width": width, "height": height}


def _drawn(graph: Graph) -> dict[str, Any]:
    limit = {} if graph.limit is None else {"annotations": {"horizontal": [{"value": graph.limit, "label": "alarm"}]}}
    return {
        "title": graph.title,
        "region": "${AWS::Region}",
        "view": "timeSeries",
        "period": PERIOD,
        "yAxis": {"left": {"min": 0}},
        "metrics": [_line(label, what) for label, what in graph.lines.items()],
        **limit,
    }


def _line(label: str, what: Metric | Search) -> list[Any]:
    if isinstance(what, Search):
        return [{"expression": what.expression, "label": label}]
    dimensions = [part for pair in what.dimensions.items() for part in pair]
    return [what.namespace, what.name, *dimensions, {"label": label, "stat": what.statistic}]
