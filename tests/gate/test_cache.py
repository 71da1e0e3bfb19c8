from __future__ import annotations

import os
from pathlib import Path

import pytest

from gate import cache as module
from gate.cache import Cache


def test_what_was_stored_is_returned(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    assert cache.get("key") is None
    cache.put("key", {"a": [1, "ü"]})
    assert cache.get("key") == {"a": [1, "ü"]}
    cache.put("key", [])
    assert cache.get("key") == []


def test_without_a_folder_nothing_is_remembered() -> None:
    cache = Cache(None)
    cache.put("key", 1)
    cache.trim()
    assert cache.get("key") is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:0],
        lambda data: data[:-1],
        lambda data: data.replace(b"value", b"other"),
        lambda data: b"\xff" + data,
        lambda data: data.split(b"\n")[1],
    ],
    ids=["empty", "cut", "changed", "binary", "unsigned"],
)
def test_a_damaged_entry_is_not_believed_and_can_be_replaced(tmp_path: Path, damage: object) -> None:
    cache = Cache(tmp_path)
    cache.put("key", "value")
    (tmp_path / "key").write_bytes(damage((tmp_path / "key").read_bytes()))  # type: ignore[operator]
    assert cache.get("key") is None
    cache.put("key", "value")
    assert cache.get("key") == "value"


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file" / "below")
    cache.put("key", 1)
    assert cache.get("key") is None


def test_no_unfinished_file_stays(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    for number in range(3):
        cache.put("key", number)
    assert [file.name for file in tmp_path.iterdir()] == ["key"]


def test_the_oldest_entries_go_when_there_are_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_ENTRIES", 2)
    cache = Cache(tmp_path)
    for age, key in enumerate(["newest", "middle", "oldest"]):
        cache.put(key, key)
        os.utime(tmp_path / key, (1_000_000 - age, 1_000_000 - age))
    cache.trim()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["middle", "newest"]
