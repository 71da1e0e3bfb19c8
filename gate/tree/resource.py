"""A resource of one stack instance, with its evaluated properties."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gate.tree import structure
from gate.tree.compare import all_true
from gate.tree.values import Reference, as_text, dig

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gate.tree.stack import Stack
    from gate.tree.values import Path, Raw, Value


@dataclass(frozen=True, eq=False)
class Resource:
    """A resource of one stack instance."""

    stack: Stack
    id: str
    type: str
    raw: Mapping[str, Raw]

    def __repr__(self) -> str:
        """Show as ``root/Network.Vpc (AWS::EC2::VPC)``."""
        return f"{self.path} ({self.type})"

    @property
    def path(self) -> str:
        """The stack path and the logical id: ``root/Network.Vpc``."""
        return f"{self.stack.path}.{self.id}"

    @property
    def file(self) -> str:
        """The template that has it, relative to the folder of the tree."""
        return self.stack.template.file

    @property
    def at(self) -> Path:
        """Its place inside the template."""
        return ("Resources", self.id)

    @functools.cached_property
    def condition(self) -> bool | None:
        """True if it is created, False if not, None if that cannot be known."""
        name = self.raw.get("Condition")
        own = self.stack.condition(name, (*self.at, "Condition")) if isinstance(name, str) else True
        outer = self.stack.resource.condition if self.stack.resource else True
        return all_true([own, outer])

    @functools.cached_property
    def properties(self) -> dict[str, Value]:
        """All properties, evaluated; those removed by ``AWS::NoValue`` are not there."""
        value = self.attribute("Properties")
        return value if isinstance(value, dict) else {}

    def get(self, path: str | Path) -> Value:
        """Return the evaluated property at a path (``"StreamEncryption.KeyId"``, ``"Subnets.0"``).

        None if it is absent, Unknown if it cannot be known. Give a tuple where a key contains a dot.
        """
        return dig(self.attribute("Properties"), path)

    def attribute(self, name: str) -> Value:
        """Return another evaluated attribute of the resource: ``CreationPolicy``, ``UpdatePolicy``, ``Metadata``..."""
        raw = self.raw.get(name)
        return None if raw is None else self.stack.piece((*self.at, name), raw)

    @property
    def deletion_policy(self) -> str | None:
        """``DeletionPolicy`` as text; None if it is not given or not known."""
        return as_text(self.attribute("DeletionPolicy"))

    @property
    def update_replace_policy(self) -> str | None:
        """``UpdateReplacePolicy`` as text; None if it is not given or not known."""
        return as_text(self.attribute("UpdateReplacePolicy"))

    @property
    def depends_on(self) -> tuple[str, ...]:
        """The logical ids in ``DependsOn``."""
        given = self.raw.get("DependsOn")
        names = given if isinstance(given, list) else [given]
        return tuple(name for name in names if isinstance(name, str))

    @functools.cached_property
    def dependencies(self) -> frozenset[str]:
        """Logical ids of the same stack that CloudFormation creates first: by ``DependsOn``, or by a reference."""
        used = structure.names(dict(self.raw)) | set(self.depends_on)
        return frozenset(name for name in used if name in self.stack.resources and name != self.id)

    @property
    def reference(self) -> Reference:
        """What ``Ref`` returns for it."""
        return Reference(self.stack.path, self.id, self.type, "Ref")
