"""Locks that end with the process that holds them, however it ends."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def acquire(file: Path, *, wait: bool = False) -> int | None:
    """Return a descriptor that holds the lock until it is closed, or None where another process holds it.

    The lock belongs to the open file, so a child process that inherits the descriptor holds it too.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        os.close(descriptor)
        return None
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


@contextmanager
def held(file: Path) -> Iterator[None]:
    """Hold the lock, waiting for it first."""
    descriptor = acquire(file, wait=True)
    assert descriptor is not None
    try:
        yield
    finally:
        os.close(descriptor)
