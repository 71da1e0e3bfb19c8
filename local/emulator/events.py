"""The events of an update, told as CloudFormation tells them.

ministack reports every resource of an updated stack as updated. The real service tells only of those that it touched
(nested stacks are always touched), creates what is new, deletes what is gone, and says when it cleans up.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

from local.emulator.nesting import TYPE

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.emulator.schema import Document

changesets: Any = import_module("ministack.services.cloudformation.changesets")
cloudformation: Any = import_module("ministack.services.cloudformation")
handlers: Any = import_module("ministack.services.cloudformation.handlers")
stacks: Any = import_module("ministack.services.cloudformation.stacks")

Key: TypeAlias = "tuple[str, str]"  # the stack's name and the resource's logical id


def install() -> None:
    """Put these events in the place of ministack's."""
    log = Log(stacks._add_event)
    stacks._update_keeping_seed = log.updating(stacks._update_keeping_seed)
    stacks._delete_resource = log.deleting(stacks._delete_resource)
    for module in (stacks, changesets, handlers):
        module._add_event = log.add


@dataclass
class Log:
    """Stands between ministack's engine and its event list."""

    write: Callable[..., None]
    held: dict[Key, inspect.BoundArguments] = field(default_factory=dict)
    untouched: dict[Key, Document] = field(default_factory=dict)
    created: set[Key] = field(default_factory=set)

    def add(self, *arguments: str, **named: str) -> None:
        """Record an event, as the one that the real service would record."""
        event = inspect.signature(self.write).bind(*arguments, **named)
        event.apply_defaults()
        told = event.arguments
        key, status = (told["stack_name"], told["logical_id"]), told["status"]
        record = cloudformation._stacks.get(told["stack_name"], {}).get("_resources", {}).get(told["logical_id"])
        if told["resource_type"] == TYPE and told["logical_id"] == told["stack_name"]:
            self._write(event)
        elif status == "UPDATE_IN_PROGRESS" and record is None and not told["reason"]:
            self.created.add(key)
            self._write(event, "CREATE_IN_PROGRESS")
        elif status == "UPDATE_IN_PROGRESS" and not told["reason"]:
            self.held[key] = event
        elif key in self.created and status in ("UPDATE_COMPLETE", "UPDATE_FAILED"):
            self.created.discard(key)
            self._write(event, status.replace("UPDATE", "CREATE"))
            if record is not None:
                record["ResourceStatus"] = event.arguments["status"]
        elif key in self.untouched and record is not None:
            record |= self.untouched.pop(key)
        else:
            self._release(key)
            self._write(event)

    def updating(self, update: Callable[..., Any]) -> Callable[..., Any]:
        """Return ministack's update of one resource, which is told of only where there is something to update."""

        def updating(*arguments: Any) -> Any:  # noqa: ANN401 - passed on
            resource_type, _, old, new, stack_name, logical_id = arguments[:6]
            key = (stack_name, logical_id)
            if old == new and resource_type != TYPE:
                self.held.pop(key, None)
                record = cloudformation._stacks[stack_name]["_resources"][logical_id]
                self.untouched[key] = {name: record[name] for name in ("ResourceStatus", "Timestamp") if name in record}
            self._release(key)
            return update(*arguments)

        return updating

    def deleting(self, delete: Callable[..., None]) -> Callable[..., None]:
        """Return ministack's deletion of one resource, told of where an update cleans up."""

        def deleting(
            resource_type: str, physical_id: str, properties: Document, stack_name: str, logical_id: str
        ) -> None:
            stack = cloudformation._stacks.get(stack_name, {})
            cleaning = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
            if stack.get("StackStatus") == "UPDATE_IN_PROGRESS":
                stack["StackStatus"] = cleaning
                self.write(stack["StackId"], stack_name, stack_name, TYPE, cleaning, "", stack["StackId"])
            tell = stack.get("StackStatus") == cleaning
            story = (stack.get("StackId"), stack_name, logical_id, resource_type)
            if tell:
                self.write(*story, "DELETE_IN_PROGRESS", "", physical_id)
            delete(resource_type, physical_id, properties, stack_name, logical_id)
            if tell:
                self.write(*story, "DELETE_COMPLETE", "", physical_id)

        return deleting

    def _release(self, key: Key) -> None:
        if key in self.held:
            self._write(self.held.pop(key))

    def _write(self, event: inspect.BoundArguments, status: str = "") -> None:
        """Write an event, with the physical id that the resource's earlier events already told."""
        told = event.arguments
        told["status"] = status or told["status"]
        if not told["physical_id"]:
            earlier = reversed(cloudformation._stack_events.get(told["stack_id"], []))
            known = (
                entry["PhysicalResourceId"] for entry in earlier if entry["LogicalResourceId"] == told["logical_id"]
            )
            told["physical_id"] = next(filter(None, known), "")
        self.write(*event.args, **event.kwargs)
