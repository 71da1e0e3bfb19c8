"""Parameter files of every form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.tree import TreeError, read_parameters
from gate.tree.parameters import ParameterFile, parameters

WANTED = {"A": "1", "B": "x=y"}


@pytest.mark.parametrize(
    "data",
    [
        [{"ParameterKey": "A", "ParameterValue": "1"}, {"ParameterKey": "B", "ParameterValue": "x=y"}],
        {"Parameters": {"A": "1", "B": "x=y"}, "Tags": {"T": "1"}},
        ["A=1", "B=x=y"],
        {"A": "1", "B": "x=y"},
        {"A": 1, "B": "x=y"},
        {"template-file-path": "t.yaml", "parameters": {"A": "1", "B": "x=y"}, "tags": {}},
        {"Parameters": [{"ParameterKey": "A", "ParameterValue": "1"}, {"ParameterKey": "B", "ParameterValue": "x=y"}]},
        [
            *({"ParameterKey": k, "ParameterValue": v} for k, v in WANTED.items()),
            {"ParameterKey": "C", "UsePreviousValue": True},
        ],
    ],
)
def test_every_form_gives_the_same_values(tmp_path: Path, data: object) -> None:
    file = tmp_path / "p.json"
    file.write_text(json.dumps(data))
    assert read_parameters(file).parameters == WANTED


def test_git_sync_files_are_yaml_and_name_their_template(tmp_path: Path) -> None:
    file = tmp_path / "deployment.yaml"
    file.write_text("template-file-path: root.yaml\nparameters:\n  A: 1\n  L: [a, b]\n  F: true\ntags: {T: x}\n")
    assert read_parameters(file) == ParameterFile({"A": "1", "L": "a,b", "F": "true"}, {"T": "x"}, "root.yaml")


def test_a_flat_file_may_have_a_parameter_called_parameters() -> None:
    assert parameters({"Parameters": "x"}).parameters == {"Parameters": "x"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("text", "not a parameter file"),
        (None, "not a parameter file"),
        (["A"], "entry 0"),
        ([{"Key": "A"}], "entry 0"),
        (["A=1", "A=2"], "A is given twice"),
        ({"A": {"x": 1}}, "value of A"),
        ({"A": None}, "value of A"),
        ({"A": [[1]]}, "value of A"),
        ({"Parameters": {}, "Tags": []}, "tags are not an object"),
    ],
)
def test_any_other_shape_is_an_error_that_shows_the_forms(data: object, said: str, tmp_path: Path) -> None:
    file = tmp_path / "p.json"
    file.write_text(json.dumps(data))
    with pytest.raises(TreeError, match=said) as caught:
        read_parameters(file)
    assert caught.value.fix


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TreeError, match="cannot read"):
        read_parameters(tmp_path / "none.json")


@given(st.dictionaries(st.text(st.characters(categories=["L"]), min_size=1), st.text(), min_size=1))
def test_the_forms_agree_for_any_values(values: dict[str, str]) -> None:
    forms = (
        [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()],
        [f"{key}={value}" for key, value in values.items()],
        {"Parameters": dict(values)},
    )
    for form in forms:
        assert parameters(json.loads(json.dumps(form))).parameters == values
