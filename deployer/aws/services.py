"""What other services know: why ECS stopped tasks, what the logs say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from deployer.aws.faults import translated
from deployer.errors import NotFoundError

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import TaskTypeDef

    from deployer.aws.clients import Clients

ECS_SERVICE = "AWS::ECS::Service"
LOG_GROUP = "AWS::Logs::LogGroup"


def ecs_reasons(clients: Clients, service_arn: str) -> list[str]:
    """Return why the tasks of a service stopped: each different reason once, the newest first.

    Works for a service that is gone already, as a rollback leaves it; but ECS forgets a stopped task after about an
    hour: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-errors.html
    A service's ARN ends in ``service/CLUSTER/NAME``.
    """
    cluster, _, name = service_arn.rpartition(":service/")[2].rpartition("/")
    if not cluster:
        return []
    try:
        with translated("ListTasks", clients.region):
            arns = clients.ecs.list_tasks(cluster=cluster, desiredStatus="STOPPED")["taskArns"]
        if not arns:
            return []
        with translated("DescribeTasks", clients.region):
            tasks = clients.ecs.describe_tasks(cluster=cluster, tasks=arns)["tasks"]
    except NotFoundError:
        return []
    own = [task for task in tasks if task.get("group") == f"service:{name}"]
    own.sort(key=lambda task: task.get("stoppedAt", datetime.min.replace(tzinfo=UTC)), reverse=True)
    return list(dict.fromkeys(_words(task) for task in own))


def _words(task: TaskTypeDef) -> str:
    exits = [
        f"container {c.get('name', '?')}"
        + (f" exited with {c['exitCode']}" if "exitCode" in c else "")
        + (f": {c['reason']}" if c.get("reason") else "")
        for c in task.get("containers", ())
        if c.get("exitCode") or c.get("reason")
    ]
    return "; ".join([task.get("stoppedReason", "stopped"), *exits])


@dataclass(frozen=True)
class LogLine:
    """One log event."""

    time: datetime
    group: str
    stream: str
    text: str


def log_lines(clients: Clients, group: str, since: datetime, pattern: str = "") -> list[LogLine]:
    """Return what a log group has received since then, filtered by a CloudWatch Logs pattern; a group may be gone."""
    start = int(since.timestamp() * 1000)
    try:
        with translated(f"FilterLogEvents ({group})", clients.region):
            pages = clients.logs.get_paginator("filter_log_events").paginate(
                logGroupName=group, startTime=start, filterPattern=pattern
            )
            return [
                LogLine(
                    datetime.fromtimestamp(event["timestamp"] / 1000, UTC),
                    group,
                    event.get("logStreamName", ""),
                    event["message"].rstrip("\n"),
                )
                for page in pages
                for event in page["events"]
            ]
    except NotFoundError:
        return []
