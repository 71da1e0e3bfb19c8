"""Nested stacks, made by the same engine as root stacks.

ministack deploys a child with a shorter copy of its engine: no rollback, no clean-up of replaced resources, no dynamic
references, no events on deletion, and attributes of unchanged resources get lost. Here a child is a stack like any
other, so all of that works at every depth; what fails in a child is reported in its parent as CloudFormation does.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html
"""

from __future__ import annotations

import asyncio
import copy
import hashlib
import json
import uuid
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from local.emulator.schema import Document

application: Any = import_module("ministack.app")
cloudformation: Any = import_module("ministack.services.cloudformation")
engine: Any = import_module("ministack.services.cloudformation.engine")
handlers: Any = import_module("ministack.services.cloudformation.handlers")
helpers: Any = import_module("ministack.services.cloudformation.helpers")
provisioners: Any = import_module("ministack.services.cloudformation.provisioners")
stacks: Any = import_module("ministack.services.cloudformation.stacks")
responses: Any = import_module("ministack.core.responses")

Stack: TypeAlias = "dict[str, Any]"

TYPE = "AWS::CloudFormation::Stack"
_KEPT_FOR_ROLLBACK = (
    "_resources",
    "_template",
    "_template_body",
    "_resolved_params",
    "_conditions",
    "Parameters",
    "Tags",
    "Outputs",
)


def install() -> None:
    """Put these nested stacks in the place of ministack's."""
    provisioners._RESOURCE_HANDLERS[TYPE] = {
        "create": create,
        "update": update,
        "delete": delete,
    }
    original = stacks._roll_back_operation

    async def roll_back(name: str, stack_id: str, stack: Stack, operation: Document, reason_override: str = "") -> None:
        """Roll back as ministack does, and delete the nested stack whose failed creation is the reason."""
        failed = operation.get("failed_logical_id")
        if failed and stack.get("_resources", {}).get(failed, {}).get("ResourceStatus") == "CREATE_FAILED":
            operation["created"].append(failed)
        await original(name, stack_id, stack, operation, reason_override)

    stacks._roll_back_operation = roll_back
    handlers._roll_back_operation = roll_back


def create(logical_id: str, properties: Document, parent_name: str) -> tuple[str, Document]:
    """Deploy a nested stack; raise ``ValueError`` naming the resources that failed in it."""
    parent = cloudformation._stacks[parent_name]
    name, stack_id = identity(parent, logical_id)
    child = {
        "StackName": name,
        "StackId": stack_id,
        "StackStatusReason": "",
        "CreationTime": responses.now_iso(),
        "Outputs": [],
        "DisableRollback": True,
        "ParentId": parent["StackId"],
        "RootId": parent.get("RootId", parent["StackId"]),
        "_region": responses.get_region(),
        "_resources": {},
    }
    child |= desired(child, properties, parent)
    cloudformation._stacks[name] = child
    cloudformation._stack_events.setdefault(stack_id, [])
    stacks._add_event(
        parent["StackId"], parent_name, logical_id, TYPE, "CREATE_IN_PROGRESS", "Resource creation Initiated", stack_id
    )
    _deploy(child, "CREATE")
    if child["StackStatus"] != "CREATE_COMPLETE":
        # Recorded now, so that the parent's rollback or deletion finds it.
        parent["_resources"][logical_id] = {
            "LogicalResourceId": logical_id,
            "PhysicalResourceId": stack_id,
            "ResourceType": TYPE,
            "ResourceStatus": "CREATE_FAILED",
            "Properties": properties,
            "Attributes": {},
            "Timestamp": responses.now_iso(),
        }
        raise ValueError(f"Embedded stack {stack_id} was not successfully created: {_failures(child, 'create')}")
    return stack_id, outputs(child)


def update(physical_id: str, _old: Document, properties: Document, parent_name: str) -> tuple[str, Document]:
    """Update a nested stack; one that would stay as it is is left alone. Raise ``ValueError`` as ``create`` does."""
    child = find(physical_id)
    if child is None:
        raise ValueError(f"Stack [{physical_id}] does not exist")
    parent = cloudformation._stacks[parent_name]
    wanted = desired(child, properties, parent)
    if all(child.get(key) == wanted[key] for key in ("_template", "_resolved_params", "Tags")):
        return physical_id, outputs(child)
    previous = {key: copy.deepcopy(child.get(key)) for key in _KEPT_FOR_ROLLBACK}
    child |= wanted
    _deploy(child, "UPDATE", previous)
    status = child["StackStatus"]
    if status != "UPDATE_COMPLETE":
        message = f"Embedded stack {physical_id} was not successfully updated. Currently in {status} with reason: "
        raise ValueError(message + _failures(child, "update"))
    if parent["StackStatus"] == "UPDATE_ROLLBACK_IN_PROGRESS":
        child["StackStatus"] = "UPDATE_ROLLBACK_COMPLETE"
    return physical_id, outputs(child)


def delete(physical_id: str, _properties: Document) -> None:
    """Delete a nested stack and all that is in it; raise ``ValueError`` naming the resources that would not go."""
    child = find(physical_id)
    if child is None or child["StackStatus"] == "DELETE_COMPLETE":
        return
    _run(stacks._delete_stack_async(child["StackName"], child["StackId"]))
    if child["StackStatus"] != "DELETE_COMPLETE":
        raise ValueError(f"Embedded stack {physical_id} was not successfully deleted: {child['StackStatusReason']}")


def find(stack_id: str) -> Stack | None:
    """Return the record of the stack with this id, or None."""
    return next((stack for stack in cloudformation._stacks.values() if stack["StackId"] == stack_id), None)


def outputs(child: Stack) -> Document:
    """Return a stack's outputs as the attributes of the resource that it is in its parent."""
    return {f"Outputs.{output['OutputKey']}": output["OutputValue"] for output in child["Outputs"]}


def identity(parent: Stack, logical_id: str) -> tuple[str, str]:
    """Return the name and the id of a nested stack: the same for the same parent and logical id."""
    seed = f"{parent['StackId']}:{logical_id}:{provisioners._NAME_SEED.get()}"
    digest = hashlib.sha256(seed.encode()).hexdigest()
    # Stack names have at most 128 characters; the suffix is what makes this one unique.
    name = f"{parent['StackName']}-{logical_id}"[:115] + f"-{digest[:12].upper()}"
    region, account = responses.get_region(), responses.get_account_id()
    return name, f"arn:aws:cloudformation:{region}:{account}:stack/{name}/{uuid.UUID(digest[12:44])}"


def desired(child: Stack, properties: Document, parent: Stack) -> Document:
    """Return what a child's record says once it is deployed; raise ``ValueError`` for what the root would be refused.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stack.html
    """
    body = template_body(properties)
    given = properties.get("Parameters") or {}
    if any(isinstance(value, (dict, list)) for value in given.values()):
        raise ValueError("Value of property Parameters must be an object with String (or simple type) properties")
    provided = [{"Key": key, "Value": _text(value)} for key, value in given.items()]
    sent = engine._parse_template(body)
    if unknown := sorted(set(given) - set(sent.get("Parameters", {}))):
        raise ValueError(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    template = engine._apply_transforms(sent, provided, child.get("_resolved_params"))
    required = handlers._required_iam_capabilities(template)
    if missing := handlers._missing_capabilities(set(parent.get("Capabilities", ())), required):
        raise ValueError(handlers._insufficient_capabilities_message(missing))
    parameters = engine._resolve_parameters(template, provided)
    conditions = engine._evaluate_conditions(template, parameters)
    engine.validate_template_support(template, conditions, params=parameters)
    return {
        "Description": template.get("Description", ""),
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": value["Value"], "NoEcho": value["NoEcho"]}
            for key, value in parameters.items()
        ],
        "Tags": own_tags(properties),
        "Capabilities": list(parent.get("Capabilities", ())),
        "LastUpdatedTime": responses.now_iso(),
        "_template": template,
        "_template_body": body,
        "_resolved_params": parameters,
        "_conditions": conditions,
    }


def own_tags(properties: Document) -> list[dict[str, str]]:
    """Return the tags of a nested stack without those that the engine has added."""
    tags = provisioners._tag_map(properties.get("Tags"))
    return [{"Key": key, "Value": value} for key, value in tags.items() if not key.startswith("aws:")]


def template_body(properties: Document) -> str:
    """Return the text of a nested stack's template; raise ``ValueError`` where there is none."""
    url = properties.get("TemplateURL")
    if not url:
        raise ValueError(
            "Properties validation failed for resource with message:\n#: required key [TemplateURL] not found"
        )
    body, refusal = helpers._resolve_template({"TemplateURL": [url]})
    if refusal or not body:
        raise ValueError(f"S3 error: Access Denied or no such template: {url}")
    return str(body)


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _failures(child: Stack, verb: str) -> str:
    """Return the reason that the parent shows, from the child's own events since its operation began."""
    events = cloudformation._stack_events[child["StackId"]]
    begun = max(
        i for i, event in enumerate(events) if event["ResourceStatus"] == f"{verb.upper()}_IN_PROGRESS" and _own(event)
    )
    failed = [event for event in events[begun:] if event["ResourceStatus"] in ("CREATE_FAILED", "UPDATE_FAILED")]
    names = dict.fromkeys(event["LogicalResourceId"] for event in failed if not _own(event))
    if not names:
        return str(next((event["ResourceStatusReason"] for event in failed), child["StackStatusReason"]))
    return f"The following resource(s) failed to {verb}: [{', '.join(names)}]. "


def _own(event: Document) -> bool:
    """Return whether an event is of its stack itself, not of a resource in it."""
    return bool(event["PhysicalResourceId"] == event["StackId"])


def _deploy(child: Stack, verb: str, previous: Document | None = None) -> None:
    name, stack_id = child["StackName"], child["StackId"]
    child["StackStatus"], child["StackStatusReason"] = f"{verb}_IN_PROGRESS", ""
    stacks._add_event(stack_id, name, name, TYPE, child["StackStatus"], "", stack_id)
    _run(
        stacks._deploy_stack_async(
            name,
            stack_id,
            child["_template"],
            child["_resolved_params"],
            disable_rollback=previous is None,
            tags=child["Tags"],
            is_update=previous is not None,
            previous_stack=previous,
        )
    )


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Run part of the engine on the server's loop. The caller is a handler, which has a thread of its own."""
    asyncio.run_coroutine_threadsafe(work, application._MAIN_LOOP).result()
