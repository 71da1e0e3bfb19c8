"""The offline plan: two built trees compared, and what the comparison predicts.

No account is asked, so a prediction is what the templates and parameter values alone can tell: a property that is
written differently, or that reads a parameter or condition which differs, changes its resource; whether that replaces
it follows from the registry schema's ``createOnlyProperties``.
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deployer.decide.templates import values
from deployer.model import STACK_TYPE, Change, Detail, join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deployer.model import Template, Tree

CreateOnly = Callable[[str], Collection[str]]
"""Gives a resource type's create-only properties as JSON pointers: ``/properties/Engine``."""


@dataclass(frozen=True)
class Side:
    """One of the two trees: its templates by stack path, and the root's parameter values."""

    tree: Tree
    parameters: Mapping[str, str]


def compare(before: Side, after: Side, create_only: CreateOnly) -> list[Change]:
    """Return what deploying ``after`` over ``before`` would change, with predicted replacements."""
    old_values = values(before.tree.get("", {}), before.parameters)
    new_values = values(after.tree[""], after.parameters)
    names = {name for name in {*old_values, *new_values} if old_values.get(name) != new_values.get(name)}
    return list(_compare(before.tree, after.tree, "", names, create_only))


@dataclass(frozen=True)
class _Stack:
    """One stack under comparison; ``touched`` names its parameters and conditions that differ or may differ."""

    path: str
    touched: set[str]
    create_only: CreateOnly


def _compare(before: Tree, after: Tree, path: str, names: set[str], create_only: CreateOnly) -> Iterator[Change]:
    old, new = before.get(path, {}), after.get(path, {})
    old_resources, new_resources = old.get("Resources", {}), new.get("Resources", {})
    stack = _Stack(path, names | _differing_conditions(old, new, names), create_only)
    every = sorted({*old_resources, *new_resources})
    while True:
        found = {name: _resource(stack, name, old_resources.get(name), new_resources.get(name)) for name in every}
        # Whatever reads a replaced resource gets another value.
        replaced = {name for name, change in found.items() if change and change.replacement == "True"}
        if replaced <= stack.touched:
            break
        stack.touched.update(replaced)
    for name, change in found.items():
        if change:
            yield change
        was, now = old_resources.get(name), new_resources.get(name)
        if (now or was)["Type"] == STACK_TYPE:
            yield from _compare(before, after, join(path, name), _passed_on(was, now, stack.touched), create_only)


def _resource(stack: _Stack, name: str, was: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> Change | None:
    if was is None or now is None:
        body = now or was or {}
        action = "Add" if was is None else "Remove"
        fate = "" if was is None else str(was.get("DeletionPolicy", "Delete")).removesuffix("ExceptOnCreate")
        return Change(stack_path=stack.path, logical_id=name, type=body["Type"], action=action, policy_action=fate)
    if was["Type"] != now["Type"]:
        detail = Detail(attribute="Type", recreation="Always", before=was["Type"], after=now["Type"])
        return _modified(stack.path, name, was, [detail])
    details = list(_details(was, now, stack))
    if now["Type"] == STACK_TYPE:
        details = [detail for detail in details if detail.name not in {"TemplateURL", "Parameters"}]
    return _modified(stack.path, name, was, details) if details else None


def _modified(path: str, name: str, was: Mapping[str, Any], details: list[Detail]) -> Change:
    grave = [detail for detail in details if detail.recreation == "Always"]
    certain = any(detail.evaluation == "Static" for detail in grave)
    replacement = "True" if certain else "Conditional" if grave else "False"
    keep = str(was.get("UpdateReplacePolicy", "Delete"))
    return Change(
        stack_path=path,
        logical_id=name,
        type=was["Type"],
        action="Modify",
        replacement=replacement,
        policy_action=f"ReplaceAnd{keep}" if certain else "",
        details=tuple(details),
    )


def _details(was: Mapping[str, Any], now: Mapping[str, Any], stack: _Stack) -> Iterator[Detail]:
    fixed = {pointer.removeprefix("/properties/").split("/")[0] for pointer in stack.create_only(now["Type"])}
    old, new = was.get("Properties", {}), now.get("Properties", {})
    for name in sorted({*old, *new}):
        recreation = "Always" if name in fixed else "Never"
        if old.get(name) != new.get(name):
            yield Detail(name=name, recreation=recreation, before=_text(old.get(name)), after=_text(new.get(name)))
        elif causes := sorted(_names(new.get(name)) & stack.touched):
            yield Detail(name=name, recreation=recreation, evaluation="Dynamic", cause=", ".join(causes))
    for attribute in ("DeletionPolicy", "UpdateReplacePolicy", "Metadata", "Condition", "UpdatePolicy"):
        if was.get(attribute) != now.get(attribute):
            before, after = _text(was.get(attribute)), _text(now.get(attribute))
            yield Detail(attribute=attribute, before=before, after=after)
    if now.get("Condition") in stack.touched and was.get("Condition") == now.get("Condition"):
        yield Detail(attribute="Condition", evaluation="Dynamic", cause=str(now["Condition"]))


def _differing_conditions(old: Template, new: Template, differing: set[str]) -> set[str]:
    """Return the conditions that are written differently or rest on something that differs."""
    old_rules, new_rules = old.get("Conditions", {}), new.get("Conditions", {})
    found = {name for name in new_rules if name in old_rules and new_rules[name] != old_rules[name]}
    while True:
        more = {name for name, rule in new_rules.items() if _names(rule) & (differing | found)} - found
        if not more:
            return found
        found |= more


def _passed_on(was: Mapping[str, Any] | None, now: Mapping[str, Any] | None, touched: set[str]) -> set[str]:
    """Return the parameters of a nested stack that get, or may get, another value than before."""
    old = (was or {}).get("Properties", {}).get("Parameters", {})
    new = (now or {}).get("Properties", {}).get("Parameters", {})
    written = {name for name in {*old, *new} if old.get(name) != new.get(name)}
    return written | {name for name, value in new.items() if _names(value) & touched}


_IN_SUB = re.compile(r"\$\{([A-Za-z0-9]+)[^}]*\}")


def _names(node: object) -> set[str]:
    """Return every parameter, resource and condition that a value reads."""
    if isinstance(node, list):
        return {name for item in node for name in _names(item)}
    if isinstance(node, dict):
        return {name for key, value in node.items() for name in _read(key, value)}
    return set()


def _read(key: str, value: object) -> set[str]:
    """Return what one member of an object reads: an intrinsic function, or a plain property."""
    match key, value:
        case "Ref" | "Condition", str():
            return {value}
        case "Fn::GetAtt", str():
            return {value.split(".")[0]}
        case "Fn::GetAtt", [str() as name, *_]:
            return {name}
        case "Fn::Sub", str():
            return set(_IN_SUB.findall(value))
        case "Fn::Sub", [str() as text, variables]:
            return set(_IN_SUB.findall(text)) | _names(variables)
        case "Fn::If", [str() as condition, *branches]:
            return {condition} | _names(branches)
    return _names(value)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) or value is None else json.dumps(value)
