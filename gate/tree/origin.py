"""Where a value comes from: the chain from a property through parameters and outputs to what was written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gate.tree.evaluate import sub_arguments

if TYPE_CHECKING:
    from gate.tree.resource import Resource
    from gate.tree.stack import Stack
    from gate.tree.values import Path, Raw


@dataclass(frozen=True)
class Place:
    """A place in a template; ``stack`` is empty and ``path`` the name for a value given to a root parameter."""

    stack: str
    file: str
    path: Path
    line: int | None

    def __str__(self) -> str:
        """Show as ``file:line Resources.Vpc.Properties.CidrBlock``."""
        return f"{self.file}{f':{self.line}' if self.line else ''} {'.'.join(map(str, self.path))}"


def origin(resource: Resource, path: str | Path) -> list[Place]:
    """Return the places a property's value passes through: first the property itself, last where it was written.

    Follows ``Ref`` of parameters, outputs of child stacks, ``Fn::If`` branches that are taken, and a ``Fn::Sub`` or
    ``Fn::Join`` that has one variable only. Where it cannot go on, it ends.
    """
    keys: Path = tuple(path.split(".")) if isinstance(path, str) else path
    places: list[Place] = []
    stack: Stack | None = resource.stack
    at: Path = (*resource.at, "Properties")
    raw: Raw = resource.raw.get("Properties", {})
    raw, at, keys = _down(resource.stack, raw, at, keys)
    while stack is not None and (stack.path, at) not in [(place.stack, place.path) for place in places]:
        places.append(Place(stack.path, stack.file, at, stack.template.line(at)))
        step = _source(stack, raw)
        if step is None:
            break
        stack, raw, at, parameter = step
        if stack is None:
            places.append(Place("", "parameters", (parameter,), None))
        else:
            raw, at, keys = _down(stack, raw, at, keys)
    return places


def _down(stack: Stack, raw: Raw, at: Path, keys: Path) -> tuple[Raw, Path, Path]:
    """Descend as far as the keys lead, through the branches of ``Fn::If`` that are taken."""
    while True:
        if isinstance(raw, dict) and len(raw) == 1 and isinstance(branches := raw.get("Fn::If"), list):
            truth = stack.condition(str(branches[0]), at) if branches else None
            if truth is None or len(branches) != 3:  # noqa: PLR2004 - condition, then, else
                return raw, at, keys
            index = 1 if truth else 2
            raw, at = branches[index], (*at, "Fn::If", index)
        elif keys and isinstance(raw, dict) and str(keys[0]) in raw:
            raw, at, keys = raw[str(keys[0])], (*at, str(keys[0])), keys[1:]
        elif keys and isinstance(raw, list) and str(keys[0]).isdecimal():
            shown = [index for index, item in enumerate(raw) if stack.piece((*at, index), item) is not None]
            if int(keys[0]) >= len(shown):
                return raw, at, keys
            index = shown[int(keys[0])]
            raw, at, keys = raw[index], (*at, index), keys[1:]
        else:
            return raw, at, keys


def _source(stack: Stack, raw: Raw) -> tuple[Stack | None, Raw, Path, str] | None:
    """Return where a function takes its value from: the stack, what is written there, and its place."""
    if not isinstance(raw, dict) or len(raw) != 1:
        return None
    name, argument = next(iter(raw.items()))
    if name == "Fn::Sub":
        pattern, given = sub_arguments(argument)
        variable = pattern[2:-1] if isinstance(pattern, str) and pattern.count("${") == 1 else ""
        if not variable or pattern != f"${{{variable}}}":
            return None
        return _source(stack, given.get(variable, {"Fn::GetAtt": variable} if "." in variable else {"Ref": variable}))
    if name == "Ref" and isinstance(argument, str) and argument in stack.template.section("Parameters"):
        return _parameter(stack, argument)
    if name == "Fn::GetAtt":
        parts = argument.split(".", 1) if isinstance(argument, str) else argument
        if isinstance(parts, list) and all(isinstance(part, str) for part in parts) and len(parts) > 1:
            output = ".".join(map(str, parts[1:])).removeprefix("Outputs.")
            child = stack.children.get(str(parts[0]))
            body = child.template.section("Outputs").get(output) if child else None
            if child and isinstance(body, dict) and "Value" in body:
                return child, body["Value"], ("Outputs", output, "Value"), ""
    return None


def _parameter(stack: Stack, name: str) -> tuple[Stack | None, Raw, Path, str]:
    passed = stack.passed()
    if stack.resource is not None and passed is not None and name in passed:
        return stack.resource.stack, passed[name], (*stack.resource.at, "Properties", "Parameters", name), name
    if stack.resource is None and name in (stack.tree.parameters or {}):
        return None, None, (), name
    body = stack.template.section("Parameters")[name]
    default = body.get("Default") if isinstance(body, dict) else None
    return stack, default, ("Parameters", name, *(("Default",) if default is not None else ())), name
