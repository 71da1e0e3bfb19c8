"""Audit tier: who did what (CloudTrail) and who talked to whom (VPC flow logs)."""

from __future__ import annotations

from kit.interface import flag, interface
from kit.values import Flag


@interface
class Knobs:
    """What params/<env>.json may set."""

    enable_trail: Flag = flag(
        "Keep a trail of this account's API calls; off where the organisation keeps one.", default=True
    )


@interface
class Audit:
    """Nothing: no tier reads the records."""
