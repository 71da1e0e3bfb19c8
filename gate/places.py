"""Every place of a value that a pattern names."""

from __future__ import annotations

from collections.abc import Iterator

from gate.tree import Path, Value


def each(value: Value, pattern: str) -> Iterator[tuple[Path, Value]]:
    """Yield what stands at a dotted pattern below a value, ``*`` being each item of a list or each key of an object.

    A lone object where the pattern says a list counts as its one item. What is absent is not yielded.
    """
    key, _, rest = pattern.partition(".")
    if value is None:
        return
    if not key:
        yield (), value
    elif key == "*" and not isinstance(value, list | dict):
        return
    else:
        for step, item in _steps(key, value):
            for path, found in each(item, rest):
                yield (*step, *path), found


def _steps(key: str, value: Value) -> Iterator[tuple[Path, Value]]:
    if key != "*":
        yield (key,), value.get(key) if isinstance(value, dict) else None
    elif isinstance(value, list):
        yield from (((place,), item) for place, item in enumerate(value))
    elif isinstance(value, dict):
        yield from (((name,), item) for name, item in value.items())
