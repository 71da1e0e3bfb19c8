"""What a template would make of a stack, before it does: every property resolved against what is deployed.

What is yet to be made has no id and no attributes; a value that depends on one is ``UNKNOWN``, as in a real change set.
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceTargetDefinition.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

from local.emulator import nesting

if TYPE_CHECKING:
    from local.emulator.schema import Document, Json

engine: Any = import_module("ministack.services.cloudformation.engine")
stacks: Any = import_module("ministack.services.cloudformation.stacks")

UNKNOWN = "{{changeSet:KNOWN_AFTER_APPLY}}"


@dataclass(frozen=True)
class Foresight:
    """The resources of a stack by logical id, their properties resolved, and its outputs as ``Outputs.Name``."""

    resources: dict[str, Document] = field(default_factory=dict)
    outputs: Document = field(default_factory=dict)


class _Unknown(dict[str, str]):
    """The attributes of a resource that is yet to be made: there, but known only once it is."""

    def __contains__(self, _name: object) -> bool:
        return True

    def __getitem__(self, _name: str) -> str:
        return UNKNOWN


def foresee(template: Document, parameters: Document, stack: nesting.Stack) -> Foresight:
    """Return what ``template`` makes of ``stack``; of the template that is deployed, that is what is there."""
    if not template:
        return Foresight()
    known, found = dict(stack.get("_resources", {})), {}
    deployed = template is stack.get("_template")
    before = {} if deployed else foresee(stack.get("_template", {}), stack.get("_resolved_params", {}), stack).resources
    conditions = engine._evaluate_conditions(template, parameters)
    place = (template.get("Mappings", {}), stack.get("StackName", ""), stack.get("StackId", ""))

    def value(written: Json) -> Json:
        try:
            return engine._resolve_refs(written, known, parameters, conditions, *place)
        except ValueError:
            # A function of something that is yet to be made, such as a block of an unknown network.
            return UNKNOWN

    for logical_id in engine._topological_sort(template.get("Resources", {}), conditions):
        definition = template["Resources"][logical_id]
        values = {name: value(written) for name, written in definition.get("Properties", {}).items()}
        properties = {name: item for name, item in values.items() if item is not engine._NO_VALUE}
        found[logical_id] = {**definition, "Properties": properties}
        if not deployed:
            known[logical_id] = _record(known.get(logical_id), before.get(logical_id), found[logical_id], stack)
    outputs = {
        f"Outputs.{name}": str(value(definition["Value"]))
        for name, definition in template.get("Outputs", {}).items()
        if conditions.get(definition.get("Condition"), True)
    }
    return Foresight(found, outputs)


def changed(before: Document, after: Document) -> set[str]:
    """Return the names of the properties in which a resource differs."""
    old, new = before.get("Properties", {}), after.get("Properties", {})
    return {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}


def becoming(child: nesting.Stack, properties: Document, parent: nesting.Stack) -> Document:
    """Return what a nested stack is to become; a parameter that is not known yet passes unchecked.

    Raise ``ValueError`` for what could not be deployed.
    """
    given = properties.get("Parameters") or {}
    if not any(UNKNOWN in text(value) for value in given.values()):
        return nesting.desired(child, properties, parent)
    template = engine._parse_template(nesting.template_body(properties))
    parameters = {
        name: {
            "Value": text(given.get(name, definition.get("Default", ""))),
            "NoEcho": str(definition.get("NoEcho", "false")).lower() == "true",
            "Type": definition["Type"],
        }
        for name, definition in template.get("Parameters", {}).items()
    }
    return {
        "_template": template,
        "_resolved_params": parameters,
        "Parameters": [{"ParameterKey": name, "ParameterValue": value["Value"]} for name, value in parameters.items()],
        "Tags": nesting.own_tags(properties),
    }


def text(value: Json) -> str:
    """Return a property's value as a change set shows it."""
    return value if isinstance(value, str) else json.dumps(value)


def _record(record: Document | None, before: Document | None, after: Document, stack: nesting.Stack) -> Document:
    """Return a resource's record as it will be, for those that refer to it."""
    if record is None or before is None or _replaced(before, after):
        return {"PhysicalResourceId": UNKNOWN, "Attributes": _Unknown()}
    if after["Type"] != nesting.TYPE or not changed(before, after):
        return record
    child = nesting.find(record["PhysicalResourceId"]) or {}
    try:
        wanted = becoming(child, after["Properties"], stack)
    except ValueError:
        return {**record, "Attributes": _Unknown()}
    return {**record, "Attributes": foresee(wanted["_template"], wanted["_resolved_params"], child).outputs}


def _replaced(before: Document, after: Document) -> bool:
    recreation = (stacks._property_recreation(after["Type"], name) for name in changed(before, after))
    return before["Type"] != after["Type"] or "Always" in recreation
