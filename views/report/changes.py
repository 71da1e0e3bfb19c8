"""What a deployment would change, as plain data, and how a value is shown before and after."""

from __future__ import annotations

import difflib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

EFFECTS: Final = {
    "remove": ("\N{MINUS SIGN}", "removed"),
    "replace": ("!", "replaced"),
    "possible": ("?", "may be replaced"),
    "change": ("~", "changed in place"),
    "add": ("+", "added"),
}
"""The sign and the words for each effect on a resource, the gravest first."""

LONG: Final = 60
"""Characters up to which a value before and after stand side by side."""


@dataclass(frozen=True, kw_only=True)
class Detail:
    """One property that changes; ``cause`` says what it follows where the values are not known."""

    name: str
    before: str | None = None
    after: str | None = None
    cause: str = ""
    replaces: bool = False

    @property
    def short(self) -> bool:
        """Whether both values fit on one line."""
        return all(len(value or "") <= LONG for value in (self.before, self.after))

    @property
    def lines(self) -> list[tuple[str, str]]:
        """The two values as lines, each with ``-``, ``+`` or, where it is in both, a space before it."""
        if self.before is None or self.after is None:
            return [(sign, line) for sign, value in (("-", self.before), ("+", self.after)) for line in _lines(value)]
        compared = list(difflib.unified_diff(_lines(self.before), _lines(self.after), n=2, lineterm=""))
        return [("…", "") if line.startswith("@@") else (line[0], line[1:]) for line in compared[2:]]


@dataclass(frozen=True, kw_only=True)
class Change:
    """What happens to one resource. ``effect`` is a key of EFFECTS, ``note`` what a reader should know about it."""

    stack: str
    id: str
    type: str
    effect: str
    holds_data: bool
    note: str = ""
    details: tuple[Detail, ...] = ()

    @property
    def path(self) -> str:
        """Stack and logical id."""
        return f"{self.stack}/{self.id}" if self.stack else self.id


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What deploying to ``region`` would change ``against`` something: a revision, a folder, or what is deployed."""

    against: str
    region: str
    changes: tuple[Change, ...]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many resources each effect of EFFECTS has, the gravest first."""
        found = Counter(change.effect for change in self.changes)
        return [(effect, found[effect]) for effect in EFFECTS]

    @property
    def losses(self) -> list[Change]:
        """What holds data and is, or may be, replaced or removed."""
        return [each for each in self.changes if each.holds_data and each.effect in {"remove", "replace", "possible"}]

    @property
    def stacks(self) -> list[tuple[str, list[Change]]]:
        """The changes by stack, in each the gravest first."""
        gravest = list(EFFECTS)
        found: dict[str, list[Change]] = {}
        for change in sorted(self.changes, key=lambda change: (change.stack, gravest.index(change.effect), change.id)):
            found.setdefault(change.stack, []).append(change)
        return list(found.items())


def _lines(value: str | None) -> list[str]:
    """Write a value one item a line if it is JSON, so that only what differs in it is shown as different."""
    return list(_written(value)) if value is not None else []


def _written(value: str) -> Iterator[str]:
    try:
        decoded = json.loads(value)
    except ValueError:
        decoded = None
    yield from (json.dumps(decoded, indent=1) if isinstance(decoded, dict | list) else value).splitlines()
