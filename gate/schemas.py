"""The registry schemas of resource types, read from the files that the installed cfn-lint package carries.

cfn-lint itself is not imported: only its data is read, one type at a time.
Source: https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

from __future__ import annotations

import functools
import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


@dataclass(frozen=True, eq=False)
class Schema:
    """The schema of one resource type; names of properties are dotted where they are nested (``Endpoint.Port``)."""

    type: str
    body: Mapping[str, Json]

    @functools.cached_property
    def properties(self) -> Mapping[str, Json]:
        """The top-level properties, attributes that only AWS sets included, each with its schema."""
        return _object(self.body.get("properties"))

    @functools.cached_property
    def required(self) -> frozenset[str]:
        """The top-level properties that a template must give."""
        return frozenset(_texts(self.body.get("required")))

    @functools.cached_property
    def read_only(self) -> frozenset[str]:
        """Attributes that only AWS sets: what ``Fn::GetAtt`` can return."""
        return frozenset(self._pointers("readOnlyProperties"))

    @functools.cached_property
    def write_only(self) -> frozenset[str]:
        """Properties that AWS never returns."""
        return frozenset(self._pointers("writeOnlyProperties"))

    @functools.cached_property
    def create_only(self) -> frozenset[str]:
        """Properties whose change replaces the resource; ``*`` stands for the items of a list."""
        return frozenset(self._pointers("createOnlyProperties"))

    @functools.cached_property
    def primary_identifier(self) -> tuple[str, ...]:
        """The properties that identify a resource of the type, usually what ``Ref`` returns if it is only one."""
        return self._pointers("primaryIdentifier")

    @functools.cached_property
    def tag_property(self) -> str | None:
        """The property that takes tags; None if the type cannot be tagged."""
        tagging = _object(self.body.get("tagging"))
        if tagging.get("taggable") is False or self.body.get("taggable") is False:
            return None
        pointer = tagging.get("tagProperty")
        named = pointer.rpartition("/")[2] if isinstance(pointer, str) else "Tags"
        return named if named in self.properties else None

    def property(self, path: str) -> Mapping[str, Json]:
        """Return the schema at a dotted path, ``$ref`` and items of lists followed; empty if there is none."""
        node = self.resolved(self.body)
        for key in path.split("."):
            found = _object(node.get("properties")).get(key)
            if found is None and node.get("type") == "array":
                found = node.get("items") if key == "*" or key.isdecimal() else None
                if found is None:
                    found = _object(self.resolved(_object(node.get("items"))).get("properties")).get(key)
            node = self.resolved(_object(found))
            if not node:
                return {}
        return node

    def resolved(self, node: Mapping[str, Json]) -> Mapping[str, Json]:
        """Follow ``$ref`` to a definition of the same schema."""
        for _ in range(10):
            pointer = node.get("$ref")
            if not isinstance(pointer, str):
                break
            target: Json = dict(self.body)
            for key in pointer.removeprefix("#/").split("/"):
                target = _object(target).get(key)
            node = _object(target)
        return node

    def types_of(self, path: str) -> frozenset[str]:
        """Return the JSON types that a property takes: ``string``, ``integer``, ``boolean``, ``array``..."""
        kind = self.property(path).get("type")
        return frozenset([kind] if isinstance(kind, str) else _texts(kind))

    def enum(self, path: str) -> tuple[Json, ...]:
        """Return the values that a property takes; empty if the schema does not list them."""
        values = self.property(path).get("enum")
        return tuple(values) if isinstance(values, list) else ()

    def _pointers(self, key: str) -> tuple[str, ...]:
        return tuple(text.removeprefix("/properties/").replace("/", ".") for text in _texts(self.body.get(key)))


def _object(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _texts(value: Json) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


@functools.cache
def data_folder() -> Path:
    """Return the folder of cfn-lint's schemas; raises FileNotFoundError if the package is not installed."""
    spec = importlib.util.find_spec("cfnlint")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("cfn-lint is not installed: pip install cfn-lint")
    return Path(spec.origin).parent / "data" / "schemas"


@functools.cache
def types(region: str = "us-east-1") -> Mapping[str, str]:
    """Return the types that exist in a region, each with the name of its schema file; empty for a region not known."""
    file = data_folder() / "providers" / f"{region}.json"
    return json.loads(file.read_text()) if file.is_file() else {}


@functools.cache
def schema(type_: str, region: str = "us-east-1") -> Schema | None:
    """Return the schema of a type; None if it is not in the registry of the region (custom resources, modules)."""
    name = types(region).get(type_)
    file = data_folder() / "resources" / f"{name}.json"
    return Schema(type_, json.loads(file.read_text())) if name and file.is_file() else None
