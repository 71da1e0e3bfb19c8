"""Comparing values, and values made of others: what can be said without knowing everything."""

from __future__ import annotations

import itertools
import json
import re
from typing import TYPE_CHECKING

from gate.tree.values import (
    Dynamic,
    Pseudo,
    Reference,
    Text,
    Unknown,
    as_text,
    concat,
    known,
    unknown,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gate.tree.values import Value


def all_true(truths: Iterable[bool | None]) -> bool | None:
    """Return whether all hold: False if one does not, None if that cannot be known."""
    listed = list(truths)
    return False if False in listed else None if None in listed else True


def any_true(truths: Iterable[bool | None]) -> bool | None:
    """Return whether one holds: True if one does, None if that cannot be known."""
    listed = list(truths)
    return True if True in listed else None if None in listed else False


def any_equal(pool: Value, value: Value) -> bool | None:
    """Tell whether a list has an item that equals the value; None if that cannot be known."""
    return any_true(equal(item, value) for item in pool) if isinstance(pool, list) else None


def equal(left: Value, right: Value) -> bool | None:
    """Tell whether two values are equal as CloudFormation compares them; None if that cannot be known."""
    if isinstance(left, list) and isinstance(right, list):
        if len(left) != len(right):
            return None if unknown(left) or unknown(right) else False
        return all_true([equal(one, other) for one, other in zip(left, right, strict=True)])
    if isinstance(left, dict) and isinstance(right, dict):
        return all_true([equal(left[key], right[key]) for key in left]) if left.keys() == right.keys() else False
    if not unknown(left) and left == right:
        return True
    if known(left) and known(right):
        if isinstance(left, list | dict | None) or isinstance(right, list | dict | None):
            return False
        return as_text(left) == as_text(right)
    for one, other in ((left, right), (right, left)):
        fixed = as_text(one)
        if fixed is not None and not isinstance(other, list | dict) and not _possible(other, fixed):
            return False
    return None


def _possible(value: Value, fixed: str) -> bool:
    """Tell whether a value that is not literal could turn out to be this text."""
    parts = value.parts if isinstance(value, Text) else (value,)
    if len(fixed) > 500 or len(parts) > 20:  # noqa: PLR2004 - keeps the match below cheap
        return True
    # Greedy wildcards between literals never need more than one pass from the left, so no pattern is compiled.
    position = 0
    least = 0
    floating = False
    for part in parts:
        if isinstance(part, str):
            found = (
                fixed.find(part, position + least)
                if floating
                else (position if fixed.startswith(part, position) else -1)
            )
            if found < 0:
                return False
            position, least, floating = found + len(part), 0, False
        else:
            floating = True
            least += _least(part)
    rest = fixed[position:]
    if not floating:
        return not rest or (isinstance(parts[-1], str) and len(parts) > 1 and fixed.endswith(parts[-1]))
    if len(parts) == 1 and isinstance(parts[0], Reference):
        return _possible_reference(parts[0], fixed)
    return len(rest) >= least


def _least(part: Value) -> int:
    return 1 if isinstance(part, Reference | Pseudo) else 0


def _possible_reference(reference: Reference, fixed: str) -> bool:
    """Tell whether an attribute could turn out to be this text, by the forms that AWS gives to ARNs and EC2 ids."""
    if reference.attribute.endswith("Arn"):
        return fixed.startswith("arn:")
    if reference.type.startswith("AWS::EC2::") and reference.attribute == "Ref":
        return bool(re.search(r"[0-9a-f]{8}|^[0-9.]{7,15}$", fixed)) or not re.fullmatch(r"[\w.:/-]*", fixed)
    return bool(fixed)


def json_text(value: Value) -> Value:
    """Return compact JSON of a value; parts that are not literal stay parts of a Text."""
    if isinstance(value, dict):
        pairs = [[",", json.dumps(key), ":", json_text(item)] for key, item in value.items()]
        return concat(["{", *itertools.islice(itertools.chain.from_iterable(pairs), 1, None), "}"])
    if isinstance(value, list):
        return concat(
            ["[", *itertools.islice((part for item in value for part in (",", json_text(item))), 1, None), "]"]
        )
    if isinstance(value, Text):
        return concat(['"', *(json.dumps(p)[1:-1] if isinstance(p, str) else p for p in value.parts), '"'])
    if isinstance(value, Reference | Pseudo | Dynamic | Unknown):
        return concat(['"', value, '"'])
    return json.dumps(value)
