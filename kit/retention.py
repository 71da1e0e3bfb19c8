"""How long things are kept."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from troposphere import AWSHelperFn, Retain, RetainExceptOnCreate, logs

from kit.values import KeyArn

KEEP: Final[Mapping[str, Any]] = MappingProxyType(
    {"DeletionPolicy": RetainExceptOnCreate, "UpdateReplacePolicy": Retain}
)
"""Attributes of a resource that holds data and cannot be snapshotted: it outlives its stack, unless it was never used.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
"""

LOG_DAYS: Final = 90
"""Days that a log is kept."""


def log_group(title: str, name: AWSHelperFn, key: KeyArn) -> logs.LogGroup:
    """Make a log group, encrypted, that forgets after ``LOG_DAYS``."""
    return logs.LogGroup(title, LogGroupName=name, RetentionInDays=LOG_DAYS, KmsKeyId=key)
