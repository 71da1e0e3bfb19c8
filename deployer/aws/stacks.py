"""Reading stacks: what is there, what happens, what the templates and policies say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from deployer.aws.faults import translated
from deployer.errors import NotFoundError
from deployer.model import STACK_TYPE, Event, Resource, Stack

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from types_boto3_cloudformation.type_defs import StackEventTypeDef, StackTypeDef

    from deployer.aws.clients import Clients


def find(clients: Clients, name: str) -> Stack | None:
    """Return the stack of that name or id, or None. A deleted stack is found by its id only."""
    try:
        with translated("DescribeStacks", clients.region):
            answer = clients.cloudformation.describe_stacks(StackName=name)
    except NotFoundError:
        return None
    return _stack(answer["Stacks"][0])


def _stack(raw: StackTypeDef) -> Stack:
    return Stack(
        name=raw["StackName"],
        id=raw.get("StackId", raw["StackName"]),
        status=raw["StackStatus"],
        reason=raw.get("StackStatusReason", ""),
        created=raw["CreationTime"],
        updated=raw.get("LastUpdatedTime"),
        protected=raw.get("EnableTerminationProtection", False),
        outputs={o["OutputKey"]: o["OutputValue"] for o in raw.get("Outputs", ())},
        parameters={p["ParameterKey"]: p.get("ParameterValue", "") for p in raw.get("Parameters", ())},
    )


def resources(clients: Clients, stack_id: str, stack_path: str = "") -> list[Resource]:
    """Return the resources of one stack."""
    with translated("ListStackResources", clients.region):
        pages = clients.cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack_id)
        return [
            Resource(
                stack_path=stack_path,
                logical_id=raw["LogicalResourceId"],
                physical_id=raw.get("PhysicalResourceId", ""),
                type=raw["ResourceType"],
                status=raw["ResourceStatus"],
            )
            for page in pages
            for raw in page["StackResourceSummaries"]
        ]


def all_resources(clients: Clients, stack_id: str, stack_path: str = "") -> list[Resource]:
    """Return the resources of a stack and of every stack below it, parents first; a stack that is gone has none."""
    try:
        found = resources(clients, stack_id, stack_path)
    except NotFoundError:
        return []
    inner = [
        resource
        for child in found
        if child.type == STACK_TYPE and child.physical_id
        for resource in all_resources(clients, child.physical_id, child.path)
    ]
    return found + inner


def stack_ids(root_id: str, found: Collection[Resource]) -> dict[str, str]:
    """Return the id of every stack by its path, from what ``all_resources`` gave."""
    nested = {r.path: r.physical_id for r in found if r.type == STACK_TYPE and r.physical_id}
    return {"": root_id, **nested}


def events(clients: Clients, stack_id: str, last: Callable[[Event], bool]) -> list[Event]:
    """Return a stack's events, newest first, down to and with the first that is the ``last`` one wanted."""
    found: list[Event] = []
    with translated("DescribeStackEvents", clients.region):
        for raw in _raw_events(clients, stack_id):
            found.append(_event(raw))
            if last(found[-1]):
                break
    return found


def _raw_events(clients: Clients, stack_id: str) -> Iterator[StackEventTypeDef]:
    pages = clients.cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack_id)
    for page in pages:
        yield from page["StackEvents"]


def _event(raw: StackEventTypeDef) -> Event:
    return Event(
        id=raw["EventId"],
        stack_id=raw["StackId"],
        logical_id=raw.get("LogicalResourceId", ""),
        physical_id=raw.get("PhysicalResourceId", ""),
        type=raw.get("ResourceType", ""),
        status=raw.get("ResourceStatus", ""),
        time=raw["Timestamp"],
        reason=raw.get("ResourceStatusReason") or raw.get("HookStatusReason", ""),
    )


def template(clients: Clients, stack_id: str) -> str:
    """Return the text of a deployed template, as it was submitted."""
    with translated("GetTemplate", clients.region):
        body = clients.cloudformation.get_template(StackName=stack_id, TemplateStage="Original")["TemplateBody"]
    # botocore decodes JSON templates and leaves YAML ones as text.
    return body if isinstance(body, str) else json.dumps(body)


def policy(clients: Clients, stack_id: str) -> str | None:
    """Return the stack policy of one stack, or None where it has none."""
    with translated("GetStackPolicy", clients.region):
        return clients.cloudformation.get_stack_policy(StackName=stack_id).get("StackPolicyBody")
