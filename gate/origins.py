"""Whether a value was written in a template, or given from outside."""

from __future__ import annotations

from gate.tree import Path, Resource, origin


def written_here(resource: Resource, path: Path) -> bool:
    """Tell whether a property's value was simply written in a template: no parameter, no default, no choice."""
    places = origin(resource, path)
    last = places[-1] if places else None
    return last is not None and bool(last.stack) and last.path[0] != "Parameters" and "Fn::If" not in last.path
