"""Reading stack sets: the set, its instances, its operations and what each did where."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from deployer.aws.faults import translated
from deployer.decide.stack_sets import Content, Instance, Operation, Outcome, Place
from deployer.decide.templates import decode
from deployer.errors import NotFoundError

if TYPE_CHECKING:
    from deployer.aws.clients import Clients


def find(clients: Clients, name: str) -> Content | None:
    """Return what the stack set of that name deploys, or None where there is none."""
    try:
        with translated("DescribeStackSet", clients.region):
            raw = clients.cloudformation.describe_stack_set(StackSetName=name)["StackSet"]
    except NotFoundError:
        return None
    if raw.get("Status") == "DELETED":
        return None
    # botocore decodes JSON templates of some calls and leaves those of others as text.
    body = raw.get("TemplateBody", "{}")
    return Content(
        template=decode(body if isinstance(body, str) else json.dumps(body), f"deployed template of {name}"),
        parameters={p["ParameterKey"]: p.get("ParameterValue", "") for p in raw.get("Parameters", ())},
        tags={tag["Key"]: tag["Value"] for tag in raw.get("Tags", ())},
    )


def instances(clients: Clients, name: str) -> list[Instance]:
    """Return the stack instances of a set, by account and region."""
    with translated("ListStackInstances", clients.region):
        pages = clients.cloudformation.get_paginator("list_stack_instances").paginate(StackSetName=name)
        found = [
            Instance(
                place=Place(raw["Account"], raw["Region"]),
                status=raw["Status"],
                reason=raw.get("StatusReason", ""),
                drift=raw.get("DriftStatus", ""),
            )
            for page in pages
            for raw in page["Summaries"]
        ]
    return sorted(found, key=lambda each: each.place)


def last_operation(clients: Clients, name: str) -> Operation | None:
    """Return the newest operation on a set, or None where there has been none."""
    with translated("ListStackSetOperations", clients.region):
        found = clients.cloudformation.list_stack_set_operations(StackSetName=name, MaxResults=100)["Summaries"]
    newest = max(found, key=lambda raw: raw["CreationTimestamp"], default=None)
    if newest is None:
        return None
    return Operation(
        id=newest["OperationId"],
        action=newest["Action"],
        status=newest["Status"],
        reason=newest.get("StatusReason", ""),
    )


def operation(clients: Clients, name: str, operation_id: str) -> Operation:
    """Return an operation as it stands now."""
    with translated("DescribeStackSetOperation", clients.region):
        raw = clients.cloudformation.describe_stack_set_operation(StackSetName=name, OperationId=operation_id)
    found = raw["StackSetOperation"]
    return Operation(
        id=found["OperationId"], action=found["Action"], status=found["Status"], reason=found.get("StatusReason", "")
    )


def outcomes(clients: Clients, name: str, operation_id: str) -> list[Outcome]:
    """Return what an operation has done so far, instance by instance."""
    with translated("ListStackSetOperationResults", clients.region):
        pages = clients.cloudformation.get_paginator("list_stack_set_operation_results").paginate(
            StackSetName=name, OperationId=operation_id
        )
        found = [
            Outcome(
                place=Place(raw["Account"], raw["Region"]), status=raw["Status"], reason=raw.get("StatusReason", "")
            )
            for page in pages
            for raw in page["Summaries"]
        ]
    return sorted(found, key=lambda each: each.place)
