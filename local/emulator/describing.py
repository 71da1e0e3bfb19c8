"""What ministack's answers leave out: a stack's ancestors, a change set's nested ones, values before and after."""

from __future__ import annotations

import json
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias
from xml.etree import ElementTree

from local.emulator.nesting import find

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.emulator.schema import Document

changesets: Any = import_module("ministack.services.cloudformation.changesets")
cloudformation: Any = import_module("ministack.services.cloudformation")
helpers: Any = import_module("ministack.services.cloudformation.helpers")

Request: TypeAlias = "dict[str, list[str]]"
Response: TypeAlias = "tuple[int, dict[str, str], bytes]"
Action: TypeAlias = "Callable[[Request], Response]"

OK = 200


def install() -> None:
    """Complete ministack's answers."""
    actions: dict[str, Action] = cloudformation._ACTION_HANDLERS
    actions["DescribeChangeSet"] = _describing_change_sets(actions["DescribeChangeSet"])
    for name in ("DescribeStacks", "ListStacks"):
        actions[name] = _describing_stacks(actions[name])


def _describing_stacks(original: Action) -> Action:
    def describe(request: Request) -> Response:
        """Describe the stacks, and say which stack each is nested in."""
        return _amended(original(request), _add_ancestors)

    return describe


def _add_ancestors(root: ElementTree.Element) -> None:
    for member in root[0][0]:
        stack = find(member.findtext("{*}StackId") or "") or {}
        for name in ("ParentId", "RootId"):
            _add(member, name, stack.get(name))


def _describing_change_sets(original: Action) -> Action:
    def describe(request: Request) -> Response:
        """Describe the change set with its nested ones and, where asked for, the values before and after."""
        names = (helpers._p(request, "ChangeSetName"), helpers._p(request, "StackName"))
        _, change_set = changesets._find_change_set(*names)
        with_values = helpers._p(request, "IncludePropertyValues", "false").lower() == "true"
        return _amended(original(request), lambda root: _complete(root, change_set, with_values=with_values))

    return describe


def _complete(root: ElementTree.Element, change_set: Document, *, with_values: bool) -> None:
    result = root[0]
    if "IncludeNestedStacks" in change_set:
        _add(result, "IncludeNestedStacks", "true")
        for name in ("ParentChangeSetId", "RootChangeSetId"):
            _add(result, name, change_set.get(name))
    elements = result.findall("{*}Changes/{*}member/{*}ResourceChange")
    for element, change in zip(elements, change_set["Changes"], strict=True):
        resource = change["ResourceChange"]
        _add(element, "ChangeSetId", resource.get("ChangeSetId"))
        for name, context in resource.get("_contexts", {}).items() if with_values else ():
            _add(element, name, context and json.dumps({"Properties": context.get("Properties", {})}))
        targets = element.findall("{*}Details/{*}member/{*}Target")
        for target, detail in zip(targets, resource.get("Details", ()), strict=True):
            for name in ("Path", "AttributeChangeType", "BeforeValue", "AfterValue") if with_values else ():
                _add(target, name, detail["Target"].get(name))


def _amended(response: Response, amend: Callable[[ElementTree.Element], None]) -> Response:
    """Return an answer with what ``amend`` adds to its XML, or an error as it is."""
    code, headers, body = response
    if code != OK:
        return response
    ElementTree.register_namespace("", helpers.CFN_NS)
    root = ElementTree.fromstring(body)  # noqa: S314 - our own text
    amend(root)
    return code, headers, ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _add(element: ElementTree.Element, name: str, text: str | None) -> None:
    if text:
        ElementTree.SubElement(element, f"{{{helpers.CFN_NS}}}{name}").text = text
