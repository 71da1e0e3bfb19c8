"""What cfn-lint's data restricts beyond the registry's schemas: allowed pairs, engine versions, instance classes.

The schemas are read from the installed package; which one is for which property only cfn-lint's rules say, so
``python -m gate.extensions`` asks them and writes ``data/extensions.json``: only that imports cfn-lint.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Final, NamedTuple

from gate.schemas import Json, data_folder

TABLE: Final = Path(__file__).parent / "data" / "extensions.json"
_LEFT_OUT: Final = frozenset({"E3062"})
"""Instance classes by engine version: 5 MB, for what the list by engine and region says almost as well."""


class Restriction(NamedTuple):
    """A schema file of cfn-lint, the rule that applies it, and the dotted property it is for (``*``: each item)."""

    rule: str
    file: str
    property: str
    regional: bool


def restrictions(type_: str) -> tuple[Restriction, ...]:
    """Return what restricts the properties of a type."""
    return _table().get(type_, ())


@functools.cache
def _table() -> dict[str, tuple[Restriction, ...]]:
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    return {type_: tuple(Restriction(*row) for row in rows) for type_, rows in table.items()}


@functools.cache
def restricting(restriction: Restriction, region: str) -> Json:
    """Return the schema of a restriction in a region; True, which accepts everything, if it says nothing there."""
    text = (data_folder() / "extensions" / restriction.file).read_text(encoding="utf-8")
    if not restriction.regional:
        return _decoded(text, 0)
    start = text.find(f'"{region}":')
    # of megabytes, only the part of this region is read
    return True if start < 0 else _decoded(text, start + len(region) + len('"":'))


def _decoded(text: str, start: int) -> Json:
    begin = next(place for place in range(start, len(text)) if not text[place].isspace())
    schema: Json = json.JSONDecoder().raw_decode(text, begin)[0]
    return schema


def collect() -> dict[str, list[Restriction]]:
    """Ask the installed cfn-lint which schema its rules apply where; those of several resources are left out."""
    import cfnlint  # noqa: PLC0415 - slow, and only for writing the table
    from cfnlint.rules._rules import Rules  # noqa: PLC0415

    folder = data_folder() / "extensions"
    files = {_key(json.loads(file.read_text(encoding="utf-8"))): file for file in sorted(folder.glob("*/*.json"))}
    found: dict[str, list[Restriction]] = {}
    for rule in Rules.create_from_directory(str(Path(cfnlint.__file__).parent / "rules")).values():
        schema = getattr(rule, "schema", None)
        if not isinstance(schema, dict) or "cfnGather" in schema or not rule.id.startswith("E") or rule.id in _LEFT_OUT:
            continue
        file = files.get(_key(schema))
        for place in getattr(rule, "keywords", ()) if file else ():
            _, type_, *rest = place.split("/")
            if file and type_ != "*" and rest[:1] == ["Properties"]:
                name, regional = file.relative_to(folder).as_posix(), "us-east-1" in schema
                found.setdefault(type_, []).append(Restriction(rule.id, name, ".".join(rest[1:]), regional))
    return {type_: sorted(set(rows)) for type_, rows in sorted(found.items())}


def _key(schema: object) -> str:
    return json.dumps(schema, sort_keys=True)


def written(table: dict[str, list[Restriction]]) -> str:
    """Return the text of the table: one line per type."""
    lines = (f"{json.dumps(type_)}: {json.dumps(rows)}" for type_, rows in table.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    TABLE.write_text(written(collect()), encoding="utf-8")
