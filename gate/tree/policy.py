"""Policy documents, normalised: lists where a policy may have a lone item.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gate.tree.values import Unknown, as_text, items

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gate.tree.resource import Resource
    from gate.tree.values import Path, Value


@dataclass(frozen=True)
class Principal:
    """One principal: ``kind`` is ``Service``, ``AWS``, ``Federated``, ``CanonicalUser`` or ``*``."""

    kind: str
    value: Value


@dataclass(frozen=True)
class Statement:
    """One statement, normalised: lists where the policy may have a lone item.

    ``holder`` is the resource in which it is written, at the property ``path``; both are absent for an AWS-managed
    policy. ``actions`` with an Unknown in it stands for a policy that cannot be read.
    """

    effect: str | None
    actions: tuple[Value, ...] = ()
    not_actions: tuple[Value, ...] = ()
    resources: tuple[Value, ...] = ()
    not_resources: tuple[Value, ...] = ()
    principals: tuple[Principal, ...] = ()
    not_principals: tuple[Principal, ...] = ()
    conditions: Mapping[str, Value] = field(default_factory=dict)
    sid: Value = None
    holder: Resource | None = None
    path: Path = ()


UNREADABLE = Statement(
    "Allow",
    actions=(Unknown("a policy that is not in the tree"),),
    resources=("*",),
    principals=(Principal("*", "*"),),
)
"""Stands for a policy of which the tree knows nothing: it may allow anything."""


def statements(document: Value, holder: Resource | None = None, path: Path = ()) -> list[Statement]:
    """Return the statements of a policy document, be it JSON text; what of it is not known gives ``UNREADABLE``."""
    if document is None:
        return []
    if isinstance(document, str):
        with contextlib.suppress(ValueError):
            document = json.loads(document)
    if not isinstance(document, dict):
        return [UNREADABLE]
    listed = document.get("Statement")
    if isinstance(listed, Unknown):
        return [UNREADABLE]
    found: list[Statement] = []
    for index, body in enumerate(items(listed)):
        at: Path = (*path, "Statement", index) if isinstance(listed, list) else (*path, "Statement")
        found.append(_statement(body, holder, at) if isinstance(body, dict) else UNREADABLE)
    return found


def _statement(body: dict[str, Value], holder: Resource | None, path: Path) -> Statement:
    def several(key: str) -> tuple[Value, ...]:
        value = body.get(key)
        return (value,) if isinstance(value, Unknown) else tuple(items(value))

    conditions = body.get("Condition")
    return Statement(
        effect=as_text(body.get("Effect")),
        actions=several("Action"),
        not_actions=several("NotAction"),
        resources=several("Resource"),
        not_resources=several("NotResource"),
        principals=tuple(_principals(body.get("Principal"))),
        not_principals=tuple(_principals(body.get("NotPrincipal"))),
        conditions=conditions if isinstance(conditions, dict) else {} if conditions is None else {"?": conditions},
        sid=body.get("Sid"),
        holder=holder,
        path=path,
    )


def _principals(value: Value) -> Iterator[Principal]:
    if isinstance(value, dict):
        for kind, given in value.items():
            yield from (Principal(kind, item) for item in ([given] if isinstance(given, Unknown) else items(given)))
    elif value is not None:
        yield Principal("*" if value == "*" else "AWS", value)
