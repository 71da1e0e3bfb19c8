"""Interfaces: what a tier may be told (knobs) and what it hands to others (outputs), typed and described."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import Field, dataclass, field, fields
from typing import Any, TypedDict, TypeVar, Unpack, dataclass_transform

T = TypeVar("T")


class Limits(TypedDict, total=False):
    """What CloudFormation itself refuses in a parameter value.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
    """

    AllowedPattern: str
    AllowedValues: Sequence[str | int | float]
    MinLength: int
    MaxLength: int
    MinValue: float
    MaxValue: float
    ConstraintDescription: str


def knob(description: str, *, default: str | float | None = None, label: str = "", **limits: Unpack[Limits]) -> Any:  # noqa: ANN401 - a field specifier must fit a field of any type
    """Declare a root parameter. Without a default, every environment must state a value.

    ``label`` is what the CloudFormation console shows; it defaults to the field's name in words.
    """
    declared: dict[str, Any] = {"Description": description, **limits}
    if default is not None:
        declared["Default"] = default
    if "AllowedValues" in limits:
        declared["AllowedValues"] = list(limits["AllowedValues"])
    return field(metadata={"knob": declared, "label": label})


def flag(description: str, *, default: bool, label: str = "") -> Any:  # noqa: ANN401 - as knob()
    """Declare a yes/no root parameter; CloudFormation has no boolean type, so it is ``true`` or ``false`` as text."""
    return knob(description, default=str(default).lower(), label=label, AllowedValues=("true", "false"))


def out(description: str, *, root: bool = False) -> Any:  # noqa: ANN401 - as knob()
    """Declare an output of the tier's stack; with ``root``, also one of the root stack."""
    return field(metadata={"out": {"Description": description}, "root": root})


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(knob, flag, out))
def interface(cls: type[T]) -> type[T]:
    """Make a tier's knobs or outputs a frozen, keyword-only dataclass.

    Raises:
        TypeError: a field is neither ``knob()`` nor ``out()``, or the class mixes the two.
    """
    made = dataclass(frozen=True, kw_only=True, eq=False, repr=False)(cls)
    kinds = {_kind(made, f) for f in fields(made)}  # type: ignore[arg-type]
    if len(kinds) > 1:
        msg = f"{cls.__module__}.{cls.__qualname__} mixes knob() and out(): make two interfaces"
        raise TypeError(msg)
    return made


def has_knobs(cls: type) -> bool:
    """Tell whether an interface is set from root parameters."""
    return any("knob" in f.metadata for f in fields(cls))


def pascal(snake: str) -> str:
    """Name a field as CloudFormation does: ``ingest_arn`` becomes ``IngestArn``."""
    return "".join(word[0].upper() + word[1:] for word in snake.split("_"))


def words(snake: str) -> str:
    """Name a field as people do: ``ingest_arn`` becomes ``Ingest arn``."""
    return snake.replace("_", " ").capitalize()


def _kind(cls: type, f: Field[Any]) -> str:
    for kind in ("knob", "out"):
        if kind in f.metadata:
            return kind
    msg = f"{cls.__module__}.{cls.__qualname__}.{f.name} needs knob(...) or out(...)"
    raise TypeError(msg)
