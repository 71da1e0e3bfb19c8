"""A template that remembers which source line made each resource."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import troposphere
from troposphere import AWSObject

R = TypeVar("R", bound=AWSObject)

SECTIONS: Final = (
    "AWSTemplateFormatVersion",
    "Description",
    "Metadata",
    "Parameters",
    "Rules",
    "Mappings",
    "Conditions",
    "Resources",
    "Outputs",
)
"""The sections of a template in the order in which people read them."""


@dataclass(frozen=True)
class Rendered:
    """A template as plain data, in the order of ``SECTIONS``, and for each logical id the (file, line) that made it."""

    body: dict[str, Any]
    sources: dict[str, tuple[str, int]]

    def __post_init__(self) -> None:
        """Bring the sections into order and leave out empty ones."""
        given = dict(self.body)
        self.body.clear()
        self.body.update({section: given[section] for section in SECTIONS if given.get(section)})


class Template(troposphere.Template):
    """troposphere's template, plus ``sources``: logical id -> (file, line) of the call that added it."""

    def __init__(self, description: str) -> None:
        """Start an empty template."""
        super().__init__(Description=description)
        self.set_version()
        self.sources: dict[str, tuple[str, int]] = {}

    def add_resource(self, resource: R) -> R:  # type: ignore[override]  # one at a time, so each has its line
        """Add one resource and note the caller.

        Raises:
            ValueError: the logical id is taken.
        """
        caller = sys._getframe(1)
        self.sources[str(resource.title)] = (caller.f_code.co_filename, caller.f_lineno)
        return super().add_resource(resource)
