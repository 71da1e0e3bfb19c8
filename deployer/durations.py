"""What our own deployments took, in a file: it refines the averages of ``kit.durations``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kit.durations import Recorded

KEPT = 20
"""How many recorded durations of a type are kept, the newest."""


def load(file: Path) -> Recorded:
    """Return the recorded durations; a missing or unreadable file means none, and so does what is no duration in it."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {
        resource_type: {
            action: [seconds for seconds in taken if isinstance(seconds, int) and seconds >= 0]
            for action, taken in actions.items()
            if isinstance(taken, list)
        }
        for resource_type, actions in (data if isinstance(data, dict) else {}).items()
        if isinstance(actions, dict)
    }


def record(file: Path, measured: Iterable[tuple[str, str, int]]) -> None:
    """Add measured durations (type, action, seconds) to the file, atomically."""
    data = load(file)
    for resource_type, action, seconds in measured:
        kept = data.setdefault(resource_type, {}).setdefault(action, [])
        kept.append(seconds)
        del kept[:-KEPT]
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(data, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    fresh.replace(file)
