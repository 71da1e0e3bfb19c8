"""What can be said of one template without evaluating it: the names it uses, and those that it does not define."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gate.tree.evaluate import VARIABLE, sub_arguments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gate.tree.load import Template
    from gate.tree.values import Path, Raw


FIX = "Define it, or correct the name."


def uses(raw: Raw, at: Path = ()) -> Iterator[tuple[str, str, Path]]:
    """Yield ``(kind, name, path)`` of every name used below ``raw``; kind is ``ref``, ``att``, or ``condition``."""
    if isinstance(raw, list):
        for index, item in enumerate(raw):
            yield from uses(item, (*at, index))
    elif isinstance(raw, dict):
        for key, item in raw.items():
            here = (*at, key)
            if key == "Ref" and isinstance(item, str) and len(raw) == 1:
                yield "ref", item, here
            elif key == "Fn::GetAtt" and isinstance(item, str):
                yield "att", item.partition(".")[0], here
            elif key == "Fn::GetAtt" and isinstance(item, list) and item and isinstance(item[0], str):
                yield "att", item[0], here
                yield from uses(item, here)
            elif key == "Fn::Sub":
                yield from _variables(item, here)
            else:
                if key == "Fn::If" and isinstance(item, list) and item and isinstance(item[0], str):
                    yield "condition", item[0], here
                yield from uses(item, here)


def _variables(argument: Raw, at: Path) -> Iterator[tuple[str, str, Path]]:
    pattern, given = sub_arguments(argument)
    yield from uses(given, (*at, 1))
    if isinstance(pattern, str):
        for match in VARIABLE.finditer(pattern):
            name = match[1].strip()
            if name not in given and not name.startswith("!"):
                yield ("att" if "." in name else "ref"), name.partition(".")[0], at


def names(raw: Raw) -> set[str]:
    """Return the parameters and resources that ``raw`` names."""
    return {name for kind, name, _ in uses(raw) if kind != "condition"}


def undefined(template: Template) -> Iterator[tuple[str, Path, str]]:
    """Yield ``(code, path, message)`` for each use of a name that the template does not define.

    A template that a macro rewrites is not judged: the macro may define the name.
    """
    if template.opaque:
        return
    resources, parameters = template.section("Resources"), template.section("Parameters")
    conditions = template.section("Conditions")
    for section in ("Resources", "Outputs", "Conditions"):
        for name, body in template.section(section).items():
            for kind, used, path in uses(_without_metadata(body, section), (section, name)):
                if kind == "condition" and used not in conditions:
                    yield "undefined-condition", path, f"the condition {used} is not defined"
                elif kind == "att" and used not in resources:
                    yield "unresolved-reference", path, f"there is no resource {used}"
                elif (
                    kind == "ref" and used not in resources and used not in parameters and not used.startswith("AWS::")
                ):
                    yield "unresolved-reference", path, f"there is no parameter or resource {used}"
                elif kind == "ref" and section == "Conditions" and used in resources:
                    yield "unresolved-reference", path, f"a condition cannot depend on the resource {used}"
            given = body.get("DependsOn") if isinstance(body, dict) else None
            for wanted in given if isinstance(given, list) else [given]:
                if isinstance(wanted, str) and wanted not in resources:
                    yield "unresolved-reference", (section, name, "DependsOn"), f"there is no resource {wanted}"


def _without_metadata(body: Raw, section: str) -> Raw:
    """Leave out what the service does not evaluate as part of a resource's creation."""
    if section != "Resources" or not isinstance(body, dict):
        return body
    return {key: item for key, item in body.items() if key != "DependsOn"}
