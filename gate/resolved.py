"""A template as one stack instance sees it: what is known is written out, what is not stays as the template says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gate.tree import as_text, items, known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gate.tree import Path, Raw, Stack

_KEPT: Final = ("AWSTemplateFormatVersion", "Description", "Transform", "Mappings", "Conditions")
_OPAQUE: Final = ("Fn::Transform", "Fn::ForEach")


def resolved(stack: Stack) -> dict[str, Raw]:
    """Write the stack's template with its values: literals for what they are, no branch that is not taken.

    Resources and outputs whose condition is false are left out. A reference to something that only the deployment
    makes stays a function, so parameters stay declared; a default that does not apply here is not among them.
    """
    if stack.template.opaque:
        return stack.template.body
    body: dict[str, Raw] = {name: stack.template.body[name] for name in _KEPT if name in stack.template.body}
    body["Parameters"] = {
        name: _parameter(stack, name, declared) for name, declared in stack.template.section("Parameters").items()
    }
    body["Resources"] = _section(stack, "Resources")
    body["Outputs"] = _section(stack, "Outputs")
    return {name: section for name, section in body.items() if section != {}}


def _parameter(stack: Stack, name: str, declared: Raw) -> Raw:
    if not isinstance(declared, dict):
        return declared
    kept = {key: value for key, value in declared.items() if key != "Default"}
    value = stack.parameter(name)
    return {**kept, "Default": ",".join(map(str, map(as_text, items(value))))} if known(value) else kept


def _section(stack: Stack, name: str) -> Raw:
    return {
        logical_id: _fold(stack, _conditioned(body, truth), (name, logical_id))
        for logical_id, body in stack.template.section(name).items()
        if (truth := _truth(stack, body)) is not False
    }


def _truth(stack: Stack, body: Raw) -> bool | None:
    condition = body.get("Condition") if isinstance(body, dict) else None
    return stack.condition(condition) if isinstance(condition, str) else True


def _conditioned(body: Raw, truth: bool | None) -> Raw:
    if not isinstance(body, dict):
        return body
    dropped = {"Metadata", *(("Condition",) if truth else ())}
    return {key: value for key, value in body.items() if key not in dropped}


def _fold(stack: Stack, raw: Raw, at: Path) -> Raw:
    """Replace what is known; None where ``AWS::NoValue`` removes the value."""
    if isinstance(raw, list):
        folded = [_fold(stack, item, (*at, index)) for index, item in enumerate(raw)]
        return [item for item in folded if item is not None]
    if not isinstance(raw, dict):
        return raw
    if len(raw) == 1 and (name := next(iter(raw))) and (name == "Ref" or name.startswith("Fn::")):
        return _function(stack, name, raw, at)
    pairs = ((key, _fold(stack, value, (*at, key))) for key, value in raw.items())
    return {key: value for key, value in pairs if value is not None}


def _function(stack: Stack, name: str, raw: Mapping[str, Raw], at: Path) -> Raw:
    if name in _OPAQUE:
        return dict(raw)
    value = stack.piece(at, dict(raw))
    if value is None:
        return None
    if known(value):
        return value  # type: ignore[return-value]  # a literal through and through
    argument = raw[name]
    if name == "Fn::If" and isinstance(argument, list) and len(argument) == 3:  # noqa: PLR2004 - condition, then, else
        truth = stack.condition(str(argument[0]))
        if truth is not None:
            return _fold(stack, argument[1 if truth else 2], (*at, name, 1 if truth else 2))
    return {name: _fold(stack, argument, (*at, name))}
