"""The root's parameters, by environment, side by side."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gate.tree import Raw, Tree
from kit.environment import Environment

HIDDEN = "(hidden)"


@dataclass(frozen=True)
class Parameter:
    """One parameter: its default, and for each environment its value and whether that is another than the default.

    ``differs`` tells whether environments have different values.
    """

    name: str
    description: str
    default: str | None
    values: tuple[tuple[str, bool], ...]
    differs: bool


def parameters(tree: Tree, environments: Sequence[Environment]) -> list[Parameter]:
    """Return every parameter of the root template, in its order."""
    declared = tree.root.template.section("Parameters")
    return [_parameter(name, body, environments) for name, body in declared.items() if isinstance(body, dict)]


def _parameter(name: str, body: Mapping[str, Raw], environments: Sequence[Environment]) -> Parameter:
    def shown(value: str | None) -> str | None:
        return HIDDEN if value and _text(body.get("NoEcho")) == "true" else value

    default = _text(body.get("Default"))
    values = [each.parameters.get(name, default) for each in environments]
    return Parameter(
        name=name,
        description=_text(body.get("Description")) or "",
        default=shown(default),
        values=tuple((shown(value) or "", default is not None and value != default) for value in values),
        differs=len(set(values)) > 1,
    )


def _text(raw: Raw) -> str | None:
    """Write a declared value as CloudFormation takes it; None stays None."""
    return raw if isinstance(raw, str) or raw is None else json.dumps(raw)
