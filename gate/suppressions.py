"""Findings that a reviewer has accepted: by rule and place, with a reason, for as long as it holds.

A tree carries them in ``suppressions.toml`` beside its root template::

    [[suppress]]
    rule = "W9610"
    place = "root/Database.Cluster"       # stack and logical id; * and ? as in file names
    reason = "Recreated every night from a snapshot."
    when = { Environment = "dev" }        # optional: only for these values of root parameters
    expires = 2027-06-30                  # optional: not after this day
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

from gate.finding import Finding
from gate.subject import Subject, SubjectError

FILE: Final = "suppressions.toml"
EXPIRED, UNUSED = "W9090", "W9091"
_KINDS: Final[Mapping[str, type]] = {
    "rule": str,
    "place": str,
    "reason": str,
    "when": dict,
    "expires": datetime.date,
}
_REQUIRED: Final = ("rule", "place", "reason")


@dataclass(frozen=True, kw_only=True, eq=False)
class Suppression:
    """One entry; ``line`` is where it begins in the file."""

    rule: str
    place: str
    reason: str
    line: int
    when: Mapping[str, str] = field(default_factory=dict)
    expires: datetime.date | None = None

    def concerns(self, subject: Subject) -> bool:
        """Tell whether it speaks about a tree with these root values and this profile."""
        given = subject.parameters or {}
        judged = subject.profile == "production" or not self.rule.startswith("W")
        return judged and all(given.get(name) == value for name, value in self.when.items())

    def covers(self, finding: Finding) -> bool:
        """Tell whether it accepts a finding."""
        place = f"{finding.stack}.{finding.logical_id}" if finding.logical_id else finding.stack
        return finding.rule == self.rule and fnmatchcase(place, self.place)

    def holds(self, today: datetime.date) -> bool:
        """Tell whether it has not expired."""
        return self.expires is None or today <= self.expires

    def stale(self, today: datetime.date) -> Finding:
        """Report that it covers nothing: it has expired, or nothing is found where it looks."""
        what = f"{self.rule} at {self.place}"
        if self.holds(today):
            rule, message = UNUSED, f"the suppression of {what} covers nothing"
            fix = "Remove it, or narrow it with `when` to the values that need it."
        else:
            rule, message = EXPIRED, f"the suppression of {what} expired on {self.expires}"
            fix = "Mend what it covered, or decide anew and move the date."
        return Finding(
            rule=rule,
            severity="warning",
            message=message,
            fix=fix,
            link="",
            stack="root",
            file=FILE,
            line=self.line,
        )


def load(folder: Path) -> tuple[Suppression, ...]:
    """Read the suppressions of a tree; none if it has no such file.

    Raises:
        SubjectError: the file is not TOML, or an entry has not the keys of one.
    """
    file = folder / FILE
    try:
        text = file.read_text(encoding="utf-8")
        entries = tomllib.loads(text)
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SubjectError(f"{file}: cannot be read as TOML: {error}") from None
    lines = [number for number, line in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[\s*suppress\s*\]\]", line)]
    listed = entries.get("suppress")
    if entries.keys() - {"suppress"} or not isinstance(listed, list | None) or len(lines) != len(listed or ()):
        raise SubjectError(f"{file}: write entries that begin with [[suppress]], and nothing else")
    return tuple(_entry(entry, f"{file}:{line}", line) for entry, line in zip(listed or (), lines, strict=True))


def _entry(entry: Any, where: str, line: int) -> Suppression:  # noqa: ANN401 - whatever TOML holds
    for key, value in entry.items():
        if key not in _KINDS:
            raise SubjectError(f"{where}: unknown key {key!r}; known are {', '.join(_KINDS)}")
        if not isinstance(value, _KINDS[key]):
            raise SubjectError(f"{where}: {key} must be a {_KINDS[key].__name__}, not {value!r}")
    if missing := [key for key in _REQUIRED if not entry.get(key)]:
        raise SubjectError(f"{where}: give {' and '.join(missing)}")
    return Suppression(**entry, line=line)
