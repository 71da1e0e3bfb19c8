from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from gate.rules import all_rules
from tests.gate.trees import QUEUES, ROOT, write

REPOSITORY = Path(__file__).resolve().parents[2]


def cfn_lint(*arguments: str | Path) -> str:
    """Run cfn-lint as an editor does: in the repository, with its .cfnlintrc."""
    program = [sys.executable, "-c", "from cfnlint.runner.cli import main; main()", *map(str, arguments)]
    return subprocess.run(program, cwd=REPOSITORY, capture_output=True, text=True, check=False).stdout


@pytest.mark.slow
def test_every_rule_of_the_gate_is_one_of_cfn_lint() -> None:
    listed = cfn_lint("--list-rules")
    assert [rule.id for rule in all_rules() if f"{rule.id}: {rule.title}\n" not in listed] == []


@pytest.mark.slow
def test_a_template_shows_what_the_gate_finds_in_it(tmp_path: Path) -> None:
    root = ROOT.replace("Outputs.Url", "Outputs.Uri")
    write(tmp_path, {"root.yaml": root, "queues.yaml": QUEUES.replace("!Ref First", "!Ref Fist")})
    found = json.loads(cfn_lint("--format", "json", tmp_path / "root.yaml"))
    ours = {each["Rule"]["Id"]: each for each in found if each["Rule"]["Id"].startswith("E9")}
    assert ours["E9011"]["Location"]["Start"]["LineNumber"] == root.splitlines().index("Outputs:") + 2
    assert ours["E9011"]["Location"]["Path"][:2] == ["Outputs", "Url"]
    nested = ours["E9002"]
    assert nested["Location"]["Path"] == ["Resources", "Queues"]
    assert nested["Message"].startswith("root/Queues.Resources.Later.Properties.KmsMasterKeyId")


@pytest.mark.slow
def test_a_correct_template_shows_nothing(tmp_path: Path) -> None:
    write(tmp_path)
    assert json.loads(cfn_lint("--format", "json", tmp_path / "root.yaml", tmp_path / "queues.yaml")) == []
