"""Content hashes, and the hash of everything in this package that a verdict depends on."""

from __future__ import annotations

import functools
import hashlib
import sys
from importlib.metadata import version
from pathlib import Path


def digest(*parts: bytes | str) -> str:
    """Return one hash of several parts; where one ends and the next begins counts."""
    total = hashlib.blake2b(digest_size=20)
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
        total.update(b"%d:" % len(data))
        total.update(data)
    return total.hexdigest()


@functools.cache
def sources(*names: str) -> str:
    """Return the hash of all files of this package, or of the named ones and those below the named folders."""
    here = Path(__file__).parent
    roots = [here / name for name in names] or [here]
    files = sorted(file for root in roots for file in ([root] if root.is_file() else root.rglob("*")))
    own = [file for file in files if file.is_file() and "__pycache__" not in file.parts]
    return digest(*(part for file in own for part in (file.relative_to(here).as_posix(), file.read_bytes())))


@functools.cache
def versions(*packages: str) -> str:
    """Return the versions of Python and of the named packages as one text."""
    return " ".join(["{}.{}".format(*sys.version_info), *(f"{name} {version(name)}" for name in packages)])
