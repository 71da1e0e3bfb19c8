"""Maintenance, backup and snapshot windows: spans of minutes of a day or a week.

Sources: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.Maintenance.html and
https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-automatic.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

WEEKLY: Final = ("PreferredMaintenanceWindow", "MaintenanceWindow")
DAILY: Final = ("PreferredBackupWindow", "SnapshotWindow")
"""The properties that hold a weekly or a daily window."""
DAY: Final = 24 * 60
WEEK: Final = 7 * DAY
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME: Final = r"([01]\d|2[0-3]):([0-5]\d)"
_DAILY: Final = re.compile(f"{_TIME}-{_TIME}")
_WEEKLY: Final = re.compile(f"({'|'.join(_DAYS)}):{_TIME}-({'|'.join(_DAYS)}):{_TIME}")


@dataclass(frozen=True, slots=True)
class Window:
    """From ``start``, minutes after midnight or Monday's midnight, for ``length`` minutes; again every ``every``."""

    start: int
    length: int
    every: int

    def overlaps(self, other: Window) -> bool:
        """Tell whether two windows are ever open at the same time."""
        period = min(self.every, other.every)
        gap = (other.start - self.start) % period
        return gap < self.length or period - gap < other.length


def daily(text: str) -> Window | None:
    """Read ``03:00-04:00``; None if it has another form."""
    found = _DAILY.fullmatch(text.strip())
    if not found:
        return None
    start, end = (int(found[hour]) * 60 + int(found[hour + 1]) for hour in (1, 3))
    return Window(start, (end - start) % DAY, DAY)


def weekly(text: str) -> Window | None:
    """Read ``sun:04:00-sun:05:00``; None if it has another form."""
    found = _WEEKLY.fullmatch(text.strip().lower())
    if not found:
        return None
    start, end = (_DAYS.index(found[day]) * DAY + int(found[day + 1]) * 60 + int(found[day + 2]) for day in (1, 4))
    return Window(start, (end - start) % WEEK, WEEK)
