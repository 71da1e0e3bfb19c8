"""A template as one stack instance sees it: what is known is written out, what is not stays as the template says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gate.tree import as_bool, as_text, items, known
from gate.tree.structure import names

if TYPE_CHECKING:
    from gate.tree import Path, Raw, Stack

_KEPT: Final = ("AWSTemplateFormatVersion", "Description", "Transform", "Mappings", "Conditions")
_OPAQUE: Final = ("Fn::Transform", "Fn::ForEach")


def resolved(stack: Stack) -> dict[str, Raw]:
    """Write the stack's template with its values: literals for what they are, no branch that is not taken.

    Resources and outputs whose condition is false are left out. A reference to something that only the deployment
    makes stays a function, so parameters stay declared; a default that does not apply here is not among them. What
    comes from a NoEcho parameter is not written out.
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
    if not known(value) or name in _secret(stack):
        return kept
    return {**kept, "Default": ",".join(map(str, map(as_text, items(value))))}


def _secret(stack: Stack) -> set[str]:
    """Name the parameters whose values are not to be shown, and so not to be written anywhere."""
    declared = stack.template.section("Parameters").items()
    return {name for name, body in declared if isinstance(body, dict) and as_bool(_scalar(body.get("NoEcho")))}


def _scalar(raw: Raw) -> str | bool | None:
    return raw if isinstance(raw, str | bool) else None


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


def _function(stack: Stack, name: str, raw: dict[str, Raw], at: Path) -> Raw:
    if name in _OPAQUE:
        return raw
    value = stack.piece(at, raw)
    if value is None:
        return None
    if known(value) and not names(raw) & _secret(stack):
        return value  # type: ignore[return-value]  # a literal through and through
    argument = raw[name]
    if name == "Fn::If" and isinstance(argument, list) and len(argument) == 3:  # noqa: PLR2004 - condition, then, else
        truth = stack.condition(str(argument[0]))
        if truth is not None:
            return _fold(stack, argument[1 if truth else 2], (*at, name, 1 if truth else 2))
    if isinstance(argument, list):  # whose items have their places: nothing may be removed
        return {name: [_kept(_fold(stack, item, (*at, name, index))) for index, item in enumerate(argument)]}
    return {name: _fold(stack, argument, (*at, name))}


def _kept(folded: Raw) -> Raw:
    return {"Ref": "AWS::NoValue"} if folded is None else folded
