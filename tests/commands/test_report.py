from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import build

pytestmark = pytest.mark.slow


@pytest.fixture
def before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Build into a folder that differs from what is built now: one stream fewer, another name for the other."""
    monkeypatch.chdir(tmp_path)
    assert build.main(["build"]) == 0
    shutil.copytree("build", "before")
    file = Path("before/streaming.json")
    template = json.loads(file.read_text(encoding="utf-8"))
    del template["Resources"]["Analytics"]
    template["Resources"]["Ingest"]["Properties"]["Name"] = "old-name"
    file.write_text(json.dumps(template), encoding="utf-8")
    return Path("before")


def test_report_writes_one_file_and_says_what_changes(before: Path, capsys: pytest.CaptureFixture[str]) -> None:
    built = sorted(path for path in Path("build").rglob("*") if path.is_file())
    assert build.main(["report", "dev", "--against", str(before)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "build/reports/dev.html: written"
    file = Path("build/reports/dev.html")
    assert sorted(path for path in Path("build").rglob("*") if path.is_file()) == sorted([*built, file])
    text = file.read_text(encoding="utf-8")
    assert "against before" in text
    assert "<code>Streaming/Ingest</code> (AWS::Kinesis::Stream) is replaced" in text
    assert "made up" in text, "the reason of dev's suppression"
    assert 'href="../../docs/security.md"' in text
    assert "templates/streaming.py:" in text
    assert build.main(["report", "dev", "--against", str(before)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "build/reports/dev.html: as it was"


def test_report_of_an_unknown_environment_names_the_known_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert build.main(["report", "nowhere"]) == 4
    assert "environments are dev, staging, prod" in capsys.readouterr().err
    assert not Path("build/reports").exists()
