"""cfn-lint in this process: each template once for all regions, whatever the values.

https://github.com/aws-cloudformation/cfn-lint
"""

from __future__ import annotations

import logging
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import chdir
from functools import cache, partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from gate import schemas
from gate.digest import digest, sources, versions
from gate.engines import Job, Stacks, Verdict
from gate.engines.off import off
from gate.finding import Finding
from gate.subject import Subject, file_digest
from gate.tree.load import Folder

if TYPE_CHECKING:
    from cfnlint.match import Match
    from cfnlint.rules._rules import Rules

PACKAGE: Final = "cfn-lint"
_NO_FILE: Final = ["--config-file", os.devnull]
"""Keeps a .cfnlintrc around the templates from switching rules off in silence."""


def jobs(trees: Mapping[Subject, Stacks]) -> Iterator[Job]:
    """Give one job per template, for all regions in which some tree uses it."""
    users: defaultdict[tuple[Folder, str], list[Subject]] = defaultdict(list)
    for subject, stacks in trees.items():
        for file in filter(None, dict.fromkeys(stacks.values())):
            users[subject.folder, file].append(subject)
    version = digest(versions(PACKAGE), _data_state(), sources("finding.py", "engines/linter.py", "engines/off.toml"))
    for (folder, file), subjects in users.items():
        regions = tuple(sorted({subject.region for subject in subjects}))
        content = (folder.directory / file).read_bytes()
        near = [part for other in _mentioned(folder, content) for part in (other, file_digest(folder, other))]
        yield Job(
            key=digest(PACKAGE, version, file, content, *regions, "near", *near),
            name=PACKAGE,
            file=file,
            subjects=tuple(subjects),
            weight=len(content),
            run=partial(_run, folder.directory, file, regions),
        )


@cache
def prepare() -> None:
    """Import cfn-lint and load its rules: most of a second, once."""
    rules()


def _mentioned(folder: Folder, content: bytes) -> list[str]:
    """Return the files that a template names: cfn-lint reads its children's parameters and outputs."""
    return [file for file in folder.files if PurePosixPath(file).name.encode() in content]


def _data_state() -> str:
    """Stand for the schemas, which `cfn-lint --update-specs` changes without a new version."""
    folder = schemas.data_folder()
    return " ".join(str(path.stat().st_mtime_ns) for path in (folder, folder / "providers", folder / "resources"))


@cache
def rules() -> Rules:
    """Return cfn-lint's rules by id."""
    from cfnlint.config import ConfigMixIn  # noqa: PLC0415 - a slow import that a remembered verdict saves
    from cfnlint.runner import Runner  # noqa: PLC0415

    logging.getLogger("cfnlint").setLevel(logging.CRITICAL)  # what it logs, the gate finds
    return Runner(ConfigMixIn(_NO_FILE)).rules


def _run(directory: Path, file: str, regions: tuple[str, ...]) -> Verdict:
    """Lint for all regions at once; only where something is found, say in which."""
    found = lint(directory, file, regions)
    if not found or len(regions) == 1:
        return dict.fromkeys(regions, found)
    return {region: lint(directory, file, (region,)) for region in regions}


def lint(directory: Path, file: str, regions: tuple[str, ...]) -> list[Finding]:
    """Return what cfn-lint finds in a template; relative child templates are read from around it."""
    from cfnlint.config import ConfigMixIn  # noqa: PLC0415 - as rules()
    from cfnlint.runner.template import run_template_by_file_path  # noqa: PLC0415

    config = ConfigMixIn(_NO_FILE, regions=list(regions), ignore_checks=sorted(off(PACKAGE)))
    with chdir(directory):
        return [_finding(match, file) for match in run_template_by_file_path(file, config, rules(), False)]


def _finding(match: Match, file: str) -> Finding:
    path = tuple(key if isinstance(key, int) else str(key) for key in getattr(match, "path", None) or ())
    of_resource = len(path) > 1 and path[0] == "Resources"
    return Finding(
        rule=match.rule.id,
        severity=match.rule.severity,
        message=match.message,
        fix=match.rule.description,
        link=match.rule.source_url,
        stack="",
        file=file,
        logical_id=str(path[1]) if of_resource else "",
        path=path[2:] if of_resource else path,
        line=match.linenumber,
    )
