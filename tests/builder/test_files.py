from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builder.files import MANIFEST, OutputError, write_file, write_folder

PATHS = st.sampled_from(["root.json", "a.json", "environments/dev/a.json", "meta/sources.json"])


def content(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8")
        for file in folder.rglob("*")
        if file.is_file() and file.relative_to(folder).as_posix() != MANIFEST
    }


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(PATHS, st.text(max_size=5)), st.dictionaries(PATHS, st.text(max_size=5)))
def test_the_folder_holds_exactly_the_last_build(
    tmp_path_factory: pytest.TempPathFactory, first: dict[str, str], second: dict[str, str]
) -> None:
    folder = tmp_path_factory.mktemp("out")
    write_folder(folder, first)
    written = write_folder(folder, second)
    assert {path: (folder / path).read_bytes().decode() for path in second} == second
    assert content(folder).keys() == second.keys()
    assert set(written.removed) == first.keys() - second.keys()
    assert set(written.unchanged) == {path for path in second if first.get(path) == second[path]}


def test_an_unchanged_file_is_not_rewritten(tmp_path: Path) -> None:
    write_folder(tmp_path, {"a.json": "1", "b.json": "1"})
    before = (tmp_path / "a.json").stat()
    write_folder(tmp_path, {"a.json": "1", "b.json": "2"})
    after = (tmp_path / "a.json").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_files_of_other_people_stay(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    write_folder(tmp_path, {"a.json": "1"})
    write_folder(tmp_path, {"b.json": "1"})
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "a.json").exists()


@pytest.mark.parametrize("manifest", ["{", "3", '["../outside.txt", "/etc/hosts", 4]'])
def test_a_broken_manifest_deletes_nothing(tmp_path: Path, manifest: str) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("mine", encoding="utf-8")
    folder = tmp_path / "out"
    write_folder(folder, {"a.json": "1"})
    (folder / MANIFEST).write_text(manifest, encoding="utf-8")
    assert write_folder(folder, {"a.json": "1"}).removed == ()
    assert outside.exists()
    assert json.loads((folder / MANIFEST).read_text(encoding="utf-8")) == ["a.json"]


def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match=r"file.*cannot write.*--out"):
        write_folder(tmp_path / "file", {"a.json": "1"})


def test_nothing_half_written_is_left(tmp_path: Path) -> None:
    (tmp_path / "a.json").mkdir()
    with pytest.raises(OutputError):
        write_folder(tmp_path, {"a.json": "1"})
    assert [file.name for file in tmp_path.iterdir()] == ["a.json"]


def test_a_file_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "picture").mkdir()
    with pytest.raises(OutputError, match=r"picture: cannot write: Is a directory. Choose another file"):
        write_file(tmp_path / "picture", "new")
    assert [each.name for each in tmp_path.iterdir()] == ["picture"]
