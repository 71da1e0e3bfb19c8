from __future__ import annotations

import pytest
from troposphere import GetAtt, Join, Ref

from kit.text import sub


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
