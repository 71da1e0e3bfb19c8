from __future__ import annotations

import pytest
from troposphere import GetAtt, Join, Ref

from kit.text import as_json, sub


def test_references_are_inlined() -> None:
    made = sub("${bucket}/${key}", bucket=GetAtt("Trail", "Arn"), key=Ref("Environment"))
    assert made.to_dict() == {"Fn::Sub": "${Trail.Arn}/${Environment}"}


def test_everything_else_goes_into_the_mapping() -> None:
    made = sub("a ${two_words} c", two_words=Join(",", ["x", "y"]))
    assert made.to_dict() == {"Fn::Sub": ["a ${TwoWords} c", {"TwoWords": {"Fn::Join": [",", ["x", "y"]]}}]}


def test_pseudo_parameters_need_no_value() -> None:
    assert sub("${AWS::Region}").to_dict() == {"Fn::Sub": "${AWS::Region}"}


def test_a_placeholder_like_another_ones_replacement_stays_whole() -> None:
    made = sub("${a}${B}", a=Ref("B"), B=Ref("C"))
    assert made.to_dict() == {"Fn::Sub": "${B}${C}"}


@pytest.mark.parametrize(("template", "values"), [("${a}", {}), ("a", {"a": "x"}), ("${a}", {"b": "x"})])
def test_placeholders_and_values_must_agree(template: str, values: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="placeholders"):
        sub(template, **values)


def test_plain_data_becomes_json_with_its_references_filled_in() -> None:
    made = as_json({"a": [Ref("Stream"), 1, "${AWS::Region}"], "b": 'say "${word}"'}, word=GetAtt("Queue", "Arn"))
    assert made.to_dict() == {
        "Fn::Sub": '{"a": ["${Stream}", 1, "${AWS::Region}"], "b": "say \\"${Queue.Arn}\\""}',
    }


def test_references_that_cannot_be_inlined_go_into_the_mapping() -> None:
    made = as_json([Join("-", ["a", "b"]), Join("-", ["c", "d"])]).to_dict()["Fn::Sub"]
    assert made == [
        '["${Held0}", "${Held1}"]',
        {"Held0": {"Fn::Join": ["-", ["a", "b"]]}, "Held1": {"Fn::Join": ["-", ["c", "d"]]}},
    ]


def test_json_takes_nothing_but_plain_data_and_references() -> None:
    with pytest.raises(TypeError, match="neither plain data nor a reference"):
        as_json({1j})
