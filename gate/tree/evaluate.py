"""CloudFormation's functions, evaluated over plain data.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import base64
import itertools
import re
from typing import TYPE_CHECKING, Protocol

from gate.tree.compare import all_true, any_equal, any_true, equal, json_text
from gate.tree.network import subnets, zones
from gate.tree.values import (
    Reference,
    Unknown,
    as_int,
    as_text,
    concat,
    derived,
    known,
    show,
    split,
    unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from gate.tree.values import Path, Raw, Value


class Scope(Protocol):
    """What a function can ask of the stack instance in which it is evaluated."""

    def ref(self, name: str, at: Path) -> Value:
        """Return the value of a parameter or pseudo parameter, or the Reference to a resource."""

    def get_att(self, logical_id: str, attribute: str, at: Path) -> Value:
        """Return the attribute of a resource, or the output of a child stack."""

    def condition(self, name: str, at: Path) -> bool | None:
        """Return whether a named condition holds; None if that cannot be known."""

    def mapping(self, name: str) -> Raw:
        """Return a mapping as written; None if there is none of this name."""

    def imported(self, name: Value, at: Path) -> Value:
        """Return the value that some stack exports under this name."""

    def literal(self, value: Value) -> Value:
        """Return the value with the references replaced whose text is known."""

    def problem(self, code: str, at: Path, message: str, fix: str = "") -> None:
        """Record a structural problem."""


def evaluate(scope: Scope, raw: Raw, at: Path) -> Value:
    """Return the value of ``raw``, which stands at ``at``; None if it is absent (``AWS::NoValue``)."""
    if isinstance(raw, str):
        return concat([raw]) if "{{resolve:" in raw else raw
    if raw is None:
        scope.problem("malformed", at, "null is not a value in a template", "Give a value or remove the key.")
        return Unknown("null in the template")
    if isinstance(raw, list):
        members = [evaluate(scope, item, (*at, index)) for index, item in enumerate(raw)]
        return [item for item in members if item is not None]
    if not isinstance(raw, dict):
        return raw
    if len(raw) == 1:
        name, argument = next(iter(raw.items()))
        function = _FUNCTIONS.get(name)
        if function:
            return function(scope, argument, (*at, name))
        if name in _CONDITIONS:
            truth = decide(scope, raw, at)
            return Unknown(f"a condition that cannot be decided: {name}") if truth is None else truth
    strange = next((key for key in raw if key.startswith("Fn::") or key == "Ref"), None)
    if strange is not None:
        return Unknown(f"{strange} is not evaluated")
    pairs = ((key, evaluate(scope, item, (*at, key))) for key, item in raw.items())
    return {key: item for key, item in pairs if item is not None}


def decide(scope: Scope, raw: Raw, at: Path) -> bool | None:
    """Return whether a condition holds; None if that cannot be known."""
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw.lower() in {"true", "false"}:
        return raw.lower() == "true"
    name, argument = next(iter(raw.items())) if isinstance(raw, dict) and len(raw) == 1 else ("", None)
    here = (*at, name) if name else at
    if name in {"Condition", "Fn::Condition"} and isinstance(argument, str):
        return scope.condition(argument, here)
    decider = _CONDITIONS.get(name)
    if decider is None or not isinstance(argument, list):
        return (
            None
            if name.startswith("Fn::") and name not in _CONDITIONS
            else bool(_invalid(scope, at, "not a condition")) and None
        )
    return decider(scope, argument, here)


def _invalid(scope: Scope, at: Path, why: str, fix: str = "") -> Unknown:
    scope.problem("invalid-function", at, why, fix)
    return Unknown(why)


# --- conditions -------------------------------------------------------------------------------------------------------


def _and(scope: Scope, arguments: list[Raw], at: Path) -> bool | None:
    return all_true([decide(scope, item, (*at, index)) for index, item in enumerate(arguments)])


def _or(scope: Scope, arguments: list[Raw], at: Path) -> bool | None:
    return any_true([decide(scope, item, (*at, index)) for index, item in enumerate(arguments)])


def _not(scope: Scope, arguments: list[Raw], at: Path) -> bool | None:
    if len(arguments) != 1:
        return bool(_invalid(scope, at, "Fn::Not takes one condition")) and None
    truth = decide(scope, arguments[0], (*at, 0))
    return None if truth is None else not truth


def _equals(scope: Scope, arguments: list[Raw], at: Path) -> bool | None:
    if len(arguments) != 2:  # noqa: PLR2004 - the two sides
        return bool(_invalid(scope, at, "Fn::Equals takes two values")) and None
    left, right = (scope.literal(evaluate(scope, item, (*at, index))) for index, item in enumerate(arguments))
    return equal(left, right)


def _contains(scope: Scope, arguments: list[Raw], at: Path) -> bool | None:
    """``Fn::Contains``: one of the strings equals the value."""
    pool, value = (evaluate(scope, item, (*at, index)) for index, item in enumerate((*arguments, None, None)[:2]))
    return any_equal(pool, value)


def _each_member_equals(scope: Scope, arguments: list[Raw], at: Path) -> bool | None:
    pool, value = (evaluate(scope, item, (*at, index)) for index, item in enumerate((*arguments, None, None)[:2]))
    return all_true([equal(item, value) for item in pool]) if isinstance(pool, list) else None


def _each_member_in(scope: Scope, arguments: list[Raw], at: Path) -> bool | None:
    checked, pool = (evaluate(scope, item, (*at, index)) for index, item in enumerate((*arguments, None, None)[:2]))
    return all_true([any_equal(pool, item) for item in checked]) if isinstance(checked, list) else None


_CONDITIONS: dict[str, Callable[[Scope, list[Raw], Path], bool | None]] = {
    "Fn::And": _and,
    "Fn::Or": _or,
    "Fn::Not": _not,
    "Fn::Equals": _equals,
    "Fn::Contains": _contains,
    "Fn::EachMemberEquals": _each_member_equals,
    "Fn::EachMemberIn": _each_member_in,
}


# --- functions --------------------------------------------------------------------------------------------------------


def _ref(scope: Scope, argument: Raw, at: Path) -> Value:
    return scope.ref(argument, at) if isinstance(argument, str) else _invalid(scope, at, "Ref takes a name")


def _get_att(scope: Scope, argument: Raw, at: Path) -> Value:
    if isinstance(argument, str):
        logical_id, _, attribute = argument.partition(".")
        return scope.get_att(logical_id, attribute, at)
    if isinstance(argument, list) and len(argument) > 1 and isinstance(argument[0], str):
        names = [evaluate(scope, item, (*at, index)) for index, item in enumerate(argument) if index]
        name = concat(part for item in names for part in (".", item))
        if isinstance(name, str):
            return scope.get_att(argument[0], name[1:], at)
        return Unknown("an attribute whose name is not known")
    return _invalid(scope, at, "Fn::GetAtt takes a logical id and an attribute name")


VARIABLE = re.compile(r"\$\{([^}]*)\}")
"""A variable of ``Fn::Sub``; one that starts with ``!`` is a literal."""


def sub_arguments(argument: Raw) -> tuple[Raw, dict[str, Raw]]:
    """Return the text and the map that ``Fn::Sub`` is given."""
    if isinstance(argument, list) and len(argument) == 2 and isinstance(argument[1], dict):  # noqa: PLR2004
        return argument[0], argument[1]
    return argument, {}


def _sub(scope: Scope, argument: Raw, at: Path) -> Value:
    pattern, given = sub_arguments(argument)
    if not isinstance(pattern, str):
        return _invalid(scope, at, "Fn::Sub takes a text, or a text and a map")
    parts: list[Value] = []
    position = 0
    for match in VARIABLE.finditer(pattern):
        parts.append(pattern[position : match.start()])
        position = match.end()
        name = match[1].strip()
        if name.startswith("!"):
            parts.append(f"${{{name[1:]}}}")
        elif name in given:
            parts.append(evaluate(scope, given[name], (*at, 1, name)))
        elif "." in name:
            logical_id, _, attribute = name.partition(".")
            parts.append(scope.get_att(logical_id, attribute, at))
        else:
            parts.append(scope.ref(name, at))
    return concat([*parts, pattern[position:]])


def _join(scope: Scope, argument: Raw, at: Path) -> Value:
    if not (isinstance(argument, list) and len(argument) == 2 and isinstance(argument[0], str)):  # noqa: PLR2004
        return _invalid(scope, at, "Fn::Join takes a delimiter and a list")
    values = evaluate(scope, argument[1], (*at, 1))
    if isinstance(values, Reference | Unknown):
        return derived("a list that is not known, joined", values)
    if not isinstance(values, list):
        return _invalid(scope, (*at, 1), "Fn::Join takes a list")
    delimiter = argument[0]
    return concat(itertools.islice((part for value in values for part in (delimiter, value)), 1, None))


def _split(scope: Scope, argument: Raw, at: Path) -> Value:
    if not (isinstance(argument, list) and len(argument) == 2 and isinstance(argument[0], str)):  # noqa: PLR2004
        return _invalid(scope, at, "Fn::Split takes a delimiter and a text")
    return split(scope.literal(evaluate(scope, argument[1], (*at, 1))), argument[0])


def _select(scope: Scope, argument: Raw, at: Path) -> Value:
    if not (isinstance(argument, list) and len(argument) == 2):  # noqa: PLR2004
        return _invalid(scope, at, "Fn::Select takes an index and a list")
    index = evaluate(scope, argument[0], (*at, 0))
    values = evaluate(scope, argument[1], (*at, 1))
    if not isinstance(values, list):
        if values is None or known(values):
            return _invalid(scope, (*at, 1), f"Fn::Select takes a list, not {show(values)}")
        return derived(f"an item of {show(values)}", values)
    number = as_int(index)
    if number is None:
        return derived("an item at an index that is not known", values)
    if not 0 <= number < len(values):
        if unknown(values):
            return derived("an item of a list that is not known", values)
        return _invalid(
            scope, at, f"Fn::Select asks for item {number} of a list of {len(values)}", "Items count from 0."
        )
    return values[number]


def _if(scope: Scope, argument: Raw, at: Path) -> Value:
    if not (isinstance(argument, list) and len(argument) == 3 and isinstance(argument[0], str)):  # noqa: PLR2004
        return _invalid(scope, at, "Fn::If takes the name of a condition and two values")
    truth = scope.condition(argument[0], at)
    if truth is not None:
        index = 1 if truth else 2
        return evaluate(scope, argument[index], (*at, index))
    one, other = (evaluate(scope, argument[index], (*at, index)) for index in (1, 2))
    return (
        one
        if one == other and not unknown(one)
        else Unknown(f"it depends on the condition {argument[0]}, which cannot be decided")
    )


def _find_in_map(scope: Scope, argument: Raw, at: Path) -> Value:
    if not (isinstance(argument, list) and len(argument) in {3, 4}):
        return _invalid(scope, at, "Fn::FindInMap takes a map name and two keys")
    keys = [scope.literal(evaluate(scope, item, (*at, index))) for index, item in enumerate(argument[:3])]
    names = [as_text(key) for key in keys]
    found: Raw = None
    if names[0] is not None:
        found = scope.mapping(names[0])
        for name in names[1:]:
            if found is not None and name is None:
                return derived("a mapping with a key that is not known", *keys)
            found = found.get(str(name)) if isinstance(found, dict) else None
    if isinstance(found, dict) or (isinstance(found, list) and any(isinstance(item, list | dict) for item in found)):
        return _invalid(scope, at, "a mapping holds texts, numbers and lists of them")
    if found is not None:
        return evaluate(scope, found, at)
    fallback = argument[3] if len(argument) > 3 else None  # noqa: PLR2004
    if isinstance(fallback, dict) and "DefaultValue" in fallback:
        return evaluate(scope, fallback["DefaultValue"], (*at, 3, "DefaultValue"))
    if None in names:
        return derived("a mapping with a name or key that is not known", *keys)
    message = f"the mapping {names[0]} has no value for {names[1]}, {names[2]}"
    scope.problem("undefined-mapping", at, message, "Add the key to the mapping, or give a DefaultValue.")
    return Unknown(message)


def _get_azs(scope: Scope, argument: Raw, at: Path) -> Value:
    region = as_text(evaluate(scope, argument, at))
    if region == "":
        region = as_text(scope.ref("AWS::Region", at))
    if region is None:
        return Unknown("the zones of a region that is not known")
    return [*zones(region)]


def _cidr(scope: Scope, argument: Raw, at: Path) -> Value:
    if not (isinstance(argument, list) and len(argument) in {2, 3}):
        return _invalid(scope, at, "Fn::Cidr takes a block, a count and the bits of a subnet")
    block, count, bits = (*(scope.literal(evaluate(scope, item, (*at, i))) for i, item in enumerate(argument)), None)[
        :3
    ]
    block_text, number = as_text(block), as_int(count)
    if block_text is None or number is None:
        return derived("subnets of a block that is not known", block, count)
    size = as_int(bits)
    if size is None and bits is not None:
        return derived("subnets of a size that is not known", bits)
    try:
        return [*subnets(block_text, number, size)]
    except ValueError as error:
        return _invalid(scope, at, str(error))


def _base64(scope: Scope, argument: Raw, at: Path) -> Value:
    value = evaluate(scope, argument, at)
    plain = as_text(value)
    return (
        derived("Base64 of a text that is not known", value)
        if plain is None
        else base64.b64encode(plain.encode()).decode()
    )


def _import_value(scope: Scope, argument: Raw, at: Path) -> Value:
    return scope.imported(evaluate(scope, argument, at), at)


def _length(scope: Scope, argument: Raw, at: Path) -> Value:
    value = evaluate(scope, argument, at)
    if isinstance(value, list):
        return (
            Unknown("the length of a list that is not known")
            if any(isinstance(v, Unknown) for v in value)
            else len(value)
        )
    return derived("the length of something that is not a list here", value)


def _to_json_string(scope: Scope, argument: Raw, at: Path) -> Value:
    value = evaluate(scope, argument, at)
    return json_text(value)


def _unevaluated(name: str) -> Callable[[Scope, Raw, Path], Value]:
    return lambda _scope, _argument, _at: Unknown(f"{name} is known only to CloudFormation")


_FUNCTIONS: dict[str, Callable[[Scope, Raw, Path], Value]] = {
    "Ref": _ref,
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::Split": _split,
    "Fn::Select": _select,
    "Fn::If": _if,
    "Fn::FindInMap": _find_in_map,
    "Fn::GetAZs": _get_azs,
    "Fn::Cidr": _cidr,
    "Fn::Base64": _base64,
    "Fn::ImportValue": _import_value,
    "Fn::Length": _length,
    "Fn::ToJsonString": _to_json_string,
    "Fn::Transform": _unevaluated("Fn::Transform"),
    "Fn::GetStackOutput": _unevaluated("Fn::GetStackOutput"),
    "Fn::RefAll": _unevaluated("Fn::RefAll"),
    "Fn::ValueOf": _unevaluated("Fn::ValueOf"),
    "Fn::ValueOfAll": _unevaluated("Fn::ValueOfAll"),
}
