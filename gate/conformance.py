"""Whether an evaluated value keeps to a registry schema: JSON Schema over values that may not be known yet.

What is not known is not judged. Scalars convert as CloudFormation converts them (``"2"`` is a number, ``"true"`` a
boolean). Keywords: https://json-schema.org/draft/2020-12/json-schema-validation, and those that cfn-lint adds to the
registry's schemas (``requiredXor``, ``requiredOr``, ``dependentExcluded``, ``enumCaseInsensitive``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import combinations
from typing import Final, TypeAlias

from gate.schemas import Json, Schema
from gate.tree import Path, Pseudo, Reference, Text, Value, as_bool, as_int, as_number, as_text, known, show, text

Node: TypeAlias = Mapping[str, Json]
Violation: TypeAlias = "tuple[Path, str]"
"""Where below the judged value, and what is wrong there."""


def violations(schema: Schema, properties: Mapping[str, Value]) -> Iterator[Violation]:
    """Yield what a resource's properties break for certain; each place at most once per keyword."""
    yield from _judge(schema, schema.body, dict(properties), ())


def _judge(schema: Schema, node: Node, value: Value, path: Path) -> Iterator[Violation]:
    node = schema.resolved(node)
    found = list(_typed(node, value, path))
    yield from found
    if found:
        return
    for judge, keywords in _KEYWORDS:
        if any(keyword in node for keyword in keywords):
            yield from judge(schema, node, value, path)


def _holds(schema: Schema, node: Json, value: Value) -> bool | None:
    """Tell whether a value keeps to a schema; None if that depends on what is not known."""
    if not isinstance(node, dict):
        return bool(node)
    if next(_judge(schema, node, value, ()), None) is not None:
        return False
    return True if known(value) else None


_ACCEPTS: Final[Mapping[str, Callable[[Value], bool]]] = {
    "string": lambda value: as_text(value) is not None,
    "boolean": lambda value: as_bool(value) is not None,
    "integer": lambda value: as_int(value) is not None,
    "number": lambda value: as_number(value) is not None,
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}
_SCALARS: Final = frozenset({"string", "boolean", "integer", "number"})


def _typed(node: Node, value: Value, path: Path) -> Iterator[Violation]:
    declared = node.get("type")
    kinds = [declared] if isinstance(declared, str) else declared if isinstance(declared, list) else []
    wanted = [kind for kind in kinds if isinstance(kind, str) and kind in _ACCEPTS]
    if not wanted or value is None:
        return
    if isinstance(value, Reference | Text | Pseudo):
        # a list-valued attribute is a Reference too, but Ref and concatenations are always one text
        scalar = not isinstance(value, Reference) or value.attribute == "Ref"
        if scalar and not _SCALARS & set(wanted):
            yield path, f"{show(value)} is a single value; {_listed(wanted)} is wanted"
    elif (isinstance(value, list | dict) or as_text(value) is not None) and not any(
        _ACCEPTS[kind](value) for kind in wanted
    ):
        yield path, f"{_kind(value)} is given; {_listed(wanted)} is wanted"


def _enum(_: Schema, node: Node, value: Value, path: Path) -> Iterator[Violation]:
    yield from _one_of(node["enum"], value, path, str)


def _enum_any_case(_: Schema, node: Node, value: Value, path: Path) -> Iterator[Violation]:
    yield from _one_of(node["enumCaseInsensitive"], value, path, str.lower)


def _one_of(values: Json, value: Value, path: Path, fold: Callable[[str], str]) -> Iterator[Violation]:
    given = as_text(value)
    allowed = [str(one) for one in values] if isinstance(values, list) else []
    if given is not None and allowed and fold(given) not in {fold(one) for one in allowed}:
        yield path, f"{given!r} is not one of {_listed(sorted(allowed))}"


def _pattern(_: Schema, node: Node, value: Value, path: Path) -> Iterator[Violation]:
    given, expression = _written(value), _compiled(str(node["pattern"]))
    if given is not None and expression is not None and not expression.search(given):
        yield path, f"{given!r} does not match {node['pattern']}"


def _length(_: Schema, node: Node, value: Value, path: Path) -> Iterator[Violation]:
    given = _written(value)
    if given is None:
        return
    low, high = as_int(_scalar(node.get("minLength"))), as_int(_scalar(node.get("maxLength")))
    if low is not None and len(given) < low:
        yield path, f"{given!r} has {len(given)} characters; at least {low} are needed"
    if high is not None and len(given) > high:
        yield path, f"{given!r} has {len(given)} characters; at most {high} are allowed"


def _range(_: Schema, node: Node, value: Value, path: Path) -> Iterator[Violation]:
    given = as_number(value)
    if given is None:
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
    ("multipleOf", lambda given, limit: bool(given % limit), "a multiple of"),
)


def _count(_: Schema, node: Node, value: Value, path: Path) -> Iterator[Violation]:
    if not isinstance(value, list):
        return
    low, high = as_int(_scalar(node.get("minItems"))), as_int(_scalar(node.get("maxItems")))
    if low is not None and len(value) < low:
        yield path, f"{len(value)} items are given; at least {low} are needed"
    if high is not None and len(value) > high:
        yield path, f"{len(value)} items are given; at most {high} are allowed"


def _unique(_: Schema, node: Node, value: Value, path: Path) -> Iterator[Violation]:
    if isinstance(value, list) and node["uniqueItems"] is True:
        for (one, first), (other, second) in combinations(enumerate(value), 2):
            if first == second and known(first):
                yield (*path, other), f"item {other} repeats item {one}"


def _items(schema: Schema, node: Node, value: Value, path: Path) -> Iterator[Violation]:
    below = node["items"]
    if isinstance(value, list) and isinstance(below, dict):
        for place, item in enumerate(value):
            yield from _judge(schema, below, item, (*path, place))


def _properties(schema: Schema, node: Node, value: Value, path: Path) -> Iterator[Violation]:
    declared = node["properties"]
    if isinstance(value, dict) and isinstance(declared, dict):
        for key, item in value.items():
            below = declared.get(key)
            if isinstance(below, dict):
                yield from _judge(schema, below, item, (*path, key))


def _additional(_: Schema, node: Node, value: Value, path: Path) -> Iterator[Violation]:
    declared, patterns = node.get("properties"), node.get("patternProperties")
    if not isinstance(value, dict) or node["additionalProperties"] is not False:
        return
    expressions = [_compiled(pattern) for pattern in patterns] if isinstance(patterns, dict) else []
    for key in value:
        named = isinstance(declared, dict) and key in declared
        if not named and not any(expression is None or expression.search(key) for expression in expressions):
            near = f"; known are {_listed(sorted(declared))}" if isinstance(declared, dict) else ""
            yield (*path, key), f"there is no property {key}{near}"


def _required(_: Schema, node: Node, value: Value, path: Path) -> Iterator[Violation]:
    if isinstance(value, dict):
        for key in _names(node["required"]):
            if value.get(key) is None:
                yield path, f"{key} is required and missing"


def _required_xor(_: Schema, node: Node, value: Value, path: Path) -> Iterator[Violation]:
    if isinstance(value, dict):
        keys = _names(node["requiredXor"])
        given = [key for key in keys if value.get(key) is not None]
        if len(given) != 1:
            yield path, f"exactly one of {_listed(keys)} is needed; {_listed(given) if given else 'none'} is given"


def _required_or(_: Schema, node: Node, value: Value, path: Path) -> Iterator[Violation]:
    if isinstance(value, dict):
        keys = _names(node["requiredOr"])
        if not any(value.get(key) is not None for key in keys):
            yield path, f"one of {_listed(keys)} is needed"


def _dependent_required(_: Schema, node: Node, value: Value, path: Path) -> Iterator[Violation]:
    for key, others in _dependents(node["dependentRequired"], value):
        for other in others:
            if isinstance(value, dict) and value.get(other) is None:
                yield path, f"{other} is required where {key} is given"


def _dependent_excluded(_: Schema, node: Node, value: Value, path: Path) -> Iterator[Violation]:
    for key, others in _dependents(node["dependentExcluded"], value):
        for other in others:
            if isinstance(value, dict) and value.get(other) is not None:
                yield (*path, other), f"{other} is not allowed where {key} is given"


def _dependents(rules: Json, value: Value) -> Iterator[tuple[str, list[str]]]:
    if isinstance(rules, dict) and isinstance(value, dict):
        yield from ((key, _names(others)) for key, others in rules.items() if value.get(key) is not None)


def _all_of(schema: Schema, node: Node, value: Value, path: Path) -> Iterator[Violation]:
    for branch in _branches(node["allOf"]):
        yield from _judge(schema, branch, value, path)


def _any_of(schema: Schema, node: Node, value: Value, path: Path) -> Iterator[Violation]:
    branches = _branches(node["anyOf"])
    if branches and all(_holds(schema, branch, value) is False for branch in branches):
        yield next(_judge(schema, branches[0], value, path))


def _exactly_one(schema: Schema, node: Node, value: Value, path: Path) -> Iterator[Violation]:
    branches = _branches(node["oneOf"])
    answers = [_holds(schema, branch, value) for branch in branches]
    if answers and all(answer is False for answer in answers):
        yield next(_judge(schema, branches[0], value, path))
    elif answers.count(True) > 1:
        yield path, f"{show(value)} fits {answers.count(True)} of the forms of which it may be one"


def _not(schema: Schema, node: Node, value: Value, path: Path) -> Iterator[Violation]:
    if _holds(schema, node["not"], value):
        yield path, f"{show(value)} is a form that is not allowed"


def _conditional(schema: Schema, node: Node, value: Value, path: Path) -> Iterator[Violation]:
    answer = _holds(schema, node["if"], value)
    branch = None if answer is None else node.get("then" if answer else "else")
    if isinstance(branch, dict):
        yield from _judge(schema, branch, value, path)


_KEYWORDS: Final[tuple[tuple[Callable[[Schema, Node, Value, Path], Iterator[Violation]], tuple[str, ...]], ...]] = (
    (_enum, ("enum",)),
    (_enum_any_case, ("enumCaseInsensitive",)),
    (_pattern, ("pattern",)),
    (_length, ("minLength", "maxLength")),
    (_range, tuple(keyword for keyword, _, _ in _BOUNDS)),
    (_count, ("minItems", "maxItems")),
    (_unique, ("uniqueItems",)),
    (_items, ("items",)),
    (_properties, ("properties",)),
    (_additional, ("additionalProperties",)),
    (_required, ("required",)),
    (_required_xor, ("requiredXor",)),
    (_required_or, ("requiredOr",)),
    (_dependent_required, ("dependentRequired",)),
    (_dependent_excluded, ("dependentExcluded",)),
    (_all_of, ("allOf",)),
    (_any_of, ("anyOf",)),
    (_exactly_one, ("oneOf",)),
    (_not, ("not",)),
    (_conditional, ("if",)),
)


def _written(value: Value) -> str | None:
    """Give the text of a value that is literal but for pseudo parameters, whose samples have the right form."""
    parts = value.parts if isinstance(value, Text) else (value,)
    return text(value) if all(isinstance(part, str | int | float | Pseudo) for part in parts) else None


@cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """Compile an ECMA expression; None for one that Python's engine reads otherwise."""
    try:
        return re.compile(pattern)
    except re.error:
        return None


def _branches(node: Json) -> list[dict[str, Json]]:
    return [branch for branch in node if isinstance(branch, dict)] if isinstance(node, list) else []


def _names(node: Json) -> list[str]:
    return [name for name in node if isinstance(name, str)] if isinstance(node, list) else []


def _scalar(node: Json) -> Value:
    return node if isinstance(node, int | float | str) else None


def _kind(value: Value) -> str:
    return "a list" if isinstance(value, list) else "an object" if isinstance(value, dict) else repr(as_text(value))


def _listed(names: list[str]) -> str:
    shown = names[:8]
    return ", ".join(shown) + (f" and {len(names) - len(shown)} more" if len(names) > len(shown) else "")
