"""What a plan is compared against: the tree of a git revision, or of a build folder."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from kit.errors import UserError

if TYPE_CHECKING:
    from deployer.model import Tree


class RevisionError(UserError):
    """There is no such revision, or it cannot be built."""


def tree_of(against: str, environment: str) -> tuple[Tree, Mapping[str, str]]:
    """Give the templates by stack path, and the environment's parameter values, of a folder or a revision.

    A revision is built by its own ``build.py``, in a temporary work tree.

    Raises:
        RevisionError: git knows no such revision, or its build fails.
    """
    if Path(against).is_dir():
        return _read(Path(against), environment)
    with tempfile.TemporaryDirectory() as folder:
        place, out = Path(folder) / "tree", Path(folder) / "build"
        _run(["git", "worktree", "add", "--quiet", "--detach", str(place), against], f"there is no revision {against}")
        try:
            _run([sys.executable, "build.py", "build", "--out", str(out)], f"{against} does not build", place)
            return _read(out, environment)
        finally:
            _run(["git", "worktree", "remove", "--force", str(place)], "the temporary work tree cannot be removed")


def _read(folder: Path, environment: str) -> tuple[Tree, Mapping[str, str]]:
    from deployer import read_tree

    values = folder / "environments" / environment / "codepipeline.json"
    try:
        parameters = json.loads(values.read_text(encoding="utf-8"))["Parameters"]
    except (OSError, ValueError, KeyError):
        parameters = {}
    return read_tree(folder).tree, parameters


def _run(command: list[str], failure: str, folder: Path | None = None) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        msg = f"{failure}: {said[-1] if said else 'no reason given'}"
        raise RevisionError(msg)
