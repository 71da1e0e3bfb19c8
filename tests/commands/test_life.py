"""The whole life of an environment on the embedded cloud, by the commands that the README names."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import build
import local
from deployer import Access, Clients
from templates import TIERS

pytestmark = pytest.mark.slow
REGION = "eu-west-2"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    directory = tmp_path_factory.mktemp("cloud")
    yield directory
    local.stop(directory)


@pytest.fixture
def shell(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Work in an empty folder, on a cloud of the test's own, with nobody at the keyboard."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(local, "HOME", home)
    with Path(os.devnull).open(encoding="utf-8") as nobody:
        monkeypatch.setattr("sys.stdin", nobody)
        yield


def statuses(home: Path) -> dict[str, str]:
    cloud = local.status(home)
    assert cloud
    access = Access(endpoint_url=cloud.endpoint, access_key="local", secret_key="local")
    stacks = Clients(REGION, access).cloudformation.describe_stacks()["Stacks"]
    return {stack["StackName"]: stack["StackStatus"] for stack in stacks}


def test_the_life_of_an_environment(shell: None, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert build.main(["up", "dev", "--local", "--yes"]) == 0
    found = statuses(home)
    assert len(found) == len(TIERS) + 1
    assert set(found.values()) == {"CREATE_COMPLETE"}

    capsys.readouterr()
    assert build.main(["outputs", "dev", "--local", "--format", "json"]) == 0
    said = capsys.readouterr().out
    declared = json.loads(Path("build/root.json").read_text(encoding="utf-8"))["Outputs"]
    outputs = json.loads(said[: said.rindex("}") + 1])
    assert outputs.keys() == declared.keys()
    assert all(outputs.values())

    assert build.main(["deploy", "dev", "--local", "--yes"]) == 0
    assert "no changes" in capsys.readouterr().out
    assert build.main(["plan", "dev", "--local"]) == 0
    assert build.main(["status", "dev", "--local"]) == 0
    assert build.main(["drift", "dev", "--local"]) == 0

    assert build.main(["destroy", "dev", "--local", "--yes"]) == 0
    cloud = local.status(home)
    assert cloud
    assert local.resources(cloud) == []


def test_without_a_yes_nothing_is_written(shell: None, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    local.start(home)
    local.reset(home)
    assert build.main(["deploy", "dev", "--local"]) == 1
    cloud = local.status(home)
    assert cloud
    assert local.resources(cloud) == []
