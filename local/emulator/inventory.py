"""What is deployed, and honestly what stands behind it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from local.emulator.completion import backing

cloudformation: Any = import_module("ministack.services.cloudformation")


def resources(own: frozenset[str]) -> list[dict[str, str]]:
    """Return every resource of every live stack, and whether a service or only its schema stands behind it."""
    live = [stack for stack in cloudformation._stacks._data.values() if stack["StackStatus"] != "DELETE_COMPLETE"]
    return [
        {
            "region": stack["StackId"].split(":")[3],
            "stack": stack["StackName"],
            "logical_id": logical_id,
            "type": record["ResourceType"],
            "physical_id": record["PhysicalResourceId"],
            "status": record["ResourceStatus"],
            "backing": backing(own, record["ResourceType"], record["Properties"]),
        }
        for stack in live
        for logical_id, record in stack.get("_resources", {}).items()
    ]
