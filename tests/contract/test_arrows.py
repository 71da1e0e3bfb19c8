"""Imports point one way, and AWS, printing and decisions stay apart."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent.parent

ARROWS: dict[str, set[str]] = {
    "kit": set(),
    "templates": {"kit"},
    "builder": {"kit", "templates"},
    "gate": {"kit"},
    "views": {"kit", "gate"},
    "deployer": {"kit"},
    "local": {"kit"},
    "commands": {"kit", "builder", "gate", "views", "deployer", "local"},
}
"""What each package may import of ours, besides itself."""

ONLY_IN: dict[str, set[str]] = {"boto3": {"deployer"}, "cfnlint": {"gate"}, "cloudformation_validate": {"gate"}}
"""Packages that belong to one room."""


def imports(file: Path) -> Iterator[tuple[str, int]]:
    """Give the top-level name of every import in a file, with its line."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name.split(".")[0], node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.split(".")[0], node.lineno


def wrong(package: str, file: Path) -> list[str]:
    """List the imports of a file that its package may not make."""
    allowed = ARROWS[package] | {package}
    return [
        f"{file.relative_to(REPOSITORY)}:{line}: {package} must not import {name}"
        for name, line in imports(file)
        if (name in ARROWS and name not in allowed) or (name in ONLY_IN and package not in ONLY_IN[name])
    ]


@pytest.mark.parametrize("package", ARROWS)
def test_imports_point_one_way(package: str) -> None:
    files = sorted((REPOSITORY / package).rglob("*.py"))
    assert files
    assert [mistake for file in files for mistake in wrong(package, file)] == []


def test_an_arrow_drawn_the_wrong_way_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "REPOSITORY", tmp_path)
    file = tmp_path / "backwards.py"
    file.write_text("import boto3\nfrom gate.rule import Rule\n", encoding="utf-8")
    assert wrong("kit", file) == [
        "backwards.py:1: kit must not import boto3",
        "backwards.py:2: kit must not import gate",
    ]


def test_the_command_line_has_no_decisions_of_its_own() -> None:
    named = {name for name, _ in imports(REPOSITORY / "build.py")}
    assert not named & ONLY_IN.keys()
