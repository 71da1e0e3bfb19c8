"""How long a resource is expected to take."""

from __future__ import annotations

from kit.durations import AVERAGES, OTHERWISE, expected_seconds

WRITER = "AWS::RDS::DBInstance"


def test_the_table_says_what_creating_and_updating_take() -> None:
    assert expected_seconds(WRITER, "create") == AVERAGES[WRITER][0]
    assert expected_seconds(WRITER, "update") == AVERAGES[WRITER][1]


def test_a_type_that_is_not_in_the_table_takes_a_little() -> None:
    assert expected_seconds("AWS::Not::Known", "create") == OTHERWISE


def test_the_median_of_our_own_deployments_beats_the_table() -> None:
    recorded = {WRITER: {"create": [300, 900, 320]}}
    assert expected_seconds(WRITER, "create", recorded) == 320
    assert expected_seconds(WRITER, "update", recorded) == AVERAGES[WRITER][1]
    assert expected_seconds(WRITER, "create", {WRITER: {"create": []}}) == AVERAGES[WRITER][0]
