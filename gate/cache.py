"""Verdicts remembered by content: a folder of small files that may be deleted at any time.

Several processes may use it at once: a file appears whole or not at all, and one that was damaged is not believed.
"""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from gate.digest import digest

FOLDER: Final = Path(__file__).resolve().parent.parent / ".gate-cache"
MAX_ENTRIES: Final = 4096


class Cache:
    """JSON values by content hash; without a folder nothing is remembered."""

    def __init__(self, folder: Path | None) -> None:
        """Use a folder, which is made when the first value is stored."""
        self._folder = folder

    def get(self, key: str) -> Any:  # noqa: ANN401 - whatever was stored
        """Return what was stored under a key; None if nothing was, or if the file is damaged."""
        if self._folder is None:
            return None
        try:
            check, _, text = (self._folder / key).read_text(encoding="utf-8").partition("\n")
        except (OSError, UnicodeDecodeError):
            return None
        return json.loads(text) if check == digest(text) else None

    def put(self, key: str, value: object) -> None:
        """Remember a value; where the folder cannot be written, forget it."""
        if self._folder is None:
            return
        text = json.dumps(value)
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._folder, prefix=".")
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(f"{digest(text)}\n{text}")
            Path(name).replace(self._folder / key)

    def trim(self) -> None:
        """Drop the oldest entries where there are too many."""
        if self._folder is None:
            return
        with suppress(OSError):
            entries = sorted(self._folder.iterdir(), key=lambda file: file.stat().st_mtime, reverse=True)
            for file in entries[MAX_ENTRIES:]:
                file.unlink(missing_ok=True)
