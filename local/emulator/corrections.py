"""Where ministack's CloudFormation differs from the real one in what nested trees need: corrected, one by one."""

from __future__ import annotations

import inspect
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.emulator.schema import Document, Json

cloudformation: Any = import_module("ministack.services.cloudformation")
engine: Any = import_module("ministack.services.cloudformation.engine")
handlers: Any = import_module("ministack.services.cloudformation.handlers")
changesets: Any = import_module("ministack.services.cloudformation.changesets")
stacks: Any = import_module("ministack.services.cloudformation.stacks")


def install() -> None:
    """Put every correction in place."""
    _replace("_evaluate_conditions", evaluate_conditions)
    _replace("_add_event", _with_physical_id(stacks._add_event))
    handlers._capabilities_enforced = lambda: True
    find = changesets._find_change_set
    changesets._find_change_set = lambda name, stack="": find(name, _stack_name(stack))


def _replace(name: str, function: Callable[..., Any]) -> None:
    """Replace a function of ministack's in every module that imported it by name."""
    for module in (engine, handlers, changesets, stacks):
        if hasattr(module, name):
            setattr(module, name, function)


def evaluate_conditions(template: Document, parameters: Document) -> dict[str, bool]:
    """Evaluate a template's conditions; any intrinsic function may stand in a comparison.

    ministack compares the text of ``Fn::FindInMap``, ``Fn::Join``, ``Fn::Sub`` and the pseudo parameters there.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
    """
    definitions, mappings = template.get("Conditions", {}), template.get("Mappings", {})
    known: dict[str, bool] = {}

    def named(name: str) -> bool:
        if name not in known:
            if name not in definitions:
                raise ValueError(f"Template format error: Unresolved condition dependency {name}")
            known[name] = holds(definitions[name])
        return known[name]

    def holds(expression: Json) -> bool:
        ((function, argument),) = expression.items()
        if function == "Condition":
            return named(argument)
        if function == "Fn::Not":
            return not holds(argument[0])
        if function in ("Fn::And", "Fn::Or"):
            return (all if function == "Fn::And" else any)([holds(part) for part in argument])
        if function == "Fn::Equals":
            left, right = (engine._resolve_refs(part, {}, parameters, {}, mappings, "", "") for part in argument)
            return bool(_comparable(left) == _comparable(right))
        raise ValueError(f"Template error: every Condition member must be a condition function, not {function}")

    return {name: named(name) for name in definitions}


def _comparable(value: Json) -> Json:
    """Return a scalar as CloudFormation compares it: as text."""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, (dict, list)) else str(value)


def _with_physical_id(original: Callable[..., None]) -> Callable[..., None]:
    def add_event(*arguments: str, **named: str) -> None:
        """Record an event with the physical id that the resource's earlier events already told."""
        event = inspect.signature(original).bind(*arguments, **named)
        event.apply_defaults()
        stack_id, logical_id = event.arguments["stack_id"], event.arguments["logical_id"]
        earlier = reversed(cloudformation._stack_events.get(stack_id, []))
        told = (entry["PhysicalResourceId"] for entry in earlier if entry["LogicalResourceId"] == logical_id)
        event.arguments["physical_id"] = event.arguments["physical_id"] or next(filter(None, told), "")
        original(*event.args, **event.kwargs)

    return add_event


def _stack_name(stack: str) -> str:
    """Return the name of the stack that a caller named by name or by id."""
    found = handlers._resolve_stack(stack) if stack.startswith("arn:") else None
    return found["StackName"] if found else stack
