"""Virtual environments for tools whose pins must not hold ours back: made on first use, from a hash-locked list.

``pip`` installs wheels only, each checked against its hash, from whatever index the user's own pip is set to.
https://pip.pypa.io/en/stable/topics/secure-installs/
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import venv
from typing import TYPE_CHECKING

from kit.errors import UserError
from local.locking import held

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class InstallError(UserError):
    """A tool's environment could not be made; the message says what to do."""


def ensure(lock: Path, home: Path, tell: Callable[[str], None]) -> Path:
    """Return the Python of the environment that ``lock`` lists, making it in a folder of ``home`` where there is none.

    A changed list, or another Python, makes another environment, so that none changes while it is used. Safe to be
    killed at any time and run again, and to run twice at once: an environment counts only once its marker is written,
    which is the last thing done. ``tell`` is given one line where something has to be installed.
    Raise ``InstallError`` when that fails.
    """
    digest = hashlib.sha256(f"{sys.version} {sys.base_prefix} {lock.read_text()}".encode()).hexdigest()
    folder = home / f"{lock.stem}-{digest[:12]}"
    python, marker = folder / "bin" / "python", folder / "complete"
    if not marker.exists():
        with held(home / f"{folder.name}.lock"):
            if not marker.exists():
                tell(f"Installing {lock.stem} into {folder} (once; a minute or so) ...")
                _install(lock, folder, python)
                marker.touch()
    return python


def _install(lock: Path, folder: Path, python: Path) -> None:
    try:
        venv.create(folder, clear=True, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise InstallError(f"cannot make a virtual environment in {folder}: {error}") from None
    options = ["--quiet", "--no-input", "--disable-pip-version-check", "--only-binary", ":all:", "--no-deps"]
    command = [str(python), "-m", "pip", "install", *options, "--require-hashes", "--requirement", str(lock)]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    if finished.returncode:
        said = [line for line in finished.stderr.splitlines() if line.startswith("ERROR")] or ["nothing"]
        raise InstallError(
            f"cannot install {lock.stem}: pip said: {said[-1]}\n"
            "Check the network, or set pip's index (`pip config list` shows it), and run the same command again."
        )
