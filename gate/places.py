"""Every place of a value that a pattern names."""

from __future__ import annotations

from collections.abc import Iterator

from gate.tree import Path, Value


def each(value: Value, pattern: str) -> Iterator[tuple[Path, Value]]:
    """Yield what stands at a dotted pattern below a value, ``*`` being each item of a list or each key of an object.

    What is absent is not yielded.
    """
    key, _, rest = pattern.partition(".")
    if value is None:
        return
    if not key:
        yield (), value
    else:
        for step, item in _steps(key, value):
            for path, found in each(item, rest):
                yield (*step, *path), found


def _steps(key: str, value: Value) -> Iterator[tuple[Path, Value]]:
    if isinstance(value, list) and key.isdecimal():
        yield from (((place,), item) for place, item in enumerate(value) if place == int(key))
    elif key != "*":
        yield (key,), value.get(key) if isinstance(value, dict) else None
    elif isinstance(value, list):
        yield from (((place,), item) for place, item in enumerate(value))
    elif isinstance(value, dict):
        yield from (((name,), item) for name, item in value.items())
