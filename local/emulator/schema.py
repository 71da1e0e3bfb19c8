"""What CloudFormation's registry says of a resource type: which property values it takes, and which it coerces.

Pure functions over plain data. The schemas are the registry's own, as bundled with cfn-lint
(``providers/<region>.json`` maps a type to ``resources/<hash>.json``).
Messages are worded as CloudFormation words them in a stack event:
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Json: TypeAlias = Any  # a value of a template: what JSON can say
Document: TypeAlias = dict[str, Json]

FALLBACK_REGION = "us-east-1"
_COMBINERS = ("allOf", "anyOf", "oneOf")


class Registry:
    """The resource types of every region, read from cfn-lint's schema folder when first asked for."""

    def __init__(self, folder: Path) -> None:
        """Read the list of types; raise ``FileNotFoundError`` when ``folder`` is no schema folder."""
        self._folder = folder
        self._regions: dict[str, dict[str, str]] = {}
        self._hashes(FALLBACK_REGION)
        self._load = cache(self._read)

    def types(self) -> list[str]:
        """Return every known resource type, sorted."""
        return sorted(self._hashes(FALLBACK_REGION))

    def schema(self, resource_type: str, region: str) -> Document | None:
        """Return the type's schema in ``region`` (in us-east-1 where the region has none), or None."""
        known = self._hashes(region).get(resource_type) or self._hashes(FALLBACK_REGION).get(resource_type)
        return self._load(known) if known else None

    def _hashes(self, region: str) -> dict[str, str]:
        if region not in self._regions:
            file = self._folder / "providers" / f"{region}.json"
            self._regions[region] = json.loads(file.read_text()) if file.exists() or region == FALLBACK_REGION else {}
        return self._regions[region]

    def _read(self, digest: str) -> Document:
        document: Document = json.loads((self._folder / "resources" / f"{digest}.json").read_text())
        return document


def resolve(root: Document, node: Json) -> Document:
    """Follow ``$ref`` from ``node`` to the definition that it means."""
    while isinstance(node, dict) and "$ref" in node:
        target: Json = root
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node if isinstance(node, dict) else {}


def top_level(root: Document, key: str) -> set[str]:
    """Return the names of whole properties listed under ``key``, such as ``createOnlyProperties``."""
    paths = (pointer.split("/")[2:] for pointer in root.get(key, ()))
    return {path[0] for path in paths if len(path) == 1}


# --- coercion -------------------------------------------------------------------------------------------


def coerce(root: Document, value: Json, node: Document | None = None) -> Json:
    """Return ``value`` with its scalars turned into the types that the schema asks for, as the service does.

    ``"2"`` becomes 2 for an integer, ``"true"`` becomes true for a boolean, 5 becomes ``"5"`` for a string.
    What fits no type is left as it is, for ``problems`` to report.
    """
    return _coerce(root, root if node is None else resolve(root, node), value)


def _coerce(root: Document, node: Document, value: Json) -> Json:
    shapes = list(_shapes(root, node))
    if isinstance(value, dict):
        return {key: _coerce(root, _member(root, shapes, key), item) for key, item in value.items()}
    if isinstance(value, list):
        items = next((resolve(root, shape["items"]) for shape in shapes if "items" in shape), {})
        return [_coerce(root, items, item) for item in value]
    kinds = {kind for shape in shapes for kind in _kinds(shape)}
    return _scalar(value, kinds) if kinds else value


def _shapes(root: Document, node: Document) -> Iterator[Document]:
    """Yield the node and every schema that its combiners add to it."""
    yield node
    for combiner in _COMBINERS:
        for part in node.get(combiner, ()):
            yield from _shapes(root, resolve(root, part))


def _member(root: Document, shapes: list[Document], key: str) -> Document:
    for shape in shapes:
        if key in shape.get("properties", {}):
            return resolve(root, shape["properties"][key])
    for shape in shapes:
        for pattern, member in shape.get("patternProperties", {}).items():
            if _matches(pattern, key):
                return resolve(root, member)
        if isinstance(shape.get("additionalProperties"), dict):
            return resolve(root, shape["additionalProperties"])
    return {}


def _kinds(node: Document) -> list[str]:
    kind = node.get("type", [])
    return kind if isinstance(kind, list) else [kind]


def _scalar(value: Json, kinds: set[str]) -> Json:
    if isinstance(value, str) and "string" not in kinds:
        if "boolean" in kinds and value.lower() in ("true", "false"):
            return value.lower() == "true"
        if kinds & {"integer", "number"} and re.fullmatch(r"-?\d+", value):
            return int(value)
        if "number" in kinds and re.fullmatch(r"-?\d+\.\d+", value):
            return float(value)
    if kinds == {"string"} and isinstance(value, bool):
        return str(value).lower()
    if kinds == {"string"} and isinstance(value, (int, float)):
        return str(value)
    return value


# --- validation -----------------------------------------------------------------------------------------


def problems(root: Document, properties: Document) -> list[str]:
    r"""Return what the schema finds wrong with already coerced properties, in the service's words.

    Patterns that Python's ``re`` cannot express (Java's ``\p{...}`` classes) are not checked.
    """
    forbidden = [
        f"#: extraneous key [{name}] is not permitted"
        for name in sorted(top_level(root, "readOnlyProperties") & set(properties))
    ]
    return forbidden + list(check(root, root, properties, "#"))


def check(root: Document, node: Document, value: Json, path: str) -> Iterator[str]:
    """Yield each violation of ``node`` by ``value``, which stands at ``path``."""
    node = resolve(root, node)
    kinds = _kinds(node)
    if kinds and not any(_is(kind, value) for kind in kinds):
        yield f"{path}: expected type: {' or '.join(_NAMES[kind] for kind in kinds)}, found: {_name(value)}"
        return
    if "enum" in node and value not in node["enum"]:
        yield f"{path}: {_text(value)} is not a valid enum value"
    if "const" in node and value != node["const"]:
        yield f"{path}: {_text(value)} is not a valid enum value"
    if isinstance(value, dict):
        yield from _check_object(root, node, value, path)
    elif isinstance(value, list):
        yield from _check_array(root, node, value, path)
    elif isinstance(value, str):
        yield from _check_string(node, value, path)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield from _check_number(node, value, path)
    yield from _check_combiners(root, node, value, path)


def _check_object(root: Document, node: Document, value: Document, path: str) -> Iterator[str]:
    properties, patterns = node.get("properties", {}), node.get("patternProperties", {})
    rest = node.get("additionalProperties", True)
    for name in node.get("required", ()):
        if name not in value:
            yield f"{path}: required key [{name}] not found"
    for name, needed in (node.get("dependencies", {}) | node.get("dependentRequired", {})).items():
        for other in needed if name in value and isinstance(needed, list) else ():
            if other not in value:
                yield f"{path}: property [{other}] is required"
    for name, item in value.items():
        schemas = [properties[name]] if name in properties else []
        schemas += [schema for pattern, schema in patterns.items() if _matches(pattern, name)]
        if not schemas and rest is False:
            yield f"{path}: extraneous key [{name}] is not permitted"
        if not schemas and isinstance(rest, dict):
            schemas = [rest]
        for schema in schemas:
            yield from check(root, schema, item, f"{path}/{name}")
    if len(value) < node.get("minProperties", 0):
        yield f"{path}: minimum size: [{node['minProperties']}], found: [{len(value)}]"
    if len(value) > node.get("maxProperties", len(value)):
        yield f"{path}: maximum size: [{node['maxProperties']}], found: [{len(value)}]"


def _check_array(root: Document, node: Document, value: list[Json], path: str) -> Iterator[str]:
    if len(value) < node.get("minItems", 0):
        yield f"{path}: expected minimum item count: {node['minItems']}, found: {len(value)}"
    if len(value) > node.get("maxItems", len(value)):
        yield f"{path}: expected maximum item count: {node['maxItems']}, found: {len(value)}"
    if node.get("uniqueItems") and len({json.dumps(item, sort_keys=True) for item in value}) < len(value):
        yield f"{path}: array items are not unique"
    if isinstance(node.get("items"), dict):
        for index, item in enumerate(value):
            yield from check(root, node["items"], item, f"{path}/{index}")


def _check_string(node: Document, value: str, path: str) -> Iterator[str]:
    if len(value) < node.get("minLength", 0):
        yield f"{path}: expected minLength: {node['minLength']}, actual: {len(value)}"
    if len(value) > node.get("maxLength", len(value)):
        yield f"{path}: expected maxLength: {node['maxLength']}, actual: {len(value)}"
    if "pattern" in node and not _matches(node["pattern"], value):
        yield f"{path}: string [{value}] does not match pattern {node['pattern']}"


def _check_number(node: Document, value: float, path: str) -> Iterator[str]:
    if value < node.get("minimum", value):
        yield f"{path}: {value} is not greater or equal to {node['minimum']}"
    if value > node.get("maximum", value):
        yield f"{path}: {value} is not less or equal to {node['maximum']}"
    if "exclusiveMinimum" in node and value <= node["exclusiveMinimum"]:
        yield f"{path}: {value} is not greater than {node['exclusiveMinimum']}"
    if "exclusiveMaximum" in node and value >= node["exclusiveMaximum"]:
        yield f"{path}: {value} is not less than {node['exclusiveMaximum']}"
    if "multipleOf" in node and value % node["multipleOf"]:
        yield f"{path}: {value} is not a multiple of {node['multipleOf']}"


def _check_combiners(root: Document, node: Document, value: Json, path: str) -> Iterator[str]:
    for part in node.get("allOf", ()):
        yield from check(root, part, value, path)
    if "anyOf" in node and not _fitting(root, node["anyOf"], value, path):
        yield f"{path}: no subschema matched out of the total {len(node['anyOf'])} subschemas"
    if "oneOf" in node and (fitting := _fitting(root, node["oneOf"], value, path)) != 1:
        yield f"{path}: {fitting} subschemas matched instead of one"
    if "not" in node and _fitting(root, [node["not"]], value, path):
        yield f"{path}: subject must not be valid against schema {json.dumps(node['not'])}"
    if "if" in node:
        branch = "then" if _fitting(root, [node["if"]], value, path) else "else"
        yield from check(root, node.get(branch, {}), value, path)


def _fitting(root: Document, schemas: list[Document], value: Json, path: str) -> int:
    return sum(next(check(root, schema, value, path), None) is None for schema in schemas)


_NAMES = {
    "object": "JSONObject",
    "array": "JSONArray",
    "string": "String",
    "integer": "Integer",
    "number": "Number",
    "boolean": "Boolean",
    "null": "Null",
}
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def _is(kind: str, value: Json) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _TYPES[kind])


def _name(value: Json) -> str:
    return next(_NAMES[kind] for kind in ("boolean", "integer", *_NAMES) if _is(kind, value))


def _text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)


@cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except re.error:
        return None


def _matches(pattern: str, value: str) -> bool:
    compiled = _compiled(pattern)
    return compiled is None or compiled.search(value) is not None
