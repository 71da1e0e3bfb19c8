from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from gate.tree import Resource, Tree, Value, as_number
from templates.database import CONNECTIONS
from tests.templates.conftest import Evaluate
from tests.templates.rendering import properties, rendered, resources

MINOR = {"CacheEvictions", "DeadLetters", "FirewallBlocks", "RotationFailed"}


def alarm(tree: Tree, title: str) -> Resource:
    found = tree.resource(f"root/Monitoring.{title}")
    assert found is not None
    return found


def watched(made: Resource) -> tuple[str, str, str, dict[str, str]]:
    """Give namespace, metric, statistic and dimensions of an alarm on one metric."""
    dimensions = made.get("Dimensions")
    assert isinstance(dimensions, list)
    pairs = {str(each["Name"]): str(each["Value"]) for each in dimensions if isinstance(each, dict)}
    statistic = str(made.get("Statistic") or made.get("ExtendedStatistic"))
    return str(made.get("Namespace")), str(made.get("MetricName")), statistic, pairs


INGEST, ANALYTICS = ({"StreamName": f"${{root/Streaming.{stream}}}"} for stream in ("Ingest", "Analytics"))
WORKERS = {"ClusterName": "${root/Compute.Cluster}", "ServiceName": "${root/Compute.Service.Name}"}
CLUSTER = {"DBClusterIdentifier": "${root/Database.Cluster}"}
STAGE = {"ApiName": "streamflix-api-test", "Stage": "${root/Api.Stage}"}
FIREWALL = {"WebACL": "streamflix-api-test", "Region": "eu-west-2", "Rule": "ALL"}


@pytest.mark.parametrize(
    ("title", "namespace", "metric", "statistic", "dimensions", "above"),
    [
        ("IngestLag", "AWS/Kinesis", "GetRecords.IteratorAgeMilliseconds", "Maximum", INGEST, 60_000),
        ("AnalyticsLag", "AWS/Kinesis", "GetRecords.IteratorAgeMilliseconds", "Maximum", ANALYTICS, 60_000),
        ("IngestThrottled", "AWS/Kinesis", "WriteProvisionedThroughputExceeded", "Sum", INGEST, 0),
        ("AnalyticsThrottled", "AWS/Kinesis", "WriteProvisionedThroughputExceeded", "Sum", ANALYTICS, 0),
        ("WorkerCpu", "AWS/ECS", "CPUUtilization", "Average", WORKERS, 80),
        ("WorkerMemory", "AWS/ECS", "MemoryUtilization", "Average", WORKERS, 80),
        ("DatabaseCpu", "AWS/RDS", "CPUUtilization", "Maximum", CLUSTER, 80),
        ("DatabaseCapacity", "AWS/RDS", "ACUUtilization", "Maximum", CLUSTER, 90),
        ("DatabaseConnections", "AWS/RDS", "DatabaseConnections", "Maximum", CLUSTER, 1600),
        ("FilesIoLimit", "AWS/EFS", "PercentIOLimit", "Maximum", {"FileSystemId": "${root/Storage.Files}"}, 95),
        (
            "DeadLetters",
            "AWS/SQS",
            "ApproximateNumberOfMessagesVisible",
            "Maximum",
            {"QueueName": "${root/Streaming.DeadLetters.QueueName}"},
            0,
        ),
        ("ApiErrors", "AWS/ApiGateway", "5XXError", "Average", STAGE, 0.05),
        ("ApiLatency", "AWS/ApiGateway", "Latency", "p99", STAGE, 3000),
        ("FirewallBlocks", "AWS/WAFV2", "BlockedRequests", "Sum", FIREWALL, 100),
        ("RotationFailed", "AWS/Lambda", "Errors", "Sum", {"FunctionName": "${root/Rotation.Function}"}, 0),
    ],
)
def test_promise_monitoring_integrated(
    platform: Evaluate,
    *,
    title: str,
    namespace: str,
    metric: str,
    statistic: str,
    dimensions: dict[str, str],
    above: float,
) -> None:
    made = alarm(platform(), title)
    assert watched(made) == (namespace, metric, statistic, dimensions)
    assert as_number(made.get("Threshold")) == above
    assert made.get("ComparisonOperator") == "GreaterThanThreshold"


def nodes(made: Resource) -> Iterator[tuple[str, str]]:
    """Give metric and node of everything that a cache alarm takes the highest of."""
    queries = made.get("Metrics")
    assert isinstance(queries, list)
    highest, *each = queries
    assert isinstance(highest, dict)
    assert highest["Expression"] == "MAX(METRICS())"
    assert highest["ReturnData"] is True
    for query in each:
        assert isinstance(query, dict)
        assert query["ReturnData"] is False
        metric = dig(query, "MetricStat", "Metric")
        yield str(metric["MetricName"]), str(dig(metric, "Dimensions")[0]["Value"])


def dig(node: Value, *path: str) -> Any:
    for key in path:
        assert isinstance(node, dict)
        node = node[key]
    return node


@pytest.mark.parametrize("count", [1, 2, 3, 6])
def test_every_node_of_the_cache_is_watched_and_none_that_does_not_exist(platform: Evaluate, count: int) -> None:
    tree = platform(CacheNodes=str(count))
    for title, metric in (
        ("CacheCpu", "EngineCPUUtilization"),
        ("CacheMemory", "DatabaseMemoryUsagePercentage"),
        ("CacheEvictions", "Evictions"),
    ):
        expected = [(metric, f"${{root/Cache.Group}}-{place:03}") for place in range(1, count + 1)]
        assert list(nodes(alarm(tree, title))) == expected


@pytest.mark.parametrize(
    ("minimum", "maximum", "connections"),
    [("0", "4", 658), ("0.5", "256", 1600), ("1", "16", 2688), ("2", "256", 4000)],
)
def test_the_database_is_short_of_connections_at_80_per_cent_of_what_its_capacity_allows(
    platform: Evaluate, minimum: str, maximum: str, connections: int
) -> None:
    tree = platform(MinCapacity=minimum, MaxCapacity=maximum)
    assert as_number(alarm(tree, "DatabaseConnections").get("Threshold")) == connections


def test_there_is_a_threshold_for_every_capacity_that_may_be_asked_for() -> None:
    allowed = rendered()["root"]["Parameters"]["MaxCapacity"]["AllowedValues"]
    assert set(rendered()["monitoring"]["Mappings"]["Connections"]) == {str(step) for step in allowed}
    assert list(CONNECTIONS.values()) == sorted(CONNECTIONS.values())


def test_silence_is_no_alarm_where_a_service_reports_only_what_happens() -> None:
    treated = {
        title: made["Properties"]["TreatMissingData"]
        for title, made in resources("monitoring", "AWS::CloudWatch::Alarm").items()
    }
    sparse = {title for title, how in treated.items() if how == "notBreaching"}
    assert sparse == {
        "ApiErrors",
        "ApiLatency",
        "FirewallBlocks",
        "IngestLag",
        "AnalyticsLag",
        "IngestThrottled",
        "AnalyticsThrottled",
        "DeadLetters",
        "RotationFailed",
    }
    assert {how for title, how in treated.items() if title not in sparse} == {"missing"}


def test_every_alarm_tells_the_topic_says_what_is_wrong_and_has_a_name_of_the_environment() -> None:
    alarms = resources("monitoring", "AWS::CloudWatch::Alarm") | resources(
        "monitoring", "AWS::CloudWatch::CompositeAlarm"
    )
    assert len(alarms) > 15
    for made in alarms.values():
        assert made["Properties"]["AlarmActions"] == made["Properties"]["OKActions"] == [{"Ref": "Alarms"}]
        assert len(made["Properties"]["AlarmDescription"].split()) > 3
        assert "${Environment}" in made["Properties"]["AlarmName"]["Fn::Sub"]


def test_one_alarm_says_that_the_platform_is_unhealthy() -> None:
    rule = properties("monitoring", "Unhealthy")["AlarmRule"]["Fn::Sub"]
    parts = rule.split(" OR ")
    serious = resources("monitoring", "AWS::CloudWatch::Alarm").keys() - MINOR
    assert sorted(parts) == sorted(f'ALARM("${{{title}}}")' for title in serious)
    assert resources("monitoring", "AWS::CloudWatch::Alarm").keys() >= MINOR


def test_the_topic_is_encrypted_and_takes_this_accounts_alarms_over_tls_only() -> None:
    assert properties("monitoring", "Alarms")["KmsMasterKeyId"] == {"Ref": "SecurityKeyArn"}
    policy = properties("monitoring", "AlarmsPolicy")
    assert policy["Topics"] == [{"Ref": "Alarms"}]
    statements = {statement["Sid"]: statement for statement in policy["PolicyDocument"]["Statement"]}
    publish = statements.pop("LetAlarmsPublish")
    assert publish["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert publish["Action"] == ["sns:Publish"]
    assert publish["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    deny = statements.pop("DenyInsecureTransport")
    assert deny["Effect"] == "Deny"
    assert deny["Action"] == ["sns:Publish"]
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert statements == {}


def test_mail_is_sent_only_to_an_address_that_was_given(platform: Evaluate) -> None:
    assert not list(platform().resources("AWS::SNS::Subscription"))
    (mail,) = platform(AlarmEmail="ops@example.com").resources("AWS::SNS::Subscription")
    assert mail.get("Endpoint") == "ops@example.com"
    assert mail.get("Protocol") == "email"


@pytest.fixture(scope="module")
def board() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(properties("monitoring", "Dashboard")["DashboardBody"]["Fn::Sub"])
    return found


def test_the_dashboard_shows_every_alarm_and_a_section_for_each_part(board: dict[str, Any]) -> None:
    shown = [arn for widget in board["widgets"] for arn in widget["properties"].get("alarms", [])]
    alarms = resources("monitoring", "AWS::CloudWatch::Alarm").keys() | {"Unhealthy"}
    assert sorted(shown) == sorted(f"${{{title}.Arn}}" for title in alarms)
    headings = [widget["properties"]["markdown"] for widget in board["widgets"] if widget["type"] == "text"]
    assert [heading.splitlines()[0] for heading in headings] == [
        "## API",
        "## Streaming",
        "## Workers",
        "## Database",
        "## Cache",
        "## Files",
        "## Secrets",
    ]


def test_the_dashboard_draws_every_metric_that_an_alarm_watches(board: dict[str, Any]) -> None:
    drawn = json.dumps([widget["properties"] for widget in board["widgets"] if widget["type"] == "metric"])
    for made in resources("monitoring", "AWS::CloudWatch::Alarm").values():
        queries = made["Properties"].get("Metrics", [])
        metric = queries[1]["MetricStat"]["Metric"] if queries else made["Properties"]
        assert metric["MetricName"] in drawn


def test_nothing_on_the_dashboard_overlaps_or_sticks_out(board: dict[str, Any]) -> None:
    taken = [
        (x, y)
        for widget in board["widgets"]
        for x in range(widget["x"], widget["x"] + widget["width"])
        for y in range(widget["y"], widget["y"] + widget["height"])
    ]
    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) == 23


def test_the_dashboard_looks_for_the_nodes_of_this_cache_only(board: dict[str, Any]) -> None:
    searches = [
        line["expression"]
        for widget in board["widgets"]
        for metric in widget["properties"].get("metrics", [])
        for line in metric
        if isinstance(line, dict) and "expression" in line
    ]
    assert len(searches) == 3
    for search in searches:
        assert search.count('"${CacheGroupId}-00') == 6


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("eu-west-2", "eu-west-2.console.aws.amazon.com"),
        ("cn-north-1", "cn-north-1.console.amazonaws.cn"),
        ("us-gov-west-1", "us-gov-west-1.console.amazonaws-us-gov.com"),
    ],
)
def test_the_dashboard_is_found_in_every_partition(platform: Evaluate, region: str, host: str) -> None:
    tree = platform(region=region)
    assert str(tree.stacks["root/Monitoring"].output("DashboardUrl")) == (
        f"https://{host}/cloudwatch/home?region={region}#dashboards/dashboard/${{root/Monitoring.Dashboard}}"
    )
