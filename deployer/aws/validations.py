"""What CloudFormation's pre-deployment validation says.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeEvents.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployer.aws.faults import translated
from deployer.model import Validation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from types_boto3_cloudformation.type_defs import DescribeEventsOutputTypeDef, OperationEventTypeDef

    from deployer.aws.clients import Clients


def of_change_set(clients: Clients, change_set_id: str, stack_path: str) -> list[Validation]:
    """Return what validation found in one change set."""
    with translated("DescribeEvents", clients.region):
        pages = clients.cloudformation.get_paginator("describe_events").paginate(
            ChangeSetName=change_set_id, Filters={"FailedEvents": True}
        )
        return _read(pages, stack_path)


def of_stack(clients: Clients, stack_id: str, stack_path: str) -> list[Validation]:
    """Return what validation found in the operations on one stack, the newest first."""
    with translated("DescribeEvents", clients.region):
        pages = clients.cloudformation.get_paginator("describe_events").paginate(
            StackName=stack_id, Filters={"FailedEvents": True}
        )
        return _read(pages, stack_path)


def _read(pages: Iterable[DescribeEventsOutputTypeDef], stack_path: str) -> list[Validation]:
    raws = [raw for page in pages for raw in page.get("OperationEvents", ())]
    return [_validation(raw, stack_path) for raw in raws if raw.get("EventType") == "VALIDATION_ERROR"]


def _validation(raw: OperationEventTypeDef, stack_path: str) -> Validation:
    return Validation(
        stack_path=stack_path,
        logical_id=raw.get("LogicalResourceId", ""),
        type=raw.get("ResourceType", ""),
        name=raw.get("ValidationName", ""),
        property_path=raw.get("ValidationPath", ""),
        reason=raw.get("ValidationStatusReason", ""),
        fails=raw.get("ValidationFailureMode", "FAIL") == "FAIL",
    )
