"""Change sets that see into nested stacks, know conditions, and tell the values before and after.

ministack compares templates text by text: it lists what a condition leaves out, misses what a condition brings in, and
stops at the root. Here each side is resolved against what is deployed, a nested stack that changes gets a change set of
its own, and one that stays as it is is not listed.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/change-sets-for-nested-stacks.html
"""

from __future__ import annotations

import hashlib
import uuid
from importlib import import_module
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from local.emulator import nesting
from local.emulator.describing import OK, Action, Request, Response
from local.emulator.foresight import becoming, changed, foresee, text

if TYPE_CHECKING:
    from local.emulator.schema import Document

changesets: Any = import_module("ministack.services.cloudformation.changesets")
cloudformation: Any = import_module("ministack.services.cloudformation")
engine: Any = import_module("ministack.services.cloudformation.engine")
handlers: Any = import_module("ministack.services.cloudformation.handlers")
helpers: Any = import_module("ministack.services.cloudformation.helpers")
provisioners: Any = import_module("ministack.services.cloudformation.provisioners")
responses: Any = import_module("ministack.core.responses")
stacks: Any = import_module("ministack.services.cloudformation.stacks")

_NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set."


def install() -> None:
    """Put these change sets in the place of ministack's."""
    compare = stacks._diff_resources
    changesets._resolve_props_for_diff = resolved
    changesets._diff_resources = lambda *arguments: differing(compare(*arguments), arguments[0], arguments[1])
    actions = cloudformation._ACTION_HANDLERS
    actions["CreateChangeSet"] = _creating(actions["CreateChangeSet"])
    actions["DeleteChangeSet"] = _deleting(actions["DeleteChangeSet"])


def resolved(template: Document, parameters: Document, _stack_name: str, stack_id: str) -> Document:
    """Return the resources that a template makes of ``parameters``, resolved against what the stack has deployed.

    ministack calls this for the deployed template and for the new one, and compares the two.
    """
    return {"Resources": foresee(template, parameters, nesting.find(stack_id) or {}).resources}


def differing(changes: list[Document], before: Document, after: Document) -> list[Document]:
    """Return the changes that change something, each with its values before and after."""
    kept = []
    for change in changes:
        resource = change["ResourceChange"]
        old = before.get("Resources", {}).get(resource["LogicalResourceId"])
        new = after.get("Resources", {}).get(resource["LogicalResourceId"])
        if old and new:
            details = [detail for detail in resource["Details"] if _is_change(detail, changed(old, new))]
            for detail in details:
                if detail["Target"]["Attribute"] == "Properties":
                    detail["Target"] |= _values(detail["Target"]["Name"], old["Properties"], new["Properties"])
            resource["Details"] = details
            resource["Scope"] = list(dict.fromkeys(detail["Target"]["Attribute"] for detail in details))
            resource["Replacement"] = stacks._replacement(details, old["Type"] != new["Type"])
            if not details and old["Type"] == new["Type"]:
                continue
        resource["_contexts"] = {"BeforeContext": old, "AfterContext": new}
        kept.append(change)
    return kept


def _is_change(detail: Document, changed: set[str]) -> bool:
    """Return whether a detail tells a change: an attribute of a resource that stays in place is taken to stay."""
    if detail.get("ChangeSource") in ("ResourceAttribute", "ResourceReference") and detail["Evaluation"] == "Dynamic":
        return False
    return detail["Target"]["Attribute"] != "Properties" or detail["Target"]["Name"] in changed


def _values(name: str, old: Document, new: Document) -> dict[str, str]:
    values = {"Path": f"/Properties/{name}", "AttributeChangeType": "Modify"}
    if name in old:
        values["BeforeValue"] = text(old[name])
    if name in new:
        values["AfterValue"] = text(new[name])
    if not (name in old and name in new):
        values["AttributeChangeType"] = "Remove" if name in old else "Add"
    return values


# --- nested change sets ---------------------------------------------------------------------------------


def _creating(original: Action) -> Action:
    def create(request: Request) -> Response:
        """Create the change set, and one for each nested stack that changes where that was asked for."""
        response = original(request)
        if response[0] == OK and helpers._p(request, "IncludeNestedStacks", "false").lower() == "true":
            identifier = ElementTree.fromstring(response[2]).findtext(".//{*}Id")  # noqa: S314 - our own text
            change_set = cloudformation._change_sets[identifier]
            change_set |= {"IncludeNestedStacks": True, "RootChangeSetId": None}
            _include_nested(change_set, cloudformation._stacks[change_set["StackName"]])
        return response

    return create


def _include_nested(parent: Document, stack: nesting.Stack) -> None:
    """Give every nested stack among the changes of ``parent`` a change set of its own."""
    for change in parent["Changes"]:
        resource = change["ResourceChange"]
        if resource["ResourceType"] == nesting.TYPE:
            child = _nested(parent, stack, resource)
            cloudformation._change_sets[child["ChangeSetId"]] = child
            resource["ChangeSetId"] = child["ChangeSetId"]
            if child["Status"] == "FAILED" and child["StatusReason"] != _NO_CHANGES:
                reason = f"Nested change set {child['ChangeSetId']} was not successfully created: Currently in FAILED."
                parent |= {"Status": "FAILED", "ExecutionStatus": "UNAVAILABLE", "StatusReason": reason}


def _nested(parent: Document, stack: nesting.Stack, resource: Document) -> Document:
    """Return the change set of one nested stack. What is wrong with its template or parameters fails it."""
    name, stack_id = nesting.identity(stack, resource["LogicalResourceId"])
    existing = nesting.find(resource.get("PhysicalResourceId", ""))
    child = existing or {"StackName": name, "StackId": stack_id, "_resources": {}}
    digest = hashlib.sha256((parent["ChangeSetId"] + resource["LogicalResourceId"]).encode()).hexdigest()
    title = f"{parent['ChangeSetName']}-{resource['LogicalResourceId']}"[:115] + f"-{digest[:12].upper()}"
    prefix = parent["ChangeSetId"].rsplit("/", 2)[0]
    change_set = {
        "ChangeSetId": f"{prefix}/{title}/{uuid.UUID(digest[12:44])}",
        "ChangeSetName": title,
        "StackId": child["StackId"],
        "StackName": child["StackName"],
        "CreationTime": responses.now_iso(),
        "ChangeSetType": "UPDATE" if existing else "CREATE",
        "Parameters": [],
        "Tags": child.get("Tags", []),
        "Capabilities": parent["Capabilities"],
        "IncludeNestedStacks": True,
        "ParentChangeSetId": parent["ChangeSetId"],
        "RootChangeSetId": parent["RootChangeSetId"] or parent["ChangeSetId"],
        "Status": "CREATE_COMPLETE",
        "ExecutionStatus": "AVAILABLE",
        "Changes": [],
    }
    try:
        wanted = _wanted(child, resource, stack, parent)
    except ValueError as error:
        return {**change_set, "Status": "FAILED", "ExecutionStatus": "UNAVAILABLE", "StatusReason": str(error)}
    template, parameters = wanted["_template"], wanted["_resolved_params"]
    deployed, deployed_parameters = child.get("_template", {}), child.get("_resolved_params", {})
    changed = {
        key for key, value in parameters.items() if deployed_parameters.get(key, {}).get("Value") != value["Value"]
    }
    retagged = child["_resources"] if existing and child.get("Tags") != wanted["Tags"] else ()
    change_set |= {"Parameters": wanted["Parameters"], "Tags": wanted["Tags"] or []}
    change_set["Changes"] = changesets._diff_resources(
        resolved(deployed, deployed_parameters, child["StackName"], child["StackId"]),
        resolved(template, parameters, child["StackName"], child["StackId"]),
        child["_resources"],
        template,
        changed,
        retagged,
    )
    if not change_set["Changes"]:
        change_set |= {"Status": "FAILED", "ExecutionStatus": "UNAVAILABLE", "StatusReason": _NO_CHANGES}
    _include_nested(change_set, child)
    return change_set


def _wanted(child: nesting.Stack, resource: Document, stack: nesting.Stack, parent: Document) -> Document:
    """Return what a nested stack is to become: nothing where it is removed."""
    after = resource["_contexts"]["AfterContext"]
    if after is None:
        return {"_template": {}, "_resolved_params": {}, "Parameters": [], "Tags": child.get("Tags")}
    tags = parent["Tags"] if parent.get("_tags_given", True) else stack["Tags"]
    properties = provisioners._with_stack_tags(
        nesting.TYPE, after["Properties"], tags, stack["StackName"], stack["StackId"], resource["LogicalResourceId"]
    )
    return becoming(child, properties, {**stack, "Capabilities": parent["Capabilities"]})


def _deleting(original: Action) -> Action:
    def delete(request: Request) -> Response:
        """Delete the change set and the nested ones under it."""
        identifier, _ = changesets._find_change_set(
            helpers._p(request, "ChangeSetName"), helpers._p(request, "StackName")
        )
        for nested in [key for key, value in cloudformation._change_sets.items() if _under(value, identifier)]:
            cloudformation._change_sets.pop(nested)
        return original(request)

    return delete


def _under(change_set: Document, root: str | None) -> bool:
    return root is not None and change_set.get("RootChangeSetId") == root
