from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.emulator.schema import Registry, coerce, problems, resolve, top_level

SPEC = find_spec("cfnlint")
assert SPEC
assert SPEC.origin
REGISTRY = Registry(Path(SPEC.origin).parent / "data" / "schemas")

ROOT: dict[str, Any] = {
    "typeName": "Shop::Test::Thing",
    "additionalProperties": False,
    "definitions": {
        "Size": {"type": "integer", "minimum": 1, "maximum": 9},
        "Tag": {
            "type": "object",
            "additionalProperties": False,
            "required": ["Key"],
            "properties": {"Key": {"type": "string"}, "Value": {"type": "string"}},
        },
    },
    "properties": {
        "Arn": {"type": "string"},
        "Name": {"type": "string", "pattern": "^[a-z]+$", "minLength": 2, "maxLength": 5},
        "Size": {"$ref": "#/definitions/Size"},
        "Share": {"type": "number", "exclusiveMaximum": 1, "multipleOf": 0.5},
        "On": {"type": "boolean"},
        "Mode": {"type": "string", "enum": ["FAST", "SLOW"]},
        "Tags": {"type": "array", "uniqueItems": True, "maxItems": 2, "items": {"$ref": "#/definitions/Tag"}},
        "Labels": {"type": "object", "patternProperties": {"^x": {"type": "integer"}}, "additionalProperties": False},
        "Limits": {"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 1},
        "Either": {"oneOf": [{"type": "object", "required": ["A"]}, {"type": "object", "required": ["B"]}]},
        "Policy": {"type": ["object", "string"]},
        "Ports": {"type": "array", "minItems": 1, "items": {"type": "integer"}},
    },
    "required": ["Name"],
    "readOnlyProperties": ["/properties/Arn"],
    "createOnlyProperties": ["/properties/Name", "/properties/Tags/*/Key"],
}


@pytest.mark.parametrize(
    ("given_value", "expected"),
    [
        ({"Size": "2"}, {"Size": 2}),
        ({"Size": "-2"}, {"Size": -2}),
        ({"Size": "two"}, {"Size": "two"}),
        ({"Size": "2.5"}, {"Size": "2.5"}),
        ({"Share": "0.5"}, {"Share": 0.5}),
        ({"On": "true"}, {"On": True}),
        ({"On": "False"}, {"On": False}),
        ({"On": "yes"}, {"On": "yes"}),
        ({"Name": 5}, {"Name": "5"}),
        ({"Name": True}, {"Name": "true"}),
        ({"Tags": [{"Key": 1}]}, {"Tags": [{"Key": "1"}]}),
        ({"Labels": {"x1": "3"}}, {"Labels": {"x1": 3}}),
        ({"Limits": {"any": "3"}}, {"Limits": {"any": 3}}),
        ({"Ports": ["80", 81]}, {"Ports": [80, 81]}),
        ({"Policy": {"Version": 2}}, {"Policy": {"Version": 2}}),
        ({"Unknown": "7"}, {"Unknown": "7"}),
    ],
)
def test_scalars_become_what_the_schema_asks_for(given_value: dict[str, Any], expected: dict[str, Any]) -> None:
    assert coerce(ROOT, given_value) == expected


@pytest.mark.parametrize(
    ("properties", "problem"),
    [
        ({}, "#: required key [Name] not found"),
        ({"Colour": "red"}, "#: extraneous key [Colour] is not permitted"),
        ({"Arn": "arn:x"}, "#: extraneous key [Arn] is not permitted"),
        ({"Name": "UP"}, "#/Name: string [UP] does not match pattern ^[a-z]+$"),
        ({"Name": "a"}, "#/Name: expected minLength: 2, actual: 1"),
        ({"Name": "abcdef"}, "#/Name: expected maxLength: 5, actual: 6"),
        ({"Name": ["ab"]}, "#/Name: expected type: String, found: JSONArray"),
        ({"Size": "two"}, "#/Size: expected type: Integer, found: String"),
        ({"Size": 0}, "#/Size: 0 is not greater or equal to 1"),
        ({"Size": 10}, "#/Size: 10 is not less or equal to 9"),
        ({"Size": True}, "#/Size: expected type: Integer, found: Boolean"),
        ({"Share": 1}, "#/Share: 1 is not less than 1"),
        ({"Share": 0.25}, "#/Share: 0.25 is not a multiple of 0.5"),
        ({"Mode": "WARP"}, "#/Mode: WARP is not a valid enum value"),
        ({"Tags": [{"Value": "v"}]}, "#/Tags/0: required key [Key] not found"),
        ({"Tags": [{"Key": "k"}, {"Key": "k"}]}, "#/Tags: array items are not unique"),
        (
            {"Tags": [{"Key": "a"}, {"Key": "b"}, {"Key": "c"}]},
            "#/Tags: expected maximum item count: 2, found: 3",
        ),
        ({"Ports": []}, "#/Ports: expected minimum item count: 1, found: 0"),
        ({"Labels": {"y": 1}}, "#/Labels: extraneous key [y] is not permitted"),
        ({"Limits": {}}, "#/Limits: minimum size: [1], found: [0]"),
        ({"Either": {"A": 1, "B": 2}}, "#/Either: 2 subschemas matched instead of one"),
        ({"Policy": 5}, "#/Policy: expected type: JSONObject or String, found: Integer"),
    ],
)
def test_a_violation_is_told_in_the_words_of_cloudformation(properties: dict[str, Any], problem: str) -> None:
    assert problem in problems(ROOT, {"Name": "ok", **properties} if properties else {})


def test_what_fits_the_schema_has_no_problems() -> None:
    properties = {"Name": "ok", "Size": 9, "On": False, "Tags": [{"Key": "a"}], "Either": {"A": 1}, "Policy": "{}"}
    assert problems(ROOT, properties) == []


@given(
    st.dictionaries(
        st.sampled_from(sorted(ROOT["properties"])),
        st.text("truefalse019-.", max_size=6) | st.integers() | st.booleans(),
    )
)
def test_coercion_is_done_once_and_keeps_the_keys(properties: dict[str, Any]) -> None:
    coerced = coerce(ROOT, properties)
    assert coerced.keys() == properties.keys()
    assert coerce(ROOT, coerced) == coerced


def test_only_whole_properties_are_top_level() -> None:
    assert top_level(ROOT, "createOnlyProperties") == {"Name"}


def test_a_reference_is_followed() -> None:
    assert resolve(ROOT, {"$ref": "#/definitions/Size"})["maximum"] == 9


@pytest.mark.parametrize(
    ("resource_type", "properties", "problem"),
    [
        ("AWS::EC2::NatGateway", {"Subnet": "subnet-1"}, "#: extraneous key [Subnet] is not permitted"),
        ("AWS::EC2::NatGateway", {"AvailabilityMode": "both"}, "#/AvailabilityMode: both is not a valid enum value"),
        (
            "AWS::ApplicationAutoScaling::ScalableTarget",
            {"MaxCapacity": "many"},
            "#/MaxCapacity: expected type: Integer, found: String",
        ),
        ("AWS::CloudTrail::Trail", {"IsLogging": "true"}, "#: required key [S3BucketName] not found"),
    ],
)
def test_the_registry_itself_is_read(resource_type: str, properties: dict[str, Any], problem: str) -> None:
    schema = REGISTRY.schema(resource_type, "eu-west-1")
    assert schema
    assert problem in problems(schema, coerce(schema, properties))


def test_a_type_unknown_in_a_region_is_taken_from_the_first_region() -> None:
    assert REGISTRY.schema("AWS::EC2::EIP", "nowhere-1") == REGISTRY.schema("AWS::EC2::EIP", "us-east-1")


def test_an_unknown_type_has_no_schema() -> None:
    assert REGISTRY.schema("AWS::EC2::Nonsense", "us-east-1") is None


def test_a_folder_without_schemas_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Registry(tmp_path)
