"""What CloudFormation refuses in a parameter value, said before it is asked.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any


def violations(declaration: Mapping[str, Any], value: str) -> Iterator[str]:
    """Say how a value breaks its parameter's declaration; nothing where it does not.

    ``declaration`` is one entry of a template's Parameters section; ``value`` is text, as the API takes it.
    """
    kind = str(declaration["Type"])
    items = [item.strip() for item in value.split(",")] if is_list(kind) else [value]
    if kind in {"Number", "List<Number>"}:
        if bad := [item for item in items if not _is_number(item)]:
            yield f"Type {kind}: {bad[0]!r} is not a number"
            return
        yield from _out_of_range(declaration, items)
    allowed = [str(one) for one in declaration.get("AllowedValues", ())]
    if allowed and (bad := [item for item in items if item not in allowed]):
        yield f"AllowedValues: {bad[0]!r} is not one of {', '.join(allowed)}"
    pattern = declaration.get("AllowedPattern")
    if pattern is not None and (bad := [item for item in items if not re.fullmatch(pattern, item)]):
        yield f"AllowedPattern: {bad[0]!r} does not match {pattern}"
    if len(value) < int(declaration.get("MinLength", 0)):
        yield f"MinLength: {value!r} is shorter than {declaration['MinLength']}"
    if "MaxLength" in declaration and len(value) > int(declaration["MaxLength"]):
        yield f"MaxLength: {value!r} is longer than {declaration['MaxLength']}"


def is_list(kind: str) -> bool:
    """Tell whether a parameter type takes several values, joined by commas."""
    return kind == "CommaDelimitedList" or kind.startswith("List<")


def _out_of_range(declaration: Mapping[str, Any], items: list[str]) -> Iterator[str]:
    for item in items:
        if "MinValue" in declaration and float(item) < float(declaration["MinValue"]):
            yield f"MinValue: {item} is less than {declaration['MinValue']}"
        if "MaxValue" in declaration and float(item) > float(declaration["MaxValue"]):
            yield f"MaxValue: {item} is more than {declaration['MaxValue']}"


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text) is not None
