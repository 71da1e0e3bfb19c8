"""Change sets that see into nested stacks, know conditions, and tell the values before and after.

ministack compares templates text by text: it lists what a condition leaves out, misses what a condition brings in, and
stops at the root. Here each side is resolved against what is deployed, a nested stack that changes gets a change set of
its own, and one that stays as it is is not listed.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/change-sets-for-nested-stacks.html,
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceTargetDefinition.html
"""

from __future__ import annotations

import hashlib
import json
import uuid
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias
from xml.etree import ElementTree

from local.emulator import nesting

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.emulator.schema import Document, Json

changesets: Any = import_module("ministack.services.cloudformation.changesets")
cloudformation: Any = import_module("ministack.services.cloudformation")
engine: Any = import_module("ministack.services.cloudformation.engine")
handlers: Any = import_module("ministack.services.cloudformation.handlers")
helpers: Any = import_module("ministack.services.cloudformation.helpers")
provisioners: Any = import_module("ministack.services.cloudformation.provisioners")
responses: Any = import_module("ministack.core.responses")
stacks: Any = import_module("ministack.services.cloudformation.stacks")

Request: TypeAlias = "dict[str, list[str]]"
Response: TypeAlias = "tuple[int, dict[str, str], bytes]"

UNKNOWN = "{{changeSet:KNOWN_AFTER_APPLY}}"
_NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set."


class _Unknown(dict[str, str]):
    """The attributes of a resource that is yet to be made: there, but known only once it is."""

    def __contains__(self, _name: object) -> bool:
        return True

    def __getitem__(self, _name: str) -> str:
        return UNKNOWN


def install() -> None:
    """Put these change sets in the place of ministack's."""
    compare = stacks._diff_resources
    changesets._resolve_props_for_diff = resolved
    changesets._diff_resources = lambda *arguments: differing(compare(*arguments), arguments[0], arguments[1])
    actions = cloudformation._ACTION_HANDLERS
    actions["CreateChangeSet"] = _creating(actions["CreateChangeSet"])
    actions["DescribeChangeSet"] = _describing(actions["DescribeChangeSet"])
    actions["DeleteChangeSet"] = _deleting(actions["DeleteChangeSet"])


def resolved(template: Document, parameters: Document, _stack_name: str, stack_id: str) -> Document:
    """Return the resources that a template makes of ``parameters``, resolved against what the stack has deployed.

    ministack calls this for the deployed template and for the new one, and compares the two.
    """
    stack = nesting.find(stack_id) or {}
    deployed = stack.get("_resources", {})
    if not template:
        return {}
    conditions = engine._evaluate_conditions(template, parameters)
    is_new = template is not stack.get("_template")
    before = resolved(stack.get("_template", {}), stack.get("_resolved_params", {}), "", stack_id) if is_new else {}
    known, found = dict(deployed), {}

    def value(written: Json) -> Json:
        mappings, name = template.get("Mappings", {}), stack.get("StackName", "")
        try:
            return engine._resolve_refs(written, known, parameters, conditions, mappings, name, stack_id)
        except ValueError:
            # A function of something that is yet to be made, such as a block of an unknown network.
            return UNKNOWN

    for logical_id in engine._topological_sort(template.get("Resources", {}), conditions):
        definition = template["Resources"][logical_id]
        values = {key: value(written) for key, written in definition.get("Properties", {}).items()}
        properties = {key: item for key, item in values.items() if item is not engine._NO_VALUE}
        found[logical_id] = {**definition, "Properties": properties}
        if is_new and _made_anew(before.get("Resources", {}).get(logical_id), found[logical_id]):
            known[logical_id] = {"PhysicalResourceId": UNKNOWN, "Attributes": _Unknown()}
    return {"Resources": found}


def _made_anew(before: Document | None, after: Document) -> bool:
    if before is None or before["Type"] != after["Type"]:
        return True
    changed = _changed(before, after)
    return any(stacks._property_recreation(after["Type"], name) == "Always" for name in changed)


def _changed(before: Document, after: Document) -> set[str]:
    old, new = before.get("Properties", {}), after.get("Properties", {})
    return {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}


def differing(changes: list[Document], before: Document, after: Document) -> list[Document]:
    """Return the changes that change something, each with its values before and after."""
    kept = []
    for change in changes:
        resource = change["ResourceChange"]
        old = before.get("Resources", {}).get(resource["LogicalResourceId"])
        new = after.get("Resources", {}).get(resource["LogicalResourceId"])
        if old and new:
            details = [detail for detail in resource["Details"] if _is_change(detail, _changed(old, new))]
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
        values["BeforeValue"] = _text(old[name])
    if name in new:
        values["AfterValue"] = _text(new[name])
    if not (name in old and name in new):
        values["AttributeChangeType"] = "Remove" if name in old else "Add"
    return values


def _text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)


# --- nested change sets ---------------------------------------------------------------------------------


def _creating(original: Callable[[Request], Response]) -> Callable[[Request], Response]:
    def create(request: Request) -> Response:
        """Create the change set, and one for each nested stack that changes where that was asked for."""
        response = original(request)
        if response[0] == 200 and helpers._p(request, "IncludeNestedStacks", "false").lower() == "true":  # noqa: PLR2004
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
    """Return what a nested stack is to become: nothing where it is removed; unknown parameters pass unchecked."""
    after = resource["_contexts"]["AfterContext"]
    if after is None:
        return {"_template": {}, "_resolved_params": {}, "Parameters": [], "Tags": child.get("Tags")}
    tags = parent["Tags"] if parent.get("_tags_given", True) else stack["Tags"]
    properties = provisioners._with_stack_tags(
        nesting.TYPE, after["Properties"], tags, stack["StackName"], stack["StackId"], resource["LogicalResourceId"]
    )
    given = properties.get("Parameters") or {}
    if not any(UNKNOWN in _text(value) for value in given.values()):
        return nesting.desired(child, properties, {**stack, "Capabilities": parent["Capabilities"]})
    template = engine._parse_template(nesting.template_body(properties))
    parameters = {
        name: {
            "Value": _text(given.get(name, definition.get("Default", ""))),
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


# --- what ministack's answers leave out -----------------------------------------------------------------


def _describing(original: Callable[[Request], Response]) -> Callable[[Request], Response]:
    def describe(request: Request) -> Response:
        """Describe the change set with its nested ones and, where asked for, the values before and after."""
        response = original(request)
        _, change_set = changesets._find_change_set(
            helpers._p(request, "ChangeSetName"), helpers._p(request, "StackName")
        )
        if change_set is None:
            return response
        with_values = helpers._p(request, "IncludePropertyValues", "false").lower() == "true"
        return amended(response, lambda root: _complete(root, change_set, with_values=with_values))

    return describe


def _complete(root: ElementTree.Element, change_set: Document, *, with_values: bool) -> None:
    result = root[0]
    if "IncludeNestedStacks" in change_set:
        add(result, "IncludeNestedStacks", "true")
        for name in ("ParentChangeSetId", "RootChangeSetId"):
            add(result, name, change_set.get(name))
    elements = result.findall("{*}Changes/{*}member/{*}ResourceChange")
    for element, change in zip(elements, change_set["Changes"], strict=True):
        resource = change["ResourceChange"]
        add(element, "ChangeSetId", resource.get("ChangeSetId"))
        for name, context in resource.get("_contexts", {}).items() if with_values else ():
            add(element, name, context and json.dumps({"Properties": context.get("Properties", {})}))
        targets = element.findall("{*}Details/{*}member/{*}Target")
        for target, detail in zip(targets, resource.get("Details", ()), strict=True):
            for name in ("Path", "AttributeChangeType", "BeforeValue", "AfterValue") if with_values else ():
                add(target, name, detail["Target"].get(name))


def _deleting(original: Callable[[Request], Response]) -> Callable[[Request], Response]:
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


def amended(response: Response, amend: Callable[[ElementTree.Element], None]) -> Response:
    """Return an answer of ministack's with what ``amend`` adds to its XML."""
    code, headers, body = response
    if code != 200:  # noqa: PLR2004 - an error, as it is
        return response
    ElementTree.register_namespace("", helpers.CFN_NS)
    root = ElementTree.fromstring(body)  # noqa: S314 - our own text
    amend(root)
    return code, headers, ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def add(element: ElementTree.Element, name: str, text: str | None) -> None:
    """Add a member to an answer, unless there is nothing to say."""
    if text:
        ElementTree.SubElement(element, f"{{{helpers.CFN_NS}}}{name}").text = text
