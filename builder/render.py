"""Import the tiers and nest them."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

from kit.nest import Tier, nest
from kit.template import Rendered
from templates import TIERS


def load(names: Iterable[str] = TIERS) -> list[Tier]:
    """Import tiers by file name.

    Raises:
        ModuleNotFoundError: there is no ``templates/<name>.py``.
    """
    tiers = []
    for name in names:
        module = import_module(f"templates.{name}")
        description = (module.__doc__ or "").splitlines()[0]
        tiers.append(Tier(name, description, module.build, getattr(module, "rules", None)))
    return tiers


def render(names: Iterable[str] = TIERS, extension: str = "json") -> dict[str, Rendered]:
    """Build the named tiers and their root; see ``kit.nest.nest``."""
    return nest(load(names), extension)
