"""Notice when files change."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

PAUSE: Final = 0.3
"""Seconds between two looks at the files."""


def changes(folders: Sequence[Path]) -> Iterator[None]:
    """Yield once at first, then after each change below the folders; end at an interrupt."""
    seen: object = None
    try:
        while True:
            now = {file: file.stat().st_mtime_ns for folder in folders for file in folder.rglob("*") if _counts(file)}
            if now != seen:
                seen = now
                yield
            time.sleep(PAUSE)
    except KeyboardInterrupt:
        return


def _counts(file: Path) -> bool:
    return file.is_file() and "__pycache__" not in file.parts
