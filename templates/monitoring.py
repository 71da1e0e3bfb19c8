"""Monitoring tier: alarms, the topic that they notify, and a dashboard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from awacs.aws import PolicyDocument
from troposphere import AWSHelperFn, Equals, FindInMap, Or, Partition, Region, cloudwatch, sns

from kit import grants
from kit.conditions import Switch, is_given, switch
from kit.interface import interface, knob, out
from kit.metrics import Alarm, Graph, Highest, Metric, Search, Section, alarm, dashboard
from kit.scope import Scope
from kit.template import Template
from kit.text import sub
from kit.values import AlarmArn, Arn, KeyArn, Name, Number, Text, TopicArn, Url
from templates.api import Api
from templates.cache import MOST_NODES, Cache
from templates.cache import Knobs as CacheKnobs
from templates.compute import Compute
from templates.database import CONNECTIONS, CONNECTIONS_IF_SMALL, Database
from templates.database import Knobs as DatabaseKnobs
from templates.rotation import Rotation
from templates.security import Security
from templates.storage import Storage
from templates.streaming import Streaming

LAG_MS: Final = 60_000
"""Milliseconds that a record may wait in a stream."""
BUSY: Final = 80
"""Per cent of what there is, be it processor, memory or connections."""
FULL: Final = 90
"""Per cent of a database's largest capacity."""
IO_LIMIT: Final = 95
"""Per cent of what a general-purpose file system can do.

https://docs.aws.amazon.com/efs/latest/ug/accessing-metrics.html
"""
FAILED_SHARE: Final = 0.05
"""Of all requests."""
SLOW_MS: Final = 3_000
"""Milliseconds that the slowest hundredth of the requests may take."""
ATTACK: Final = 100
"""Requests that the firewall blocks in a minute."""

MINOR: Final = frozenset({"cache-evictions", "dead-letters", "firewall-blocks", "rotation-failed"})
"""Alarms that do not make the platform unhealthy: it copes with these by itself, or they wait for a person."""

CONSOLES: Final = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}
"""Where each partition has its console, after the region.

https://docs.aws.amazon.com/awsconsolehelpdocs/latest/gsg/select-region.html
"""


@interface
class Knobs:
    """What params/<env>.json may set."""

    alarm_email: Text = knob(
        "Address that alarms are sent to; empty for none. The address must confirm the subscription.",
        default="",
        AllowedPattern=r"^$|^[^@\s]+@[^@\s]+\.[^@\s]+$",
        ConstraintDescription="an e-mail address, or empty",
    )


@interface
class Monitoring:
    """What other tiers may use."""

    topic_arn: TopicArn = out("Topic that alarms notify.", root=True)
    unhealthy_alarm_arn: AlarmArn = out("Alarm that says that the platform is unhealthy.", root=True)
    dashboard_url: Url = out("Dashboard of the platform.", root=True)


def build(
    t: Template,
    scope: Scope,
    knobs: Knobs,
    *,
    security: Security,
    streaming: Streaming,
    storage: Storage,
    capacity: DatabaseKnobs,
    database: Database,
    nodes: CacheKnobs,
    cache: Cache,
    compute: Compute,
    api: Api,
    rotation: Rotation,
) -> Monitoring:
    """Add the topic, every alarm, one alarm over the serious ones, and the dashboard."""
    topic = _topic(t, scope, knobs, security.key_arn)
    sections = (
        _api(api),
        _streaming(streaming),
        _workers(compute),
        _database(database, _most_connections(t, capacity)),
        _cache(cache, _nodes(t, nodes.cache_nodes)),
        _files(storage),
        _secrets(rotation),
    )
    specs = [spec for section in sections for spec in section.alarms]
    alarms = [t.add_resource(alarm(spec, scope.name(spec.name), topic)) for spec in specs]
    serious = [made for spec, made in zip(specs, alarms, strict=True) if spec.name not in MINOR]
    unhealthy = _unhealthy(t, scope, topic, serious)
    board = t.add_resource(
        cloudwatch.Dashboard(
            "Dashboard",
            DashboardName=scope.name("platform-${AWS::Region}"),  # an account has each dashboard once
            DashboardBody=dashboard(
                sections, [made.get_att("Arn") for made in (unhealthy, *alarms)], group=cache.group_id
            ),
        )
    )
    return Monitoring(
        topic_arn=topic,
        unhealthy_alarm_arn=AlarmArn(Arn(unhealthy.get_att("Arn"))),
        dashboard_url=_url(t, board),
    )


def _topic(t: Template, scope: Scope, knobs: Knobs, key: KeyArn) -> TopicArn:
    topic = t.add_resource(sns.Topic("Alarms", TopicName=scope.name("alarms"), KmsMasterKeyId=key))
    arn = TopicArn(Arn(topic.ref()))
    t.add_resource(
        sns.TopicPolicy(
            "AlarmsPolicy",
            Topics=[arn],
            PolicyDocument=PolicyDocument(
                Version="2012-10-17",
                Statement=[
                    grants.let_alarms_publish(arn),
                    grants.deny_insecure_transport("sns", arn, action="Publish"),
                ],
            ),
        )
    )
    wanted = is_given(t, "WithEmail", knobs.alarm_email)
    t.add_resource(
        sns.SubscriptionResource(
            "Email", TopicArn=arn, Protocol="email", Endpoint=knobs.alarm_email, Condition=wanted.name
        )
    )
    return arn


def _unhealthy(
    t: Template, scope: Scope, topic: TopicArn, serious: Sequence[cloudwatch.Alarm]
) -> cloudwatch.CompositeAlarm:
    rule = " OR ".join(f'ALARM("${{{one.title}}}")' for one in serious)
    return t.add_resource(
        cloudwatch.CompositeAlarm(
            "Unhealthy",
            AlarmName=scope.name("unhealthy"),
            AlarmDescription="The platform is unhealthy: people who use it notice, or soon will",
            AlarmRule=sub(rule, **{str(one.title): one.ref() for one in serious}),
            AlarmActions=[topic],
            OKActions=[topic],
        )
    )


def _url(t: Template, board: cloudwatch.Dashboard) -> Url:
    t.add_mapping("Consoles", {partition: {"Host": host} for partition, host in CONSOLES.items()})
    return Url(
        sub(
            "https://${region}.${console}/cloudwatch/home?region=${region}#dashboards/dashboard/${name}",
            region=Region,
            console=FindInMap("Consoles", Partition, "Host"),
            name=board.ref(),
        )
    )


def _api(api: Api) -> Section:
    def metric(name: str, statistic: str) -> Metric:
        return Metric("AWS/ApiGateway", name, {"ApiName": api.name, "Stage": api.stage}, statistic, sparse=True)

    failed, slow = metric("5XXError", "Average"), metric("Latency", "p99")
    firewall: dict[str, AWSHelperFn | str] = {"WebACL": api.firewall_name, "Region": Region, "Rule": "ALL"}
    blocked = Metric("AWS/WAFV2", "BlockedRequests", firewall, "Sum", sparse=True)
    requests = {"all": metric("Count", "Sum"), "refused": metric("4XXError", "Sum"), "blocked": blocked}
    return Section(
        "## API\nWhat clients ask for, how much of it fails, how long it takes, and the service that answers.",
        graphs=(
            Graph("Requests per minute", requests),
            Graph("Share that fails", {"5xx": failed}, limit=FAILED_SHARE),
            Graph("Latency in ms", {"p50": metric("Latency", "p50"), "p99": slow}, limit=SLOW_MS),
            Graph("Content service in %", _service(api.cluster_name, api.service_name), limit=BUSY),
        ),
        alarms=(
            Alarm("api-errors", failed, FAILED_SHARE, 5, "One request in twenty fails: look at the content service"),
            Alarm("api-latency", slow, SLOW_MS, 5, "One request in a hundred takes over 3 s"),
            Alarm("firewall-blocks", blocked, ATTACK, 5, "The firewall blocks many requests: its log tells whose"),
        ),
    )


def _streaming(streaming: Streaming) -> Section:
    def of(stream: Name, name: str, statistic: str) -> Metric:
        return Metric("AWS/Kinesis", name, {"StreamName": stream}, statistic, sparse=True)

    streams = {"ingest": streaming.ingest_name, "analytics": streaming.analytics_name}
    lag = {label: of(stream, "GetRecords.IteratorAgeMilliseconds", "Maximum") for label, stream in streams.items()}
    put = {label: of(stream, "IncomingRecords", "Sum") for label, stream in streams.items()}
    throttled = {label: of(stream, "WriteProvisionedThroughputExceeded", "Sum") for label, stream in streams.items()}
    queue = {"QueueName": streaming.dead_letters_name}
    dead = Metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", queue, sparse=True)
    return Section(
        "## Streaming\nWhat is put in, how far the readers are behind, and what could not be processed.",
        graphs=(
            Graph("Records per minute", put),
            Graph("Lag in ms", lag, limit=LAG_MS),
            Graph("Throttled writes per minute", throttled, limit=0),
            Graph("Dead letters", {"messages": dead}, limit=0),
        ),
        alarms=(
            *(
                Alarm(f"{label}-lag", lag[label], LAG_MS, 5, f"Records wait over a minute in {label}: too few readers?")
                for label in streams
            ),
            *(
                Alarm(f"{label}-throttled", throttled[label], 0, 3, f"Writes to {label} are refused: add shards")
                for label in streams
            ),
            Alarm("dead-letters", dead, 0, 1, "A record could not be processed: read the dead-letter queue"),
        ),
    )


def _workers(compute: Compute) -> Section:
    use = _service(compute.cluster_name, compute.service_name)
    tasks = {
        label: Metric("ECS/ContainerInsights", name, use["CPU"].dimensions, "Average")
        for label, name in (("wanted", "DesiredTaskCount"), ("running", "RunningTaskCount"))
    }
    return Section(
        "## Workers\nThe tasks that process the streams; they scale with their load and with the lag.",
        graphs=(Graph("Tasks", tasks), Graph("Processor and memory in %", dict(use), limit=BUSY)),
        alarms=tuple(
            Alarm(f"worker-{label.lower()}", metric, BUSY, 10, f"Workers are short of {label}: is WorkerMax reached?")
            for label, metric in use.items()
        ),
    )


def _service(cluster: Name, service: Name) -> dict[str, Metric]:
    where = {"ClusterName": cluster, "ServiceName": service}
    return {
        "CPU": Metric("AWS/ECS", "CPUUtilization", where, "Average"),
        "memory": Metric("AWS/ECS", "MemoryUtilization", where, "Average"),
    }


def _most_connections(t: Template, capacity: DatabaseKnobs) -> AWSHelperFn:
    """Know from the capacity range when a database instance is short of connections."""
    t.add_mapping(
        "Connections",
        {
            str(step): {"Small": min(most, CONNECTIONS_IF_SMALL) * BUSY // 100, "Large": most * BUSY // 100}
            for step, most in CONNECTIONS.items()
        },
    )
    small = switch(t, "SmallMinimum", Or(Equals(capacity.min_capacity, "0"), Equals(capacity.min_capacity, "0.5")))
    return small.pick(*(FindInMap("Connections", capacity.max_capacity, size) for size in ("Small", "Large")))


def _database(database: Database, most_connections: AWSHelperFn) -> Section:
    def highest(name: str) -> Metric:
        return Metric("AWS/RDS", name, {"DBClusterIdentifier": database.cluster_id})

    cpu, used, connections = map(highest, ("CPUUtilization", "ACUUtilization", "DatabaseConnections"))
    return Section(
        "## Database\nThe busiest instance of the cluster, measured against the capacity that it may grow to.",
        graphs=(
            Graph("Processor in %", {"CPU": cpu}, limit=BUSY),
            Graph("Capacity in %", {"used": used}, limit=FULL),
            Graph("Connections", {"open": connections}),
        ),
        alarms=(
            Alarm("database-cpu", cpu, BUSY, 10, "A database instance is busy: look at its top statements"),
            Alarm("database-capacity", used, FULL, 15, "A database instance is at its largest: raise MaxCapacity"),
            Alarm(
                "database-connections",
                connections,
                most_connections,
                5,
                "An instance is short of connections: pool them",
            ),
        ),
    )


def _nodes(t: Template, count: Number) -> list[tuple[str, Switch | None]]:
    """Name the nodes of the cache, each with the condition under which it exists; the first always does."""
    named: list[tuple[str, Switch | None]] = [("001", None)]
    for place in range(2, MOST_NODES + 1):
        enough = [Equals(count, str(number)) for number in range(place, MOST_NODES + 1)]
        exists = switch(t, f"Node{place}", Or(*enough) if len(enough) > 1 else enough[0])
        named.append((f"{place:03}", exists))
    return named


def _cache(cache: Cache, nodes: Sequence[tuple[str, Switch | None]]) -> Section:
    def metric(name: str, node: str, statistic: str) -> Metric:
        id_ = sub(f"${{group}}-{node}", group=cache.group_id)
        return Metric("AWS/ElastiCache", name, {"CacheClusterId": id_}, statistic)

    def highest(name: str, statistic: str = "Maximum") -> Highest:
        return Highest([(metric(name, node, statistic), exists) for node, exists in nodes])

    def each(name: str, statistic: str = "Maximum") -> dict[str, Metric | Search]:
        ids = " OR ".join(f'"${{group}}-{node}"' for node, _ in nodes)
        where = f'{{AWS/ElastiCache,CacheClusterId}} MetricName="{name}" CacheClusterId=({ids})'
        return {"node": Search(f"SEARCH('{where}', '{statistic}')")}

    cpu, memory, evictions = "EngineCPUUtilization", "DatabaseMemoryUsagePercentage", "Evictions"
    return Section(
        "## Cache\nEvery node of the replication group.",
        graphs=(
            Graph("Engine processor in %", each(cpu), limit=BUSY),
            Graph("Memory in %", each(memory), limit=BUSY),
            Graph("Evictions per minute", each(evictions, "Sum"), limit=0),
        ),
        alarms=(
            Alarm("cache-cpu", highest(cpu), BUSY, 5, "A cache node is busy: look at the slow log"),
            Alarm("cache-memory", highest(memory), BUSY, 5, "A cache node is almost full: choose a larger node type"),
            Alarm("cache-evictions", highest(evictions, "Sum"), 0, 15, "The cache drops keys before they expire"),
        ),
    )


def _files(storage: Storage) -> Section:
    def metric(name: str, statistic: str = "Maximum") -> Metric:
        return Metric("AWS/EFS", name, {"FileSystemId": storage.file_system_id}, statistic)

    limit = metric("PercentIOLimit")
    return Section(
        "## Files\nThe shared file system for media.",
        graphs=(
            Graph("I/O limit in %", {"used": limit}, limit=IO_LIMIT),
            Graph("Bytes per minute", {"read and written": metric("TotalIOBytes", "Sum")}),
            Graph("Burst credits in bytes", {"left": metric("BurstCreditBalance", "Minimum")}),
        ),
        alarms=(Alarm("files-io-limit", limit, IO_LIMIT, 15, "The file system is at its limit: write larger pieces"),),
    )


def _secrets(rotation: Rotation) -> Section:
    def metric(name: str) -> Metric:
        return Metric("AWS/Lambda", name, {"FunctionName": rotation.function_name}, "Sum", sparse=True)

    failed = metric("Errors")
    return Section(
        "## Secrets\nThe rotation of the API's key: the old key stays valid until all of its steps are done.",
        graphs=(Graph("Rotation steps", {"done": metric("Invocations"), "failed": failed}),),
        alarms=(Alarm("rotation-failed", failed, 0, 1, "The API's key was not rotated: read the function's log"),),
    )
