"""The platform as rendered, once per test run."""

from __future__ import annotations

from functools import cache
from typing import Any

from builder.render import render


@cache
def rendered() -> dict[str, dict[str, Any]]:
    """Render root and tiers into plain dicts, by name."""
    return {name: template.body for name, template in render().items()}


def resources(tier: str, type_: str) -> dict[str, dict[str, Any]]:
    """Give a tier's resources of one type, by logical id."""
    return {title: resource for title, resource in rendered()[tier]["Resources"].items() if resource["Type"] == type_}


def properties(tier: str, title: str) -> dict[str, Any]:
    """Give the properties of one resource."""
    found: dict[str, Any] = rendered()[tier]["Resources"][title]["Properties"]
    return found
