"""Conditions as objects: made once, used by reference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troposphere import AWSHelperFn, Equals, If, Not, NoValue, Template

if TYPE_CHECKING:
    from kit.values import Flag


@dataclass(frozen=True)
class Switch:
    """A condition of one template. ``Condition=switch.name`` makes a resource depend on it."""

    name: str

    def pick(self, then: Any, otherwise: Any = NoValue) -> If:  # noqa: ANN401 - any property value
        """Give ``then`` where the condition holds; elsewhere ``otherwise``, by default no property at all."""
        return If(self.name, then, otherwise)


def switch(t: Template, name: str, test: AWSHelperFn) -> Switch:
    """Add a condition to the template."""
    t.add_condition(name, test)
    return Switch(name)


def is_on(t: Template, name: str, flag: Flag) -> Switch:
    """Add the condition that a yes/no knob says yes."""
    return switch(t, name, Equals(flag, "true"))


def is_given(t: Template, name: str, value: AWSHelperFn) -> Switch:
    """Add the condition that an optional text is not empty."""
    return switch(t, name, Not(Equals(value, "")))
