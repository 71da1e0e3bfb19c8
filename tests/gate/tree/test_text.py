"""Reading templates: both languages, their lines, and hostile input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.tree import TreeError
from gate.tree.load import template
from gate.tree.text import MAX_BYTES, decode, lines, parse

YAML = """\
AWSTemplateFormatVersion: 2010-09-09
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      TopicName: !Sub "${AWS::StackName}-x"
      Other: !GetAtt Queue.Arn
      Nested: !GetAtt Child.Outputs.Arn
      When: !If [Big, !Ref AWS::NoValue, !Join [",", [a, b]]]
      Flag: yes
      Number: 010
      Half: 0.5
      Time: 22:22
      Date: 2012-10-17
      Quoted: "1"
      Zones: !GetAZs ""
      Block: |
        text
"""


def test_yaml_reads_short_tags_and_plain_scalars() -> None:
    body = parse(YAML, "t.yaml")
    assert isinstance(body, dict)
    assert body["AWSTemplateFormatVersion"] == "2010-09-09"
    assert body["Resources"] == {
        "Topic": {
            "Type": "AWS::SNS::Topic",
            "Properties": {
                "TopicName": {"Fn::Sub": "${AWS::StackName}-x"},
                "Other": {"Fn::GetAtt": ["Queue", "Arn"]},
                "Nested": {"Fn::GetAtt": ["Child", "Outputs.Arn"]},
                "When": {"Fn::If": ["Big", {"Ref": "AWS::NoValue"}, {"Fn::Join": [",", ["a", "b"]]}]},
                "Flag": True,
                "Number": "010",
                "Half": 0.5,
                "Time": "22:22",
                "Date": "2012-10-17",
                "Quoted": "1",
                "Zones": {"Fn::GetAZs": ""},
                "Block": "text\n",
            },
        }
    }


def test_yaml_expands_anchors_and_merges() -> None:
    text = "a: &x {k: 1, l: 2}\nb: *x\nc: {<<: *x, l: 3}\n"
    assert parse(text, "t.yaml") == {"a": {"k": 1, "l": 2}, "b": {"k": 1, "l": 2}, "c": {"k": 1, "l": 3}}


def test_a_yaml_file_may_hold_json_and_flow_yaml() -> None:
    assert parse('{"a": [1]}', "t.yaml") == {"a": [1]}
    text = '{"a\\x41": !Ref B}'
    assert parse(text, "t.yaml") == {"aA": {"Ref": "B"}}
    assert lines(text, "t.yaml")["aA",] == 1


@pytest.mark.parametrize(
    "text", [YAML, json.dumps({"Resources": {"Topic": {"Properties": {"Zones": [1, {"a": 2}]}}}}, indent=1)]
)
def test_every_path_knows_its_line(text: str) -> None:
    found = lines(text, "t")
    rows = text.splitlines()
    assert '"' not in rows[found["Resources", "Topic"] - 1].replace('"Topic"', "")
    for path, line in found.items():
        if path and isinstance(path[-1], str):
            assert path[-1] in rows[line - 1]


def test_the_line_of_a_place_inside_a_function_is_that_of_the_function() -> None:
    made = template(YAML, "t.yaml")
    assert made.line(("Resources", "Topic", "Properties", "TopicName", "Fn::Sub")) == 6
    assert made.line(("Nowhere",)) == 1


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
)


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        (BOMB, "aliases", None),
        ("a: !Evil x", "unknown tag !Evil", 1),
        ("a: !!python/object/apply:os.system [ls]", "unknown tag", 1),
        ("a: 1\na: 2", "stands twice", 2),
        ('{"a": 1,\n "b": {"c": 1,\n "c": 2}}', "c stands twice", 3),
        ("[" * 500 + "]" * 500, "nested deeper", None),
        ('{"a":' * 500 + "1" + "}" * 500, "nested deeper", None),
        ("[" * 400_000, "nested deeper", None),
        ("- " * 500 + "x", "nested deeper", None),
        ('{"a": NaN}', "NaN", None),
        ('{"a": -Infinity}', "Infinity", None),
        ('{"a": "\\ud800"}', "surrogate", None),
        ('{"a": ' + "1" * 5000 + "}", "not JSON", None),
        ('{"a": 1', "not JSON", 1),
        ("a: [", "not YAML", None),
        ("a: b: c", "not YAML", 1),
        ("a: *nothing", "alias", 1),
        ("? [a]\n: b", "key", 1),
        ("a: 1\n---\nb: 2", "more than one", None),
        ("a: \x00", "not YAML", None),
        ("%YAML 9.9\n---\na", "not YAML", None),
    ],
)
def test_hostile_text_is_one_clear_error(text: str, said: str, line: int | None) -> None:
    with pytest.raises(TreeError, match=said) as caught:
        parse(text, "bad.json" if text[:1] in "{[" else "bad.yaml")
    assert caught.value.file.startswith("bad.")
    assert caught.value.fix
    if line:
        assert caught.value.line == line


def test_a_cyclic_alias_is_an_error() -> None:
    with pytest.raises(TreeError, match="alias"):
        parse("a: &a [*a]", "t.yaml")


@pytest.mark.parametrize(("content", "said"), [(b"a: \xff", "UTF-8"), (b"x" * (MAX_BYTES + 1), "1,048,577 bytes")])
def test_bytes_that_are_no_template_are_an_error(content: bytes, said: str) -> None:
    with pytest.raises(TreeError, match=said):
        decode(content, "t.yaml")


def test_a_byte_order_mark_is_dropped() -> None:
    assert decode(b'\xef\xbb\xbf{"a": 1}', "t.json") == '{"a": 1}'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("- a", "not an object"),
        ("text", "not an object"),
        ("Outputs: {}", "no Resources"),
        ("Resources: []", "Resources is not an object"),
        ("Resources: {A: {Type: B}}\nParameters: [a]", "Parameters is not an object"),
        ("Resources: {A: {Type: B}}\nOutputs: x", "Outputs is not an object"),
    ],
)
def test_a_text_that_is_no_template_is_an_error(text: str, said: str) -> None:
    with pytest.raises(TreeError, match=said):
        template(text, "t.yaml")


@given(st.text(max_size=200))
def test_any_text_is_data_or_a_tree_error(text: str) -> None:
    for file in ("t.yaml", "t.json"):
        try:
            parse(text, file)
        except TreeError as error:
            assert str(error).startswith(file)  # noqa: PT017 - either outcome is right


@given(
    st.lists(
        st.sampled_from([*"{}[]:,-&*!|>?#%@`'\" \n\t", "a", "1", "<<", "!Sub", "Fn::If", "&a", "*a", "\\u"]),
        max_size=60,
    )
)
def test_any_mixture_of_signs_is_data_or_a_tree_error(signs: list[str]) -> None:
    text = "".join(signs)
    for file in ("t.yaml", "t.json"):
        try:
            parse(text, file)
            assert lines(text, file)[()] >= 1
        except TreeError as error:
            assert str(error).startswith(file)  # noqa: PT017 - either outcome is right


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(max_size=5), JSON, min_size=1, max_size=4))
def test_json_is_read_as_json_reads_it_and_every_member_has_a_line(data: dict[str, object]) -> None:
    text = json.dumps(data, indent=1)
    assert parse(text, "t.json") == data
    found = lines(text, "t.json")
    for key in data:
        assert json.dumps(key) in text.splitlines()[found[key,] - 1]


def test_a_file_that_is_missing_or_no_file_is_an_error(tmp_path: Path) -> None:
    from gate.tree import load_tree

    for name in ("none.yaml", ".", "a" * 5000, "nul\0"):
        with pytest.raises(TreeError):
            load_tree(tmp_path / name)
