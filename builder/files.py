"""Write a folder of files: atomically, and only what changed."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kit.errors import UserError

MANIFEST = "meta/manifest.json"
"""Names every file that the last build wrote, so that the next one removes what it no longer makes."""


class OutputError(UserError):
    """The build folder cannot be written."""


@dataclass(frozen=True)
class Written:
    """What a build did to its folder, as paths below it."""

    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]


def write_folder(folder: Path, files: Mapping[str, str]) -> Written:
    """Make ``folder`` hold ``files`` (path -> text) and remove what an earlier call wrote and this one does not.

    Each file appears whole or not at all, and a file whose text is the same keeps its modification time.

    Raises:
        OutputError: the folder or a file cannot be written; files already replaced are whole.
    """
    try:
        stale = _manifest(folder) - files.keys()
        changed = [path for path, text in files.items() if _replace(folder / path, text)]
        for path in stale:
            (folder / path).unlink(missing_ok=True)
        _replace(folder / MANIFEST, json.dumps(sorted(files), indent=1) + "\n")
    except OSError as error:
        msg = f"{error.filename or folder}: cannot write: {error.strerror}. Choose another folder with --out"
        raise OutputError(msg) from None
    return Written(tuple(changed), tuple(path for path in files if path not in changed), tuple(sorted(stale)))


def _manifest(folder: Path) -> set[str]:
    try:
        listed = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return set()
    return {path for path in listed if isinstance(path, str) and _is_below(path)} if isinstance(listed, list) else set()


def _is_below(path: str) -> bool:
    pure = PurePosixPath(path)
    return not pure.is_absolute() and ".." not in pure.parts


def write_file(file: Path, content: str | bytes) -> bool:
    """Make a file hold ``content``, atomically; tell whether that changed it.

    Raises:
        OutputError: the file cannot be written; what it held is whole.
    """
    try:
        return _replace(file, content)
    except OSError as error:
        msg = f"{file}: cannot write: {error.strerror}. Choose another file"
        raise OutputError(msg) from None


def _replace(file: Path, content: str | bytes) -> bool:
    data = content.encode() if isinstance(content, str) else content
    try:
        if file.read_bytes() == data:
            return False
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        draft.write_bytes(data)
        draft.replace(file)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return True
