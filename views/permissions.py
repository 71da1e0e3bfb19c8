"""Who may do what to which resource: one row per statement of every policy in the tree, its resources resolved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

from gate.tree import Pseudo, Reference, Resource, Text, Tree, Value, as_text, items, show
from gate.tree.iam import identity_statements, resource_statements, trust
from gate.tree.policy import Principal, Statement

ROLE = "AWS::IAM::Role"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One permission: ``who`` (a role, a service, an account) may, or may not, do ``actions`` to ``resources``.

    ``kind`` is ``role`` for what a role holds, ``trust`` for who may assume it, ``resource`` for a policy on the
    resource itself. ``wide`` marks a wildcard that a reviewer should look at.
    """

    kind: str
    stack: str
    who: tuple[str, ...]
    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[str, ...]
    sid: str
    wide: bool


def rows(tree: Tree) -> list[Row]:
    """Give every permission of the tree: what roles hold, who may assume them, what resources let in."""
    return [*_roles(tree), *_policies(tree)]


def as_dicts(table: Iterable[Row]) -> list[dict[str, object]]:
    """Give rows as plain data."""
    return [asdict(row) for row in table]


def as_text_table(table: Sequence[Row]) -> str:
    """Render the table for a terminal: a block per holder, a line per action list, wildcards marked with ``!``."""
    lines: list[str] = []
    last = ""
    for row in table:
        head = f"{row.stack}  {_TITLES[row.kind]}"
        if head != last:
            lines += ["", head]
            last = head
        mark = "!" if row.wide else " "
        lines.append(f"{mark} {', '.join(row.who)}: {row.effect.lower()} {', '.join(row.actions)}")
        lines.append(f"      on {', '.join(row.resources)}")
        lines += [f"      if {condition}" for condition in row.conditions]
    wide = sum(row.wide for row in table)
    return "\n".join([*lines[1:], "", f"{len(table)} statements, {wide} with a wildcard (marked !)"])


def as_markdown(table: Sequence[Row]) -> str:
    """Render the table for a document."""
    lines = ["| stack | who | may | on | if |", "|---|---|---|---|---|"]
    for row in table:
        effect = "**not** " if row.effect == "Deny" else ""
        cells = (
            row.stack,
            ", ".join(row.who) + (" ⚠" if row.wide else ""),
            effect + "<br>".join(f"`{action}`" for action in row.actions),
            "<br>".join(f"`{resource}`" for resource in row.resources),
            "<br>".join(f"`{condition}`" for condition in row.conditions),
        )
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


_TITLES = {"role": "what roles may do", "trust": "who may assume roles", "resource": "what resources let in"}


def _roles(tree: Tree) -> Iterator[Row]:
    for role in tree.resources(ROLE):
        for statement in trust(role):
            yield _row("trust", role, statement, _principals(statement.principals), [role.id])
    for role in tree.resources(ROLE):
        for statement in identity_statements(tree, role):
            yield _row("role", role, statement, (role.id,), statement.resources)


def _policies(tree: Tree) -> Iterator[Row]:
    for resource in tree.resources():
        if resource.type == ROLE:
            continue
        for statement in resource_statements(tree, resource):
            who = _principals(statement.principals or statement.not_principals)
            yield _row("resource", resource, statement, who, statement.resources or (resource.reference,))


def _row(kind: str, holder: Resource, statement: Statement, who: tuple[str, ...], resources: Iterable[Value]) -> Row:
    actions = tuple(_said(action) for action in statement.actions or statement.not_actions)
    named = tuple(_said(resource) for resource in resources)
    own = kind == "resource"
    wide = statement.effect != "Deny" and (
        any("*" in action for action in actions)
        or bool(statement.not_actions)
        or (not own and "*" in named)
        or "*" in who
    )
    return Row(
        kind=kind,
        stack=f"{holder.stack.path}.{holder.id}" if own else holder.stack.path,
        who=who,
        effect=statement.effect or "Allow",
        actions=tuple(f"not {action}" for action in actions) if statement.not_actions else actions,
        resources=("this resource",) if own and named == ("*",) else named,
        conditions=tuple(_conditions(statement)),
        sid=as_text(statement.sid) or "",
        wide=wide,
    )


def _principals(principals: Sequence[Principal]) -> tuple[str, ...]:
    return tuple(_said(principal.value) for principal in principals) or ("nobody",)


def _conditions(statement: Statement) -> Iterator[str]:
    for operator, tests in statement.conditions.items():
        for key, wanted in tests.items() if isinstance(tests, dict) else ():
            yield f"{key} {operator} {' or '.join(_said(value) for value in items(wanted))}"


def _said(value: Value) -> str:
    """Name a value as people do: a resource by its stack and logical id, everything else as it is written."""
    if isinstance(value, Text):
        return "".join(part if isinstance(part, str) else _said(part) for part in value.parts)
    if isinstance(value, Reference):
        stack = value.stack.removeprefix("root").strip("/")
        attribute = "" if value.attribute in {"Ref", "Arn"} else f".{value.attribute}"
        return f"{stack}.{value.id}{attribute}" if stack else f"{value.id}{attribute}"
    if isinstance(value, Pseudo):
        return str(value)
    return as_text(value) or show(value)
