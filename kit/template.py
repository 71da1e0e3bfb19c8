"""A template that remembers which source line made each resource."""

from __future__ import annotations

import sys
from typing import TypeVar

import troposphere
from troposphere import AWSObject

R = TypeVar("R", bound=AWSObject)


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
