"""Rules of other engines that are switched off for every tree; ``off.toml`` says which and why."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

_FILE: Final = Path(__file__).with_suffix(".toml")


@cache
def _groups() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads(_FILE.read_text(encoding="utf-8"))["off"])


def off(engine: str) -> Mapping[str, str]:
    """Return the rules of an engine that do not run, each with the reason."""
    return {rule: group["reason"] for group in _groups() if engine in group["engines"] for rule in group["rules"]}
