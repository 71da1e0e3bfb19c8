"""What a deployment would change, as plain data, and how a value is shown before and after."""

from __future__ import annotations

import difflib
import json
from collections import Counter
from dataclasses import dataclass
from typing import Final

import yaml

EFFECTS: Final = {
    "remove": ("\N{MINUS SIGN}", "removed"),
    "replace": ("!", "replaced"),
    "possible": ("?", "may be replaced"),
    "change": ("~", "changed in place"),
    "add": ("+", "added"),
}
"""The sign and the words for each effect on a resource, the gravest first."""


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
        return all(len(_lines(value)) == 1 for value in (self.before, self.after))

    @property
    def sides(self) -> tuple[str, str]:
        """Both values as text."""
        before, after = ("\n".join(_lines(value)) for value in (self.before, self.after))
        return before, after

    @property
    def lines(self) -> list[tuple[str, str]]:
        """What differs as lines, each with ``-`` or ``+``, and around it what is in both, with a space."""
        compared = list(difflib.unified_diff(_lines(self.before), _lines(self.after), n=2, lineterm=""))
        return [("…", "") if line.startswith("@@") else (line[0], line[1:]) for line in compared[3:]]


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
    """Write a value one item a line if it is JSON, and JSON inside it too, so that only what differs is shown."""
    if value is None:
        return ["(none)"]
    opened = _opened(value)
    if isinstance(opened, str):
        return opened.splitlines() or ["(empty)"]
    dumped = yaml.safe_dump(opened, default_flow_style=None, sort_keys=False, allow_unicode=True, width=10**6)
    return str(dumped).splitlines()


def _opened(value: object) -> object:
    if isinstance(value, str) and value.lstrip()[:1] in {"{", "["}:
        try:
            return _opened(json.loads(value))
        except ValueError:
            return value
    if isinstance(value, dict):
        return {key: _opened(item) for key, item in value.items()}
    return [_opened(item) for item in value] if isinstance(value, list) else value
