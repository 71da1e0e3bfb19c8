"""build.py timeline."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import build


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")


def test_it_prints_a_chart_as_wide_as_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert build.main(["timeline", "dev"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("dev eu-west-2: created in ")
    assert max(map(len, said.splitlines())) == 100


def test_json_has_the_figures_and_the_critical_path(capsys: pytest.CaptureFixture[str]) -> None:
    assert build.main(["timeline", "prod", "--region", "eu-central-1", "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["environment"], data["region"]) == ("prod", "eu-central-1")
    assert data["ratio"] == round(data["expected_seconds"] / data["bound_seconds"], 4) <= 1.10
    assert ("Database", "Writer") in {(step["stack"], step["id"]) for step in data["critical_path"]}
    assert all(step["start"] < step["end"] for step in data["critical_path"])
    assert data["bound_path"][-1]["end"] == data["bound_seconds"]


def test_recorded_deployments_refine_it(capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path(".deploy")
    folder.mkdir()
    (folder / "durations.json").write_text('{"AWS::RDS::DBInstance": {"create": [300]}}', encoding="utf-8")
    assert build.main(["timeline", "dev", "--format", "json"]) == 0
    steps = {f"{step['stack']}/{step['id']}": step for step in json.loads(capsys.readouterr().out)["resources"]}
    assert steps["Database/Writer"]["end"] - steps["Database/Writer"]["start"] == 300


def test_it_writes_a_file_once(capsys: pytest.CaptureFixture[str]) -> None:
    for said in ("written", "as it was"):
        assert build.main(["timeline", "dev", "--format", "svg", "--out", "docs/dev.svg"]) == 0
        assert capsys.readouterr().out == f"docs/dev.svg: {said}\n"
    assert Path("docs/dev.svg").read_text(encoding="utf-8").startswith("<svg ")


def test_a_text_file_does_not_depend_on_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    build.main(["timeline", "dev", "--out", "one.txt"])
    monkeypatch.setenv("COLUMNS", "77")
    build.main(["timeline", "dev", "--out", "other.txt"])
    assert Path("one.txt").read_bytes() == Path("other.txt").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["dev", "--region", "nowhere-1"], "nowhere-1: no such region"),
        (["nope"], "no table [nope]"),
        (["dev", "--out", "."], "cannot write"),
    ],
)
def test_a_mistake_is_one_clear_line(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert build.main(["timeline", *arguments]) != 0
    said = capsys.readouterr().err
    assert message in said
    assert len(said.splitlines()) == 1
