"""Change sets: made, read and thrown away. None of it touches what runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deployer.aws.faults import translated
from deployer.errors import AlreadyError, NotFoundError
from deployer.model import Change, ChangeSet, Detail

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from types_boto3_cloudformation.type_defs import (
        ChangeSetSummaryTypeDef,
        ChangeTypeDef,
        ParameterTypeDef,
        ResourceChangeDetailTypeDef,
        RollbackTriggerTypeDef,
    )

    from deployer.aws.clients import Clients


@dataclass(frozen=True, kw_only=True)
class Request:
    """Everything that a change set is made from; ``name`` is derived from it, so the same request has the same name.

    A parameter whose value is None keeps the one that it has.
    """

    stack_name: str
    name: str
    create: bool
    template_url: str
    parameters: Mapping[str, str | None]
    tags: Mapping[str, str]
    triggers: Sequence[RollbackTriggerTypeDef]
    monitor_minutes: int


def create(clients: Clients, request: Request) -> str | None:
    """Ask for a nested change set and return its id, or None where one of that name exists already.

    The name says what it is made from, so it takes the place of a client token; a token would outlive the change set.

    All capabilities are granted: the gate has judged the IAM resources, and nested stacks need CAPABILITY_AUTO_EXPAND.
    """
    try:
        with translated("CreateChangeSet", clients.region):
            answer = clients.cloudformation.create_change_set(
                StackName=request.stack_name,
                ChangeSetName=request.name,
                ChangeSetType="CREATE" if request.create else "UPDATE",
                TemplateURL=request.template_url,
                Parameters=[_parameter(key, value) for key, value in request.parameters.items()],
                Tags=[{"Key": k, "Value": v} for k, v in request.tags.items()],
                Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
                IncludeNestedStacks=True,
                RollbackConfiguration={
                    "RollbackTriggers": list(request.triggers),
                    "MonitoringTimeInMinutes": request.monitor_minutes,
                },
            )
    except AlreadyError:
        return None
    return answer["Id"]


def _parameter(key: str, value: str | None) -> ParameterTypeDef:
    if value is None:
        return {"ParameterKey": key, "UsePreviousValue": True}
    return {"ParameterKey": key, "ParameterValue": value}


def describe(clients: Clients, change_set_id: str, stack_path: str = "") -> ChangeSet:
    """Return one change set of one stack, with all its pages and property values."""
    with translated("DescribeChangeSet", clients.region):
        pages = list(
            clients.cloudformation.get_paginator("describe_change_set").paginate(
                ChangeSetName=change_set_id, IncludePropertyValues=True
            )
        )
    first = pages[0]
    return ChangeSet(
        id=first["ChangeSetId"],
        name=first["ChangeSetName"],
        stack_id=first["StackId"],
        status=first["Status"],
        execution=first.get("ExecutionStatus", ""),
        reason=first.get("StatusReason", ""),
        changes=tuple(_change(raw, stack_path) for page in pages for raw in page.get("Changes", ())),
    )


def _change(raw: ChangeTypeDef, stack_path: str) -> Change:
    change = raw.get("ResourceChange", {})
    return Change(
        stack_path=stack_path,
        logical_id=change.get("LogicalResourceId", ""),
        physical_id=change.get("PhysicalResourceId", ""),
        type=change.get("ResourceType", ""),
        action=change.get("Action", ""),
        replacement=change.get("Replacement", ""),
        policy_action=change.get("PolicyAction", ""),
        details=tuple(_detail(detail) for detail in change.get("Details", ())),
        change_set_id=change.get("ChangeSetId", ""),
    )


def _detail(raw: ResourceChangeDetailTypeDef) -> Detail:
    target = raw.get("Target", {})
    return Detail(
        attribute=target.get("Attribute", ""),
        name=target.get("Name", ""),
        path=target.get("Path", ""),
        recreation=target.get("RequiresRecreation", "Never"),
        evaluation=raw.get("Evaluation", "Static"),
        source=raw.get("ChangeSource", ""),
        cause=raw.get("CausingEntity", ""),
        before=target.get("BeforeValue"),
        after=target.get("AfterValue"),
    )


def listed(clients: Clients, stack: str) -> list[ChangeSetSummaryTypeDef]:
    """Return the summaries of a stack's change sets."""
    with translated("ListChangeSets", clients.region):
        pages = clients.cloudformation.get_paginator("list_change_sets").paginate(StackName=stack)
        return [summary for page in pages for summary in page["Summaries"]]


def delete(clients: Clients, change_set_id: str) -> None:
    """Throw a change set away, and those of its nested stacks with it; one that is gone is fine."""
    try:
        with translated("DeleteChangeSet", clients.region):
            clients.cloudformation.delete_change_set(ChangeSetName=change_set_id)
    except NotFoundError:
        return


def drop_shell(clients: Clients, stack_id: str) -> None:
    """Delete the empty stack that CloudFormation made for a change set on a new stack, once no change set is left.

    Without a change set nothing can be executed on it, so nothing that runs can be hit.
    """
    if listed(clients, stack_id):
        return
    with translated("DescribeStacks", clients.region):
        status = clients.cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"]
    if status == "REVIEW_IN_PROGRESS":
        with translated("DeleteStack", clients.region):
            clients.cloudformation.delete_stack(StackName=stack_id)
