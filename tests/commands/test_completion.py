from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import build

REPOSITORY = Path(__file__).parent.parent.parent
PRESS_TAB = """
words=("$@")
COMP_WORDS=("${words[@]}") COMP_CWORD=$((${#words[@]} - 1))
_shtab_build_py
printf '%s\\n' "${COMPREPLY[@]}"
"""


def script(shell: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert build.main(["completion", shell]) == 0
    return capsys.readouterr().out


def environments() -> set[str]:
    return {path.stem for path in (REPOSITORY / "params").glob("*.json")}


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["dri"], {"drift"}),
        (["local", "st"], {"start", "stop", "status"}),
        (["outputs", "dev", "--format", ""], {"text", "json", "env"}),
        (["plan", "dev", "--loc"], {"--local"}),
        (["plan", ""], environments()),
        (["lint", "dev", "pro"], {"prod"}),
    ],
)
def test_bash_offers(words: list[str], offered: set[str], capsys: pytest.CaptureFixture[str]) -> None:
    command = ["bash", "-c", script("bash", capsys) + PRESS_TAB, "bash", "./build.py", *words]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == offered


@pytest.mark.skipif(not shutil.which("zsh"), reason="zsh is not installed")
def test_zsh_can_read_its_script(capsys: pytest.CaptureFixture[str]) -> None:
    text = script("zsh", capsys)
    assert text.startswith("#compdef build.py")
    subprocess.run(["zsh", "-n"], input=text, text=True, check=True)
