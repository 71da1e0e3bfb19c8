"""What is gated: one tree of templates, with one environment's values, in one region."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gate import schemas
from gate.digest import digest
from gate.rule import PROFILES
from gate.tree import Context, Tree, TreeError
from gate.tree.load import Folder
from gate.tree.parameters import read_parameters
from gate.tree.text import MAX_BYTES
from kit.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping


class SubjectError(UserError):
    """What was asked to be gated does not exist."""

    exit_code = 2


@dataclass(frozen=True, eq=False, kw_only=True)
class Subject:
    """A tree below ``folder`` that starts at the template ``root``, with ``parameters`` for that root.

    ``parameters`` None means that none are known. ``name`` is what reports call it, such as ``prod eu-west-2``.
    """

    name: str
    folder: Folder
    root: str
    parameters: Mapping[str, str] | None
    region: str
    profile: str = PROFILES[-1]
    stack_name: str | None = None
    account: str | None = None

    def __post_init__(self) -> None:
        """Refuse a region or a profile that does not exist; raises SubjectError."""
        if not schemas.types(self.region):
            raise SubjectError(f"{self.region}: no such region, or too new for the installed cfn-lint")
        if self.profile not in PROFILES:
            raise SubjectError(f"{self.profile}: no such profile; choose from {', '.join(PROFILES)}")

    @property
    def tree(self) -> Tree:
        """The tree, loaded anew each time, since an evaluated one is large; raises TreeError."""
        context = Context(region=self.region, account=self.account, stack_name=self.stack_name)
        return Tree(self.folder.template(self.root), self.folder, context, self.parameters)

    @functools.cached_property
    def digest(self) -> str:
        """Stands for everything that the tree is made of; equal for copies of the folder."""
        values = json.dumps(self.parameters, sort_keys=True)
        return digest(contents(self.folder), self.root, values, self.region, str(self.account), str(self.stack_name))


@functools.lru_cache(maxsize=8)
def contents(folder: Folder) -> str:
    """Return the digest of all files below a folder that may be templates."""
    return digest(*(part for file in folder.files for part in (file, file_digest(folder, file))))


@functools.lru_cache(maxsize=4096)
def file_digest(folder: Folder, file: str) -> str:
    """Return the digest of a file's bytes; of its size if it is too large for a template, or cannot be read."""
    path = folder.directory / file
    try:
        size = path.stat().st_size
        return digest(path.read_bytes()) if size <= MAX_BYTES else digest("too large", str(size))
    except OSError:
        return digest("unreadable", file)


def subject_of(folder: Path, root: str, parameters: Path | None, region: str, profile: str | None) -> Subject:
    """Describe a tree on disk, of whatever origin.

    Raises:
        SubjectError: the folder, the root template or the parameter file does not exist or cannot be understood.
    """
    try:
        values = read_parameters(parameters).parameters if parameters else None
        made = Subject(
            name=f"{folder} {region}",
            folder=Folder(folder),
            root=root,
            parameters=values,
            region=region,
            profile=profile or PROFILES[-1],
        )
    except TreeError as error:
        raise SubjectError(str(error)) from None
    if not (folder / root).is_file():
        raise SubjectError(f"{folder / root}: no such template; name the root template with --root")
    return made
