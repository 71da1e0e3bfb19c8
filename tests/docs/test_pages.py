"""What the pages tell a reader to do works, in the order in which they tell it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import build
import local
from gate.cache import FOLDER
from tests.docs.pages import STEP, Step, steps, unsaid

REPOSITORY = Path(__file__).parent.parent.parent
DOCS = REPOSITORY / "docs"
PAGES = sorted(page for page in DOCS.rglob("*.md") if STEP.search(page.read_text(encoding="utf-8")))
PROSE = [*sorted(DOCS.rglob("*.md")), REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md"]


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Path]:
    """A clone of what is checked out here, with what was installed and what the gate remembers from before."""
    tracked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(tracked, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (REPOSITORY / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, tmp_path / name)
    git = ["git", "-c", "user.name=reader", "-c", "user.email=reader@example.com"]
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "As cloned"]):
        subprocess.run([*git, *command], cwd=tmp_path, check=True)
    home = tmp_path / local.HOME.name
    home.mkdir()
    for installed in local.HOME.glob("cloud-*"):
        (home / installed.name).symlink_to(installed)
    FOLDER.mkdir(exist_ok=True)
    (tmp_path / FOLDER.name).symlink_to(FOLDER)
    yield tmp_path
    local.stop(home)


def follow(step: Step, clone: Path) -> None:
    """Do what the page says; fail as it would surprise a reader."""
    if step.verb == "write":
        (clone / step.argument).write_text(step.text, encoding="utf-8")
        return
    if step.verb == "change":
        subprocess.run(["git", "apply", "-"], cwd=clone, input=step.text, text=True, check=True)
        return
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", step.text],
        cwd=clone,
        env=os.environ | {"PATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == step.exit_code, f"{step.text}\n{done.stdout}"
    assert unsaid(step.says, done.stdout) == [], f"{step.text}\n{done.stdout}"


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_the_page_says_works(page: Path, clone: Path) -> None:
    for step in steps(page):
        follow(step, clone)


def test_the_tutorial_is_run() -> None:
    assert DOCS / "tutorial.md" in PAGES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_mark_is_understood(page: Path) -> None:
    marks = re.findall(r"^<!-- (?:run|write|change)\b", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(marks) == len(list(steps(page)))


@pytest.mark.parametrize("page", PROSE, ids=lambda page: page.name)
def test_every_command_named_exists(page: Path) -> None:
    known = {name for action in build._parser()._actions if action.choices for name in action.choices}
    text = page.read_text(encoding="utf-8")
    named = {name for names in re.findall(r"build\.py ([a-z][a-z|]*)", text) for name in names.split("|")}
    assert named - known == set()


def test_what_a_command_does_not_say_is_noticed() -> None:
    assert unsaid(("b c", "d"), "a\nb   c\nd\n") == []
    assert unsaid(("d", "a"), "a\nd\n") == ["a"]


def test_a_step_that_fails_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        follow(Step("run", "exit 2", "exit 1", ()), tmp_path)
    with pytest.raises(AssertionError):
        follow(Step("run", "", "echo a", ("b",)), tmp_path)
