from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

import build
from builder import assemble
from commands import deploying
from kit.environment import Environment, StackSet

REPOSITORY = Path(__file__).parent.parent.parent
HEAVY = {"boto3", "botocore", "troposphere", "awacs", "cfnlint", "cloudformation_validate", "yaml", "json"}


def run(*arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = build.main(list(arguments))
    said = capsys.readouterr()
    return code, said.out, said.err


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys, build\n"
        "try:\n    build.main(['--help'])\n"
        "except SystemExit:\n    pass\n"
        "print(sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert "exit codes:" in done.stdout
    assert not [name for name in HEAVY if f"'{name}'" in done.stderr]


def commands() -> list[str]:
    return [name for action in build._parser()._actions if action.choices for name in action.choices]


@pytest.mark.parametrize("name", commands())
def test_every_command_has_a_help_that_a_person_can_read(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        build.main([name, "--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert said.startswith("usage: build.py")
    assert max(len(line) for line in said.splitlines()) < 120


def test_a_wrong_command_line_is_one_line_and_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        build.main(["biuld"])
    assert ended.value.code == 2
    assert "invalid choice: 'biuld'" in capsys.readouterr().err


def test_build_writes_the_tree_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, _ = run("build", capsys=capsys)
    assert code == 0
    assert "wrote   build/root.json" in out
    code, out, _ = run("build", capsys=capsys)
    assert code == 0
    assert "0 changed" in out
    code, out, _ = run("build", "--format", "yaml", capsys=capsys)
    assert "removed build/root.json" in out
    assert (tmp_path / "build/root.yaml").read_text(encoding="utf-8").startswith("AWSTemplateFormatVersion")


def test_a_wrong_parameter_value_is_one_line_and_exit_4(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    params = tmp_path / "params"
    params.mkdir()
    (params / "environments.toml").write_text('[dev]\nregions = ["eu-west-2"]\n', encoding="utf-8")
    (params / "dev.json").write_text(
        '[{"ParameterKey": "Environment", "ParameterValue": "dev"},'
        ' {"ParameterKey": "ZoneCount", "ParameterValue": "5"}]',
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(assemble, "build", partial(assemble.build, params=params))
    code, _, err = run("build", capsys=capsys)
    assert code == 4
    assert err == "params/dev.json: ZoneCount: AllowedValues: '5' is not one of 2, 3\n"
    assert not (tmp_path / "build").exists()


def test_an_unknown_environment_is_one_line_and_exit_4(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = run("status", "devv", capsys=capsys)
    assert code == 4
    assert err.startswith("params/environments.toml: no table [devv]; environments are dev, staging, prod")
    assert len(err.splitlines()) == 1


def test_a_region_of_no_environment_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = run("status", "dev", "--region", "mars-1", capsys=capsys)
    assert code == 1
    assert "dev is not deployed to mars-1" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["logs", "dev"], "dev is a stack set: this command looks into single stacks"),
        (["drift", "dev"], "dev is a stack set: this command looks into single stacks"),
        (["status", "dev", "--region", "eu-west-2"], "dev is a stack set and is worked on as a whole"),
        (["destroy", "dev", "--keep-data"], "--keep-data and --with-artifacts are not for it"),
    ],
)
def test_what_a_stack_set_does_not_take_is_one_line(
    arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = StackSet(accounts=("111122223333",), max_concurrent_percent=1, failure_tolerance_count=0)
    environment = Environment(
        name="dev",
        stack_name="streamflix-dev",
        regions=("eu-west-2",),
        account=None,
        protected=False,
        profile="deploy",
        tags={},
        parameters={},
        stack_set=settings,
    )
    monkeypatch.setattr(deploying, "_environment", lambda _: environment)
    code, _, err = run(*arguments, capsys=capsys)
    assert code == 1
    assert said in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("text", ["soon", "m", "5x", ""])
def test_a_time_that_is_none_is_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        build.main(["logs", "dev", "--since", text])
    assert ended.value.code == 2
    assert "is not a time such as" in capsys.readouterr().err
