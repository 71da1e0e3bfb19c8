"""Whether an evaluated value keeps to a schema: JSON Schema over values that may not be known yet.

What is not known is not judged. Scalars convert as CloudFormation converts them (``"2"`` is a number, ``"true"`` a
boolean). Keywords: https://json-schema.org/draft/2020-12/json-schema-validation, and those that cfn-lint adds to the
registry's schemas (``requiredXor``, ``requiredOr``, ``dependentExcluded``, ``enumCaseInsensitive``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import Final, TypeAlias

from gate.formats import compiled, well_formed
from gate.schemas import Json, Schema
from gate.tree import (
    Dynamic,
    Path,
    Pseudo,
    Reference,
    Text,
    Unknown,
    Value,
    as_bool,
    as_int,
    as_number,
    as_text,
    known,
    show,
    text,
)

Node: TypeAlias = Mapping[str, Json]
Violation: TypeAlias = "tuple[Path, str]"
"""Where below the judged value, and what is wrong there."""
_Answer: TypeAlias = "tuple[Path, str | None]"
"""A violation; None for what is wrong means that something there cannot be decided yet."""


def violations(schema: Schema, properties: Mapping[str, Value]) -> Iterator[Violation]:
    """Yield what a resource's properties break for certain; each place at most once per keyword."""
    yield from _certain(_judge(schema, dict(schema.body), dict(properties), ()))


def breaches(node: Json, value: Value) -> Iterator[Violation]:
    """Yield what a value breaks for certain of a schema that needs no definitions of a resource type."""
    yield from _certain(_judge(_BARE, node, value, ()))


_BARE: Final = Schema("", {})


_SECRET: Final = re.compile("password|token|secretstring", re.IGNORECASE)


def discreet(path: Path, wrong: str) -> str:
    """Keep the value out of what is said about a password or token: findings end up in logs."""
    if any(isinstance(key, str) and _SECRET.search(key) for key in path) and "'" in wrong:
        return "its value, which is not shown, has a length or characters that are not taken"
    return wrong


def _certain(answers: Iterator[_Answer]) -> Iterator[Violation]:
    return ((path, wrong) for path, wrong in answers if wrong is not None)


def _judge(schema: Schema, node: Json, value: Value, path: Path) -> Iterator[_Answer]:
    if isinstance(value, Unknown):
        if node not in (True, {}):
            yield path, None
    elif isinstance(node, dict):
        yield from _judged(schema, schema.resolved(node), value, path)
    elif node is False and value is not None:
        yield path, "it is not allowed here"


def _judged(schema: Schema, node: Node, value: Value, path: Path) -> Iterator[_Answer]:
    kinds = list(_typed(node, value, path))
    yield from kinds
    if any(wrong for _, wrong in kinds):
        return
    for judge in dict.fromkeys(_JUDGES[keyword] for keyword in node if keyword in _JUDGES):
        yield from judge(schema, node, value, path)


def _holds(schema: Schema, node: Json, value: Value) -> bool | None:
    """Tell whether a value keeps to a schema; None if that depends on what is not known."""
    decided: bool | None = True
    for _, wrong in _judge(schema, node, value, ()):
        if wrong is not None:
            return False
        decided = None
    return decided


_ACCEPTS: Final[Mapping[str, Callable[[Value], bool]]] = {
    "string": lambda value: as_text(value) is not None,
    "boolean": lambda value: as_bool(value) is not None,
    "integer": lambda value: as_int(value) is not None,
    "number": lambda value: as_number(value) is not None,
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}
_SCALARS: Final = frozenset({"string", "boolean", "integer", "number"})


def _typed(node: Node, value: Value, path: Path) -> Iterator[_Answer]:
    declared = node.get("type")
    kinds = [declared] if isinstance(declared, str) else declared if isinstance(declared, list) else []
    wanted = [kind for kind in kinds if isinstance(kind, str) and kind in _ACCEPTS]
    if not wanted or value is None:
        return
    if isinstance(value, Reference | Text | Pseudo | Dynamic):
        # a list-valued attribute is a Reference too, but Ref and concatenations are always one text
        scalar = not isinstance(value, Reference | Dynamic) or getattr(value, "attribute", "") == "Ref"
        if scalar and not _SCALARS & set(wanted):
            yield path, f"{show(value)} is a single value; {_listed(wanted)} is wanted"
        elif "string" not in wanted:
            yield path, None
    elif not any(_ACCEPTS[kind](value) for kind in wanted):
        yield path, f"{_kind(value)} is given; {_listed(wanted)} is wanted"


def _enum(_: Schema, node: Node, value: Value, path: Path) -> Iterator[_Answer]:
    yield from _one_of(node["enum"], value, path, str)


def _enum_any_case(_: Schema, node: Node, value: Value, path: Path) -> Iterator[_Answer]:
    yield from _one_of(node["enumCaseInsensitive"], value, path, str.lower)


def _const(_: Schema, node: Node, value: Value, path: Path) -> Iterator[_Answer]:
    yield from _one_of([node["const"]], value, path, str)


def _one_of(values: Json, value: Value, path: Path, fold: Callable[[str], str]) -> Iterator[_Answer]:
    given = as_text(value)
    allowed = [as_text(_scalar(one)) or "" for one in values] if isinstance(values, list) else []
    if given is None:
        yield from _undecided(value, path)
    elif allowed and fold(given) not in {fold(one) for one in allowed}:
        yield path, f"{given!r} is not one of {_listed(sorted(allowed))}"


def _pattern(_: Schema, node: Node, value: Value, path: Path) -> Iterator[_Answer]:
    expression = compiled(str(node["pattern"]))
    given = _written(value)
    if given is None or expression is None:
        forbidden = _outside(str(node["pattern"]), value)
        if forbidden:
            yield path, f"{show(value)} does not match {node['pattern']}: {forbidden!r} is not allowed"
        else:
            yield from _undecided(value, path)
    elif not expression.search(given):
        yield path, f"{given!r} does not match {node['pattern']}"


def _outside(pattern: str, value: Value) -> str:
    """Give the literal characters of a text that a pattern of one class of characters excludes."""
    found = re.fullmatch(r"\^(\[(?:[^\]\\]|\\.)+\])(?:[+*]|\{\d+,?\d*\})(?:\$|\\Z)", pattern)
    allowed = compiled(found[1]) if found else None
    if allowed is None or not isinstance(value, Text):
        return ""
    literals = "".join(part for part in value.parts if isinstance(part, str))
    return "".join(dict.fromkeys(character for character in literals if not allowed.fullmatch(character)))


def _format(_: Schema, node: Node, value: Value, path: Path) -> Iterator[_Answer]:
    form, given = str(node["format"]), _written(value)
    if given is None:
        yield from _undecided(value, path)
    elif not well_formed(form, given):
        yield path, f"{given!r} is no {form}"


def _length(_: Schema, node: Node, value: Value, path: Path) -> Iterator[_Answer]:
    low, high = as_int(_scalar(node.get("minLength"))), as_int(_scalar(node.get("maxLength")))
    given = _written(value)
    if given is None:
        literals = [part for part in value.parts if isinstance(part, str)] if isinstance(value, Text) else []
        least = sum(map(len, literals))
        if high is not None and least > high:
            yield path, f"{show(value)} has at least {least} characters; at most {high} are allowed"
        else:
            yield from _undecided(value, path)
    elif low is not None and len(given) < low:
        yield path, f"{given!r} has {len(given)} characters; at least {low} are needed"
    elif high is not None and len(given) > high:
        yield path, f"{given!r} has {len(given)} characters; at most {high} are allowed"


def _range(_: Schema, node: Node, value: Value, path: Path) -> Iterator[_Answer]:
    given = as_number(value)
    if given is None:
        yield from _undecided(value, path)
        return
    for keyword, broken, says in _BOUNDS:
        limit = as_number(_scalar(node.get(keyword)))
        if limit is not None and broken(given, limit):
            yield path, f"{given:g} is not {says} {limit:g}"


_BOUNDS: Final[tuple[tuple[str, Callable[[float, float], bool], str], ...]] = (
    ("minimum", lambda given, limit: given < limit, "at least"),
    ("maximum", lambda given, limit: given > limit, "at most"),
    ("exclusiveMinimum", lambda given, limit: given <= limit, "more than"),
    ("exclusiveMaximum", lambda given, limit: given >= limit, "less than"),
    ("multipleOf", lambda given, limit: abs(given / limit - round(given / limit)) > 1e-9, "a multiple of"),  # noqa: PLR2004
)


def _count(_: Schema, node: Node, value: Value, path: Path) -> Iterator[_Answer]:
    if not isinstance(value, list):
        yield from _undecided(value, path)
        return
    low, high = as_int(_scalar(node.get("minItems"))), as_int(_scalar(node.get("maxItems")))
    if low is not None and len(value) < low:
        yield path, f"{len(value)} items are given; at least {low} are needed"
    if high is not None and len(value) > high:
        yield path, f"{len(value)} items are given; at most {high} are allowed"


def _unique(_: Schema, node: Node, value: Value, path: Path) -> Iterator[_Answer]:
    if isinstance(value, list) and node["uniqueItems"] is True:
        for (one, first), (other, second) in combinations(enumerate(value), 2):
            if first == second and known(first):
                yield (*path, other), f"item {other} repeats item {one}"


def _items(schema: Schema, node: Node, value: Value, path: Path) -> Iterator[_Answer]:
    if isinstance(value, list):
        for place, item in enumerate(value):
            yield from _judge(schema, node["items"], item, (*path, place))
    else:
        yield from _undecided(value, path)


def _contains(schema: Schema, node: Node, value: Value, path: Path) -> Iterator[_Answer]:
    if not isinstance(value, list):
        yield from _undecided(value, path)
        return
    answers = [_holds(schema, node["contains"], item) for item in value]
    if None in answers and True not in answers:
        yield path, None
    elif True not in answers:
        yield path, "none of its items is of the kind that is needed"


def _properties(schema: Schema, node: Node, value: Value, path: Path) -> Iterator[_Answer]:
    declared = node["properties"]
    if isinstance(value, dict) and isinstance(declared, dict):
        for key, item in value.items():
            if key in declared:
                yield from _judge(schema, declared[key], item, (*path, key))
    else:
        yield from _undecided(value, path)


def _additional(_: Schema, node: Node, value: Value, path: Path) -> Iterator[_Answer]:
    declared, patterns = node.get("properties"), node.get("patternProperties")
    if not isinstance(value, dict) or node["additionalProperties"] is not False:
        return
    expressions = [compiled(pattern) for pattern in patterns] if isinstance(patterns, dict) else []
    for key in value:
        named = isinstance(declared, dict) and key in declared
        if not named and not any(expression is None or expression.search(key) for expression in expressions):
            near = f"; known are {_listed(sorted(declared))}" if isinstance(declared, dict) else ""
            yield (*path, key), f"there is no property {key}{near}"


def _names_of_properties(schema: Schema, node: Node, value: Value, path: Path) -> Iterator[_Answer]:
    if isinstance(value, dict):
        for key in value:
            for _, wrong in _judge(schema, node["propertyNames"], key, ()):
                yield (*path, key), wrong


def _required(_: Schema, node: Node, value: Value, path: Path) -> Iterator[_Answer]:
    if not isinstance(value, dict):
        yield from _undecided(value, path)
        return
    for key in _names(node["required"]):
        given = value.get(key)
        if given is None:
            yield path, f"{key} is required and missing"
        elif isinstance(given, Unknown):
            yield path, None


def _required_xor(_: Schema, node: Node, value: Value, path: Path) -> Iterator[_Answer]:
    keys = _names(node["requiredXor"])
    given, open_ = _given(keys, value)
    if len(given) > 1 or not (given or open_):
        yield path, f"exactly one of {_listed(keys)} is needed; {_listed(given) if given else 'none'} is given"
    elif open_:
        yield path, None


def _required_or(_: Schema, node: Node, value: Value, path: Path) -> Iterator[_Answer]:
    keys = _names(node["requiredOr"])
    given, open_ = _given(keys, value)
    if not given:
        yield path, None if open_ else f"one of {_listed(keys)} is needed"


def _dependent_required(_: Schema, node: Node, value: Value, path: Path) -> Iterator[_Answer]:
    for key, others in _dependents(node["dependentRequired"], value):
        given, open_ = _given(others, value)
        for other in others:
            if other not in given:
                yield path, None if open_ else f"{other} is required where {key} is given"


def _dependent_excluded(_: Schema, node: Node, value: Value, path: Path) -> Iterator[_Answer]:
    for key, others in _dependents(node["dependentExcluded"], value):
        for other in _given(others, value)[0]:
            if other != key:
                yield (*path, other), f"{other} is not allowed where {key} is given"


def _dependents(rules: Json, value: Value) -> Iterator[tuple[str, list[str]]]:
    if isinstance(rules, dict):
        given, _ = _given(list(rules), value)
        yield from ((key, _names(rules[key])) for key in given)


def _given(keys: list[str], value: Value) -> tuple[list[str], bool]:
    """Give the keys that a value certainly has, and whether it may have another one of them."""
    if not isinstance(value, dict):
        return [], True
    present = [key for key in keys if value.get(key) is not None]
    certain = [key for key in present if not isinstance(value[key], Unknown)]
    return certain, len(certain) < len(present)


def _all_of(schema: Schema, node: Node, value: Value, path: Path) -> Iterator[_Answer]:
    for branch in _branches(node["allOf"]):
        yield from _judge(schema, branch, value, path)


def _any_of(schema: Schema, node: Node, value: Value, path: Path) -> Iterator[_Answer]:
    branches = _branches(node["anyOf"])
    answers = [_holds(schema, branch, value) for branch in branches]
    if answers and all(answer is False for answer in answers):
        yield from _first_wrong(schema, branches[0], value, path)
    elif True not in answers and None in answers:
        yield path, None


def _exactly_one(schema: Schema, node: Node, value: Value, path: Path) -> Iterator[_Answer]:
    branches = _branches(node["oneOf"])
    answers = [_holds(schema, branch, value) for branch in branches]
    if answers and all(answer is False for answer in answers):
        yield from _first_wrong(schema, branches[0], value, path)
    elif answers.count(True) > 1:
        shown = "this combination" if isinstance(value, list | dict) else show(value)
        yield path, f"{shown} fits {answers.count(True)} of the forms of which it may be one"
    elif None in answers:
        yield path, None


def _first_wrong(schema: Schema, node: Json, value: Value, path: Path) -> Iterator[_Answer]:
    yield next(answer for answer in _judge(schema, node, value, path) if answer[1] is not None)


def _not(schema: Schema, node: Node, value: Value, path: Path) -> Iterator[_Answer]:
    answer = _holds(schema, node["not"], value)
    if answer is None:
        yield path, None
    elif answer:
        shown = "this combination" if isinstance(value, list | dict) else show(value)
        yield path, f"{shown} is not allowed"


def _conditional(schema: Schema, node: Node, value: Value, path: Path) -> Iterator[_Answer]:
    answer = _holds(schema, node["if"], value)
    if answer is None:
        yield path, None
    else:
        yield from _judge(schema, node.get("then" if answer else "else", True), value, path)


_JUDGES: Final[Mapping[str, Callable[[Schema, Node, Value, Path], Iterator[_Answer]]]] = {
    "enum": _enum,
    "enumCaseInsensitive": _enum_any_case,
    "const": _const,
    "pattern": _pattern,
    "format": _format,
    "minLength": _length,
    "maxLength": _length,
    **{keyword: _range for keyword, _, _ in _BOUNDS},
    "minItems": _count,
    "maxItems": _count,
    "uniqueItems": _unique,
    "items": _items,
    "contains": _contains,
    "properties": _properties,
    "additionalProperties": _additional,
    "propertyNames": _names_of_properties,
    "required": _required,
    "requiredXor": _required_xor,
    "requiredOr": _required_or,
    "dependentRequired": _dependent_required,
    "dependentExcluded": _dependent_excluded,
    "allOf": _all_of,
    "anyOf": _any_of,
    "oneOf": _exactly_one,
    "not": _not,
    "if": _conditional,
}


def _undecided(value: Value, path: Path) -> Iterator[_Answer]:
    """Say that a value cannot be judged, unless it is literal: then the keyword is not about values of its type."""
    if isinstance(value, Reference | Text | Pseudo | Dynamic | Unknown):
        yield path, None


def _written(value: Value) -> str | None:
    """Give the text of a value that is literal but for pseudo parameters, whose samples have the right form."""
    parts = value.parts if isinstance(value, Text) else (value,)
    return text(value) if all(isinstance(part, str | int | float | Pseudo) for part in parts) else None


def _branches(node: Json) -> list[Json]:
    return node if isinstance(node, list) else []


def _names(node: Json) -> list[str]:
    return [name for name in node if isinstance(name, str)] if isinstance(node, list) else []


def _scalar(node: Json) -> Value:
    return node if isinstance(node, int | float | str) else None


def _kind(value: Value) -> str:
    return "a list" if isinstance(value, list) else "an object" if isinstance(value, dict) else repr(as_text(value))


def _listed(names: list[str]) -> str:
    shown = names[:8]
    return ", ".join(shown) + (f" and {len(names) - len(shown)} more" if len(names) > len(shown) else "")
