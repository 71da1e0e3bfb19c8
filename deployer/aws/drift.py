"""Drift detection of one stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployer.aws.faults import translated
from deployer.model import STACK_TYPE, Difference, Drifted, join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_cloudformation.type_defs import (
        DescribeStackResourceDriftsInputTypeDef,
        StackResourceDriftTypeDef,
    )

    from deployer.aws.clients import Clients

RUNNING = "DETECTION_IN_PROGRESS"


def start(clients: Clients, stack_id: str) -> str:
    """Start to look for drift in one stack, not in those nested in it; return the detection's id."""
    with translated("DetectStackDrift", clients.region):
        return clients.cloudformation.detect_stack_drift(StackName=stack_id)["StackDriftDetectionId"]


def state(clients: Clients, detection: str) -> tuple[str, str]:
    """Return a detection's status, and its reason where it failed."""
    with translated("DescribeStackDriftDetectionStatus", clients.region):
        answer = clients.cloudformation.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
    return answer["DetectionStatus"], answer.get("DetectionStatusReason", "")


def found(clients: Clients, stack_id: str, stack_path: str) -> list[Drifted]:
    """Return what has drifted in one stack. Nested stacks as such are left out: they are looked into instead."""
    return [_drifted(raw, stack_path) for raw in _raw(clients, stack_id) if raw["ResourceType"] != STACK_TYPE]


def _raw(clients: Clients, stack_id: str) -> Iterator[StackResourceDriftTypeDef]:
    # botocore ships no paginator for this call.
    request: DescribeStackResourceDriftsInputTypeDef = {
        "StackName": stack_id,
        "StackResourceDriftStatusFilters": ["MODIFIED", "DELETED"],
    }
    while True:
        with translated("DescribeStackResourceDrifts", clients.region):
            answer = clients.cloudformation.describe_stack_resource_drifts(**request)
        yield from answer["StackResourceDrifts"]
        if not answer.get("NextToken"):
            return
        request["NextToken"] = answer["NextToken"]


def _drifted(raw: StackResourceDriftTypeDef, stack_path: str) -> Drifted:
    return Drifted(
        path=join(stack_path, raw["LogicalResourceId"]),
        type=raw["ResourceType"],
        physical_id=raw.get("PhysicalResourceId", ""),
        status=raw["StackResourceDriftStatus"],
        differences=tuple(
            Difference(
                property_path=d["PropertyPath"],
                expected=d["ExpectedValue"],
                actual=d["ActualValue"],
                kind=d["DifferenceType"],
            )
            for d in raw.get("PropertyDifferences", ())
        ),
    )
