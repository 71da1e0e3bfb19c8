"""What a service documents about a value and its registry schema leaves out: a schema, where it holds, and the page.

A rule is a table of limits. Schemas are those of gate.conformance; what is not known is not judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from gate.conformance import breaches, discreet
from gate.places import each
from gate.rule import Hit
from gate.schemas import Json
from gate.tree import Tree

Shape: TypeAlias = "dict[str, Json]"


@dataclass(frozen=True, slots=True)
class Limit:
    """One documented constraint on a property of some types; ``property`` is a pattern of gate.places, "" for all.

    ``says`` tells a reader what to write, ``source`` is the page that states it.
    """

    types: tuple[str, ...]
    property: str
    schema: Shape
    says: str
    source: str


def exceeded(tree: Tree, limits: Iterable[Limit]) -> Iterator[Hit]:
    """Yield every value of the tree that is beyond a limit for certain."""
    for limit in limits:
        for resource in tree.resources(*limit.types):
            for place, value in each(resource.properties, limit.property):
                for path, wrong in breaches(limit.schema, value):
                    at = ("Properties", *place, *path)
                    yield Hit(resource, at, f"{at[-1]}: {discreet(at, wrong)}", f"{limit.says} See {limit.source}")


def among(*values: str | int) -> Shape:
    """Accept these values."""
    return {"enum": list(values)}


def between(low: float, high: float) -> Shape:
    """Accept numbers from ``low`` to ``high``."""
    return {"minimum": low, "maximum": high}


def like(pattern: str) -> Shape:
    """Accept texts that match an expression from end to end."""
    return {"pattern": f"^({pattern})$"}


ON: Shape = {"enum": [True]}
OFF: Shape = {"enum": [False]}
GIVEN: Json = True
ABSENT: Json = False


def having(**properties: Json) -> Shape:
    """Accept objects with these properties: each is there and of its schema, or ``ABSENT``."""
    declared: dict[str, Json] = dict(properties)
    present: list[Json] = [name for name, schema in properties.items() if schema is not ABSENT]
    return {"type": "object", "properties": declared, "required": present}


def may(**properties: Json) -> Shape:
    """Accept objects whose properties, where they are there, are of their schemas."""
    declared: dict[str, Json] = dict(properties)
    return {"properties": declared}


def needs(*names: str) -> Shape:
    """Accept objects with all of these properties."""
    return {"required": list(names)}


def without(*names: str) -> Shape:
    """Accept objects with none of these properties."""
    return {"properties": dict.fromkeys(names, False)}


def when(condition: Shape, then: Shape) -> Shape:
    """Hold what fits a condition against a schema."""
    return {"if": condition, "then": then}


def unless(condition: Shape, then: Shape) -> Shape:
    """Hold what does not fit a condition against a schema."""
    return {"if": condition, "else": then}


def either(*schemas: Mapping[str, Json]) -> Shape:
    """Accept what fits one of these schemas or more."""
    return {"anyOf": [dict(schema) for schema in schemas]}
