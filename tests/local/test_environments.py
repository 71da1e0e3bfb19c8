"""A tool's environment is made once, is whole or not there, and says what is wrong."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

import local
from local.environments import ensure

pytestmark = pytest.mark.slow


def wheel(folder: Path, version: str) -> str:
    """Make a wheel with one module, and return the line that locks it."""
    file, info = folder / f"tool-{version}-py3-none-any.whl", f"tool-{version}.dist-info"
    members = {
        "tool.py": f"VERSION = {version!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: tool\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    digests = {name: hashlib.sha256(text.encode()).digest() for name, text in members.items()}
    record = "".join(
        f"{name},sha256={base64.urlsafe_b64encode(digest).decode().rstrip('=')},{len(members[name])}\n"
        for name, digest in digests.items()
    )
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in {**members, f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}.items():
            archive.writestr(name, text)
    return f"tool=={version} --hash=sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}\n"


@pytest.fixture
def lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A list that locks one tool, and a pip that finds it in a folder."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    file = tmp_path / "tool.txt"
    file.write_text(wheel(tmp_path, "1.0"))
    return file


def version(python: Path) -> str:
    command = [str(python), "-c", "import tool; print(tool.VERSION)"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_an_environment_is_made_once_and_another_when_its_list_changes(tmp_path: Path, lock: Path) -> None:
    told: list[str] = []
    first = ensure(lock, tmp_path / "home", told.append)
    assert version(first) == "1.0"
    assert ensure(lock, tmp_path / "home", told.append) == first
    assert len(told) == 1
    assert "Installing tool" in told[0]
    lock.write_text(wheel(tmp_path, "2.0"))
    assert version(ensure(lock, tmp_path / "home", told.append)) == "2.0"
    assert version(first) == "1.0"


def test_what_was_left_half_made_or_cannot_be_installed_is_tried_again(tmp_path: Path, lock: Path) -> None:
    def make() -> Path:
        return ensure(lock, tmp_path / "home", print)

    whole = lock.read_text()
    lock.write_text("absent==1.0 --hash=sha256:" + "0" * 64)
    with pytest.raises(local.InstallError, match=r"cannot install tool: pip said: ERROR: .*absent(.|\n)*run the same"):
        make()
    lock.write_text("tool==1.0 --hash=sha256:" + "0" * 64)
    with pytest.raises(local.InstallError, match="cannot install tool"):
        make()
    lock.write_text(whole)
    assert version(make()) == "1.0"


def test_what_is_killed_midway_is_made_again(tmp_path: Path, lock: Path) -> None:
    code = "import local, pathlib, sys; local.ensure(*map(pathlib.Path, sys.argv[1:]), print)"
    with subprocess.Popen([sys.executable, "-c", code, lock, tmp_path], cwd=Path(__file__).parents[2]) as install:
        while not list(tmp_path.glob("tool-*/bin/python")):
            time.sleep(0.01)
        install.kill()
    assert not list(tmp_path.glob("tool-*/complete"))
    assert version(ensure(lock, tmp_path, print)) == "1.0"
