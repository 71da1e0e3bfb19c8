from __future__ import annotations

from pathlib import Path

import pytest

from gate.subject import SubjectError, contents, subject_of
from gate.tree.load import Folder
from tests.gate.trees import ROOT, subject, write


def test_a_copy_of_a_tree_is_the_same(tmp_path: Path) -> None:
    one, two = subject(write(tmp_path / "one")), subject(write(tmp_path / "two"))
    assert one.digest == two.digest


@pytest.mark.parametrize(
    "files",
    [{"root.yaml": ROOT + "#"}, {"more.yaml": ""}, {"below/root.yaml": ROOT}],
    ids=["changed", "added", "below"],
)
def test_any_file_that_may_be_a_template_counts(tmp_path: Path, files: dict[str, str]) -> None:
    before = contents(Folder(write(tmp_path)))
    write(tmp_path, files)
    assert contents(Folder(tmp_path)) != before


def test_a_file_that_is_too_large_counts_by_its_size(tmp_path: Path) -> None:
    write(tmp_path, {"large.json": "x" * 1_048_577})
    before = contents(Folder(tmp_path))
    write(tmp_path, {"large.json": "y" * 1_048_577})
    assert contents(Folder(tmp_path)) == before
    write(tmp_path, {"large.json": "x" * 1_048_578})
    assert contents(Folder(tmp_path)) != before


def test_without_a_parameter_file_no_value_is_known(tmp_path: Path) -> None:
    described = subject_of(write(tmp_path), "root.yaml", None, "eu-west-2", None)
    assert described.parameters is None
    assert described.profile == "production"


def test_what_does_not_exist_is_named(tmp_path: Path) -> None:
    write(tmp_path)
    for arguments, message in (
        ((tmp_path, "gone.yaml", None, "eu-west-2", None), "gone.yaml: no such template"),
        ((tmp_path, "root.yaml", None, "eu-nowhere-1", None), "eu-nowhere-1: no such region"),
        ((tmp_path, "root.yaml", None, "eu-west-2", "lax"), "lax: no such profile"),
    ):
        with pytest.raises(SubjectError, match=message):
            subject_of(*arguments)
