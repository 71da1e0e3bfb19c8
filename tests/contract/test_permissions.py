"""Every policy in the templates, wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kit.grants import ANY_RESOURCE
from tests.templates.rendering import rendered

SELF = {
    "AWS::KMS::Key": "a key policy's resource is the key itself",
}
"""Resource policies in which ``*`` means the resource that carries the policy."""


def statements(node: Any, place: str, owner: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give every policy statement below a node: where it stands, the type that carries it, the statement."""
    if isinstance(node, dict):
        if "Effect" in node and ("Action" in node or "NotAction" in node):
            yield f"{place}/{node.get('Sid', '?')}", owner, node
        for key, value in node.items():
            yield from statements(value, f"{place}/{key}", owner)
    elif isinstance(node, list):
        for item in node:
            yield from statements(item, place, owner)


ALL = [
    found
    for tier, template in rendered().items()
    for title, resource in template["Resources"].items()
    for found in statements(resource, f"{tier}/{title}", resource["Type"])
]
EACH = pytest.mark.parametrize(("place", "owner", "statement"), ALL, ids=[place for place, _, _ in ALL])


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@EACH
def test_every_statement_says_what_it_is_for(place: str, owner: str, statement: dict[str, Any]) -> None:
    assert statement.get("Sid")


@EACH
def test_no_statement_allows_every_action(place: str, owner: str, statement: dict[str, Any]) -> None:
    assert "NotAction" not in statement
    assert "NotResource" not in statement
    if statement["Effect"] == "Allow" and owner not in SELF:
        assert not [action for action in listed(statement["Action"]) if action == "*" or action.endswith(":*")]


@EACH
def test_any_resource_only_where_an_action_accepts_no_other(place: str, owner: str, statement: dict[str, Any]) -> None:
    if statement["Effect"] == "Allow" and "*" in listed(statement.get("Resource", [])) and owner not in SELF:
        assert set(listed(statement["Action"])) <= ANY_RESOURCE.keys()


@EACH
def test_nobody_unknown_is_allowed_without_a_condition(place: str, owner: str, statement: dict[str, Any]) -> None:
    principal = statement.get("Principal")
    if statement["Effect"] == "Allow" and principal in ("*", {"AWS": "*"}):
        assert statement.get("Condition")


def test_there_are_statements_to_judge() -> None:
    assert len(ALL) > 30
