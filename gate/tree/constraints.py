"""Parameter declarations, and whether a value keeps to one.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import regex

from gate.tree.values import Pseudo, Reference, Text, Unknown, as_int, as_number, as_text, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gate.tree.values import Raw, Value

_LITERAL = {
    "AWS::EC2::VPC::Id": r"vpc-[0-9a-f]{8,17}",
    "AWS::EC2::Subnet::Id": r"subnet-[0-9a-f]{8,17}",
    "AWS::EC2::SecurityGroup::Id": r"sg-[0-9a-f]{8,17}",
    "AWS::EC2::Instance::Id": r"i-[0-9a-f]{8,17}",
    "AWS::EC2::Volume::Id": r"vol-[0-9a-f]{8,17}",
    "AWS::EC2::Image::Id": r"ami-[0-9a-f]{8,17}",
    "AWS::Route53::HostedZone::Id": r"Z[0-9A-Z]{3,31}",
    "AWS::EC2::AvailabilityZone::Name": r"[a-z]{2}(-[a-z]+)+-\d[a-z]?(-[a-z]+-\d[a-z])?",
}
"""What a literal of an AWS-specific parameter type looks like."""


_PATIENCE = 0.2
"""Seconds that a pattern may take."""


def type_of(declared: Raw) -> str:
    """Return the declared type of a parameter; ``String`` if that is malformed."""
    kind = declared.get("Type") if isinstance(declared, dict) else None
    return kind if isinstance(kind, str) else "String"


def is_list(kind: str) -> bool:
    """Tell whether a parameter type takes a comma-delimited list."""
    return kind == "CommaDelimitedList" or kind.startswith("List<")


def violations(declared: Raw, value: Value) -> Iterator[tuple[str, str]]:
    """Yield ``(code, message)`` for everything that a parameter's declaration forbids about its value.

    Parts that are not known are not judged.
    """
    if not isinstance(declared, dict):
        return
    kind = type_of(declared)
    if kind.startswith("AWS::SSM::Parameter::"):
        return
    if isinstance(value, dict) or (isinstance(value, list) and not is_list(kind)):
        yield "parameter-type", f"{show(value)} is not a value for a {kind}"
        return
    item_kind = kind.removeprefix("List<").removesuffix(">") if kind.startswith("List<") else kind
    for item in value if isinstance(value, list) else [value]:
        yield from _typed(item_kind, item)
        yield from _allowed(declared, item)
        yield from _ranges(declared, item_kind, item)


def _typed(kind: str, value: Value) -> Iterator[tuple[str, str]]:
    literal = as_text(value)
    if kind == "Number":
        if literal is not None and as_number(value) is None:
            yield "parameter-type", f"{show(value)} is not a number"
    elif kind in _LITERAL:
        if literal is not None and not re.fullmatch(_LITERAL[kind], literal):
            yield "parameter-type", f"{show(value)} is not a {kind}"
        found = identified(value) if isinstance(value, Reference) else None
        if found is not None and found != kind.removesuffix("::Id").removesuffix("::Name"):
            yield "parameter-type", f"{value}, which identifies a {found}, is not a {kind}"


_IDENTIFYING = {
    "GroupId": "AWS::EC2::SecurityGroup",
    "SubnetId": "AWS::EC2::Subnet",
    "VpcId": "AWS::EC2::VPC",
}


def identified(reference: Reference) -> str | None:
    """Return the type of resource that an attribute identifies by its id; None if it is something else.

    ``Ref`` of a subnet and ``SubnetId`` of anything identify a subnet; an ARN or an address identify nothing here.
    """
    if reference.attribute == "Ref":
        return reference.type if reference.type.startswith("AWS::") else None
    return _IDENTIFYING.get(reference.attribute) if reference.type.startswith("AWS::EC2::") else None


def _allowed(declared: dict[str, Raw], value: Value) -> Iterator[tuple[str, str]]:
    literal = as_text(value)
    if literal is None:
        return
    allowed = declared.get("AllowedValues")
    if isinstance(allowed, list):
        texts = [as_text(item) if not isinstance(item, list | dict) else None for item in allowed]
        if literal not in texts and as_number(value) not in [
            as_number(text) for text in texts if as_number(text) is not None
        ]:
            yield "parameter-constraint", f"{show(value)} is not one of {', '.join(text or '?' for text in texts)}"
    pattern = declared.get("AllowedPattern")
    if isinstance(pattern, str) and _matches(pattern, literal) is False:
        yield "parameter-constraint", f"{show(value)} does not match {pattern}"


def _matches(pattern: str, text: str) -> bool | None:
    """Match the whole text; None where the pattern is Java's alone, or takes exponential time."""
    try:
        return regex.fullmatch(pattern, text, timeout=_PATIENCE) is not None
    except (regex.error, TimeoutError, RecursionError, OverflowError, ValueError):
        return None


def _ranges(declared: dict[str, Raw], kind: str, value: Value) -> Iterator[tuple[str, str]]:
    if isinstance(value, Reference | Pseudo | Unknown | Text):
        return
    if kind == "Number":
        number = as_number(value)
        for key, sign in (("MinValue", 1), ("MaxValue", -1)):
            bound = as_number(_scalar(declared.get(key)))
            if number is not None and bound is not None and (number - bound) * sign < 0:
                yield "parameter-constraint", f"{show(value)} is {'below' if sign > 0 else 'above'} the {key} {bound:g}"
        return
    literal = as_text(value)
    for key, sign in (("MinLength", 1), ("MaxLength", -1)):
        bound = as_int(_scalar(declared.get(key)))
        if literal is not None and bound is not None and (len(literal) - bound) * sign < 0:
            yield "parameter-constraint", f"{show(value)} has {len(literal)} characters; {key} is {bound}"


def _scalar(raw: Raw) -> Value:
    return None if isinstance(raw, list | dict) else raw
