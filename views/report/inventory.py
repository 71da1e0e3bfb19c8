"""Every resource of the tree: where it is, what it is, which line makes it, and what becomes of its data."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from gate.tree import STACK_TYPE, Resource, Tree


@dataclass(frozen=True)
class Item:
    """One resource; policies are empty where the template leaves them to CloudFormation."""

    id: str
    type: str
    source: str
    holds_data: bool
    on_deletion: str
    on_replacement: str


def inventory(
    tree: Tree, sources: Mapping[str, Mapping[str, str]], holding_data: Collection[str]
) -> list[tuple[str, list[Item]]]:
    """Return the resources that are created, by stack; ``holding_data`` names the types that hold data."""
    found: dict[str, list[Item]] = {}
    for resource in tree.resources():
        if resource.type != STACK_TYPE:
            name = resource.stack.path.removeprefix("root").strip("/") or "root"
            found.setdefault(name, []).append(_item(resource, sources, holding_data))
    return list(found.items())


def _item(resource: Resource, sources: Mapping[str, Mapping[str, str]], holding_data: Collection[str]) -> Item:
    return Item(
        id=resource.id,
        type=resource.type,
        source=sources.get(resource.file, {}).get(resource.id, resource.file),
        holds_data=resource.type in holding_data,
        on_deletion=resource.deletion_policy or "",
        on_replacement=resource.update_replace_policy or "",
    )
