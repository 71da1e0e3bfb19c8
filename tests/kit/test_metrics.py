from __future__ import annotations

import json
from typing import Any

import pytest
from troposphere import GetAtt, Ref, encode_to_dict

from kit.conditions import Switch
from kit.metrics import GRID, Alarm, Graph, Highest, Metric, Search, Section, alarm, dashboard
from kit.text import sub
from kit.values import Arn, TopicArn

LAG = Metric("AWS/Kinesis", "Lag", {"StreamName": Ref("Stream")}, "p99", sparse=True)
LOAD = Metric("AWS/ECS", "Load", {"ClusterName": Ref("Cluster"), "ServiceName": "worker"})


def made(spec: Alarm) -> dict[str, Any]:
    """Render an alarm."""
    found: dict[str, Any] = encode_to_dict(alarm(spec, sub("name"), TopicArn(Arn(Ref("Topic")))))
    properties: dict[str, Any] = found["Properties"]
    return properties


def widgets(*sections: Section, **values: Ref) -> list[dict[str, Any]]:
    """Draw a dashboard and read its JSON again, with the placeholders where the references will be."""
    body = dashboard(sections, [GetAtt("Bad", "Arn")], **values).to_dict()["Fn::Sub"]
    found: list[dict[str, Any]] = json.loads(body)["widgets"]
    return found


def test_an_alarm_goes_off_when_its_metric_was_above_for_as_long_as_it_says() -> None:
    properties = made(Alarm("much-load", LOAD, 80, 10, "Too much load"))
    assert properties["ComparisonOperator"] == "GreaterThanThreshold"
    assert (properties["Threshold"], properties["EvaluationPeriods"], properties["Period"]) == (80, 10, 60)
    assert properties["Dimensions"] == [
        {"Name": "ClusterName", "Value": {"Ref": "Cluster"}},
        {"Name": "ServiceName", "Value": "worker"},
    ]
    assert properties["AlarmDescription"] == "Too much load"
    assert properties["AlarmActions"] == properties["OKActions"] == [{"Ref": "Topic"}]


def test_an_alarm_is_titled_after_its_name() -> None:
    assert Alarm("much-load", LOAD, 80, 10, "Too much load").title == "MuchLoad"


def test_a_percentile_is_an_extended_statistic() -> None:
    assert made(Alarm("lag", LAG, 1, 1, "Lag"))["ExtendedStatistic"] == "p99"
    assert "Statistic" not in made(Alarm("lag", LAG, 1, 1, "Lag"))
    assert made(Alarm("load", LOAD, 1, 1, "Load"))["Statistic"] == "Maximum"


@pytest.mark.parametrize(("metric", "treated"), [(LAG, "notBreaching"), (LOAD, "missing")])
def test_only_a_sparse_metric_may_fall_silent(metric: Metric, treated: str) -> None:
    assert made(Alarm("one", metric, 1, 1, "One"))["TreatMissingData"] == treated


def test_the_highest_is_taken_of_what_exists() -> None:
    properties = made(Alarm("any", Highest([(LOAD, None), (LAG, Switch("WithLag"))]), 1, 1, "Any"))
    highest, load, lag = properties["Metrics"]
    assert highest == {"Id": "highest", "Expression": "MAX(METRICS())", "ReturnData": True}
    assert load["MetricStat"]["Metric"]["MetricName"] == "Load"
    condition, query, nothing = lag["Fn::If"]
    assert condition == "WithLag"
    assert query["MetricStat"]["Metric"]["MetricName"] == "Lag"
    assert nothing == {"Ref": "AWS::NoValue"}
    assert load["ReturnData"] is query["ReturnData"] is False
    assert len({highest["Id"], load["Id"], query["Id"]}) == 3


def test_a_dashboard_starts_with_the_alarms_and_has_a_row_for_each_section() -> None:
    one = Section("## One", [Graph("Lag", {"lag": LAG}, limit=5), Graph("Load", {"load": LOAD})], [])
    two = Section("## Two", [Graph("Load", {"load": LOAD})], [])
    state, first, lag, load, second, wide = widgets(one, two)
    assert state["properties"]["alarms"] == ["${Bad.Arn}"]
    assert (first["properties"]["markdown"], second["properties"]["markdown"]) == ("## One", "## Two")
    assert lag["width"] == load["width"] == GRID // 2
    assert lag["y"] == load["y"] < second["y"] < wide["y"]
    assert wide["width"] == GRID


def test_a_graph_draws_its_lines_and_its_limit() -> None:
    section = Section("## One", [Graph("Both", {"a": LAG, "b": LOAD}, limit=5), Graph("Free", {"b": LOAD})], [])
    *_, both, free = widgets(section)
    assert both["properties"]["metrics"] == [
        ["AWS/Kinesis", "Lag", "StreamName", "${Stream}", {"label": "a", "stat": "p99"}],
        ["AWS/ECS", "Load", "ClusterName", "${Cluster}", "ServiceName", "worker", {"label": "b", "stat": "Maximum"}],
    ]
    assert both["properties"]["annotations"]["horizontal"][0]["value"] == 5
    assert "annotations" not in free["properties"]
    assert both["properties"]["region"] == "${AWS::Region}"


def test_a_search_is_filled_in() -> None:
    section = Section("## One", [Graph("Found", {"node": Search('SEARCH("${group}-1")')})], [])
    *_, found = widgets(section, group=Ref("Group"))
    assert found["properties"]["metrics"] == [[{"expression": 'SEARCH("${Group}-1")', "label": "node"}]]
