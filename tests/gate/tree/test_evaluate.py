"""Every function of CloudFormation, in every form."""

from __future__ import annotations

from pathlib import Path

import pytest

from gate.tree import Context, Dynamic, Pseudo, Reference, Text, Unknown, Value
from tests.gate.tree.trees import codes, evaluate, tree

QUEUE = Reference("root", "Queue", "AWS::SQS::Queue", "Ref")
QUEUE_ARN = Reference("root", "Queue", "AWS::SQS::Queue", "Arn")
ACCOUNT = Pseudo("AWS::AccountId", "", "123456789012")
PARAMETERS = {
    "Name": {"Type": "String", "Default": "films"},
    "Zones": {"Type": "CommaDelimitedList", "Default": "a, b,c"},
    "Count": {"Type": "Number", "Default": 2},
    "Secret": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/path"},
}
CONDITIONS = {
    "Yes": {"Fn::Equals": [{"Ref": "Name"}, "films"]},
    "No": {"Fn::Not": [{"Condition": "Yes"}]},
    "Open": {"Fn::Equals": [{"Ref": "AWS::AccountId"}, "111111111111"]},
}
MAPPINGS = {"Sizes": {"films": {"cpu": 512, "list": ["x", "y"]}}}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("plain", "plain"),
        ({"Ref": "Name"}, "films"),
        ({"Ref": "Zones"}, ["a", "b", "c"]),
        ({"Ref": "Count"}, 2),
        ({"Ref": "Queue"}, QUEUE),
        ({"Ref": "AWS::Region"}, "us-east-1"),
        ({"Ref": "AWS::Partition"}, "aws"),
        ({"Ref": "AWS::URLSuffix"}, "amazonaws.com"),
        ({"Ref": "AWS::AccountId"}, ACCOUNT),
        ({"Ref": "AWS::NoValue"}, None),
        ({"Fn::GetAtt": ["Queue", "Arn"]}, QUEUE_ARN),
        ({"Fn::GetAtt": "Queue.Arn"}, QUEUE_ARN),
        ({"Fn::Sub": "${Name}-${AWS::Region}"}, "films-us-east-1"),
        ({"Fn::Sub": "${!Name}"}, "${Name}"),
        ({"Fn::Sub": "${Queue.Arn}/x"}, Text((QUEUE_ARN, "/x"))),
        ({"Fn::Sub": ["${A}-${Name}", {"A": {"Ref": "Queue"}}]}, Text((QUEUE, "-films"))),
        ({"Fn::Sub": "${Queue}"}, QUEUE),
        ({"Fn::Join": ["-", ["a", {"Ref": "Name"}, 3]]}, "a-films-3"),
        ({"Fn::Join": [",", {"Ref": "Zones"}]}, "a,b,c"),
        ({"Fn::Join": [",", ["a", {"Ref": "Queue"}]]}, Text(("a,", QUEUE))),
        ({"Fn::Join": ["-", ["a", {"Ref": "AWS::NoValue"}]]}, "a"),
        ({"Fn::Split": ["-", "a-b"]}, ["a", "b"]),
        ({"Fn::Split": [",", {"Fn::Join": [",", [{"Ref": "Queue"}, "b"]]}]}, [QUEUE, "b"]),
        ({"Fn::Select": ["1", ["a", "b"]]}, "b"),
        ({"Fn::Select": [1, {"Ref": "Zones"}]}, "b"),
        ({"Fn::Select": [0, [{"Ref": "Queue"}]]}, QUEUE),
        ({"Fn::If": ["Yes", "a", "b"]}, "a"),
        ({"Fn::If": ["No", "a", {"Ref": "AWS::NoValue"}]}, None),
        ({"Fn::If": ["Open", "a", "a"]}, "a"),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "Name"}, "cpu"]}, 512),
        ({"Fn::FindInMap": ["Sizes", "films", "list"]}, ["x", "y"]),
        ({"Fn::FindInMap": ["Sizes", "none", "cpu", {"DefaultValue": "d"}]}, "d"),
        ({"Fn::GetAZs": ""}, [f"us-east-1{letter}" for letter in "abcdef"]),
        ({"Fn::GetAZs": "eu-west-1"}, ["eu-west-1a", "eu-west-1b", "eu-west-1c"]),
        ({"Fn::Cidr": ["10.0.0.0/16", 2, 8]}, ["10.0.0.0/24", "10.0.1.0/24"]),
        ({"Fn::Cidr": [{"Fn::GetAtt": ["Vpc", "CidrBlock"]}, "2", "12"]}, ["10.0.0.0/20", "10.0.16.0/20"]),
        ({"Fn::Base64": "hi"}, "aGk="),
        ({"Fn::Length": {"Ref": "Zones"}}, 3),
        ({"Fn::ToJsonString": {"a": [1, True]}}, '{"a":[1,true]}'),
        ({"Fn::ToJsonString": {"a": {"Ref": "Queue"}}}, Text(('{"a":"', QUEUE, '"}'))),
        ("{{resolve:ssm:/a/b:1}}", Dynamic("ssm", ("/a/b:1",))),
        (
            {"Fn::Sub": "{{resolve:secretsmanager:${Queue}:SecretString:password}}"},
            Dynamic("secretsmanager", (QUEUE, ":SecretString:password")),
        ),
        (["a", {"Ref": "AWS::NoValue"}, "b"], ["a", "b"]),
        ({"a": {"Ref": "AWS::NoValue"}, "b": 1}, {"b": 1}),
        ({"Condition": {"StringEquals": "x"}}, {"Condition": {"StringEquals": "x"}}),
    ],
)
def test_a_function_gives_its_value(tmp_path: Path, written: object, value: Value) -> None:
    found = evaluate(tmp_path, written, Parameters=PARAMETERS, Conditions=CONDITIONS, Mappings=MAPPINGS)
    assert found == value


@pytest.mark.parametrize(
    "written",
    [
        {"Ref": "Secret"},
        {"Fn::If": ["Open", "a", "b"]},
        {"Fn::FindInMap": ["Sizes", {"Ref": "AWS::AccountId"}, "cpu"]},
        {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {}}},
        {"Fn::ForEach::Loop": ["x", ["a"], {"y": "z"}]},
        {"Fn::Split": [":", {"Fn::GetAtt": ["Queue", "Arn"]}]},
        {"Fn::Select": [5, {"Fn::Split": [":", {"Fn::GetAtt": ["Queue", "Arn"]}]}]},
        {"Fn::GetAZs": {"Ref": "AWS::AccountId"}},
        {"Fn::Cidr": [{"Fn::GetAtt": ["Queue", "Arn"]}, 2]},
        {"Fn::Base64": {"Ref": "Queue"}},
        {"Fn::ImportValue": {"Ref": "Secret"}},
        {"Fn::Length": {"Ref": "Queue"}},
        {"Fn::GetAtt": ["Queue", {"Ref": "AWS::AccountId"}]},
    ],
)
def test_what_cannot_be_known_stays_unknown_without_a_problem(tmp_path: Path, written: object) -> None:
    sections = {"Parameters": PARAMETERS, "Conditions": CONDITIONS, "Mappings": MAPPINGS}
    resources = {"Here": {"Type": "A::B::C", "Properties": {"P": written}}, "Queue": {"Type": "AWS::SQS::Queue"}}
    made = tree(tmp_path, {"root.json": {"Resources": resources, **sections}})
    here = made.resource("root.Here")
    assert here
    assert isinstance(here.get("P"), Unknown | Pseudo)
    assert codes(made) == []


def test_an_unknown_remembers_what_it_is_derived_from(tmp_path: Path) -> None:
    value = evaluate(tmp_path, {"Fn::Select": [5, {"Fn::Split": [":", {"Fn::GetAtt": ["Queue", "Arn"]}]}]})
    assert isinstance(value, Unknown)
    assert value.about == (QUEUE_ARN,)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ({"Fn::Select": [9, ["a"]]}, "invalid-function"),
        ({"Fn::Select": [0, "a"]}, "invalid-function"),
        ({"Fn::Join": "a"}, "invalid-function"),
        ({"Fn::Join": ["", "a"]}, "invalid-function"),
        ({"Fn::Split": ["a"]}, "invalid-function"),
        ({"Fn::Sub": [1]}, "invalid-function"),
        ({"Fn::If": ["Yes", "a"]}, "invalid-function"),
        ({"Fn::GetAtt": ["Queue"]}, "invalid-function"),
        ({"Ref": ["Queue"]}, "invalid-function"),
        ({"Fn::Cidr": ["10.0.0.0/24", 9, 6]}, "invalid-function"),
        ({"Fn::Cidr": ["10.0.0.0/24", 2, 9]}, "invalid-function"),
        ({"Fn::Cidr": ["ten", 2, 9]}, "invalid-function"),
        ({"Fn::FindInMap": ["Sizes", "films", "gpu"]}, "undefined-mapping"),
        ({"Fn::FindInMap": ["Colours", "films", "gpu"]}, "undefined-mapping"),
        ({"Fn::ImportValue": "elsewhere"}, "missing-export"),
        ({"Fn::If": ["Never", "a", "b"]}, "undefined-condition"),
        ({"Ref": "Nothing"}, "unresolved-reference"),
        ({"Ref": "AWS::Nothing"}, "unresolved-reference"),
        ({"Fn::Sub": "${Nothing}"}, "unresolved-reference"),
        ({"Fn::Sub": "${Nothing.Arn}"}, "unresolved-reference"),
        ({"Fn::GetAtt": "Nothing.Arn"}, "unresolved-reference"),
        (None, "malformed"),
    ],
)
def test_what_cloudformation_refuses_is_a_problem(tmp_path: Path, written: object, code: str) -> None:
    resources = {"Here": {"Type": "A::B::C", "Properties": {"P": written}}, "Queue": {"Type": "AWS::SQS::Queue"}}
    sections = {"Parameters": PARAMETERS, "Conditions": CONDITIONS, "Mappings": MAPPINGS}
    made = tree(tmp_path, {"root.json": {"Resources": resources, **sections}})
    assert codes(made) == [code]
    assert made.problems[0].logical_id == "Here"


@pytest.mark.parametrize(
    ("condition", "truth"),
    [
        ({"Fn::Equals": ["1", 1]}, True),
        ({"Fn::Equals": [True, "true"]}, True),
        ({"Fn::Equals": [{"Ref": "Zones"}, ["a", "b", "c"]]}, True),
        ({"Fn::Equals": [{"Ref": "AWS::AccountId"}, {"Ref": "AWS::AccountId"}]}, True),
        ({"Fn::Equals": [{"Ref": "AWS::AccountId"}, "1"]}, None),
        ({"Fn::Equals": [{"Ref": "AWS::AccountId"}, ""]}, False),
        ({"Fn::Equals": [{"Fn::Sub": "x-${AWS::AccountId}"}, "y-1"]}, False),
        ({"Fn::Equals": [{"Fn::Sub": "x-${AWS::AccountId}-z"}, "x-1-z"]}, None),
        ({"Fn::And": [{"Condition": "Yes"}, {"Condition": "Open"}]}, None),
        ({"Fn::And": [{"Condition": "No"}, {"Condition": "Open"}]}, False),
        ({"Fn::Or": [{"Condition": "Yes"}, {"Condition": "Open"}]}, True),
        ({"Fn::Or": [{"Condition": "No"}, {"Condition": "Open"}]}, None),
        ({"Fn::Not": [{"Condition": "Open"}]}, None),
        ({"Fn::Contains": [["a", "films"], {"Ref": "Name"}]}, True),
        ({"Fn::EachMemberIn": [{"Ref": "Zones"}, ["a", "b"]]}, False),
        ({"Fn::EachMemberEquals": [["films", "films"], {"Ref": "Name"}]}, True),
    ],
)
def test_a_condition_holds_or_not_or_stays_open(tmp_path: Path, condition: object, truth: bool | None) -> None:
    body = {
        "Parameters": PARAMETERS,
        "Conditions": {**CONDITIONS, "It": condition},
        "Resources": {"Here": {"Type": "A::B::C", "Condition": "It"}},
    }
    made = tree(tmp_path, {"root.json": body})
    here = made.resource("root.Here")
    assert here
    assert here.condition is truth
    assert [resource.id for resource in made.resources()] == ([] if truth is False else ["Here"])


def test_a_reference_to_a_resource_is_never_empty_and_an_arn_no_word(tmp_path: Path) -> None:
    conditions = {"Has": {"Fn::Not": [{"Fn::Equals": [{"Ref": "KeyArn"}, "none"]}]}}
    child = {
        "Parameters": {"KeyArn": {"Type": "String", "Default": "none"}},
        "Conditions": conditions,
        "Resources": {"Here": {"Type": "A::B::C", "Condition": "Has"}},
    }
    nested = {"TemplateURL": "child.json", "Parameters": {"KeyArn": {"Fn::GetAtt": ["Key", "Arn"]}}}
    root = {
        "Resources": {
            "Key": {"Type": "AWS::KMS::Key"},
            "Child": {"Type": "AWS::CloudFormation::Stack", "Properties": nested},
        }
    }
    made = tree(tmp_path, {"root.json": root, "child.json": child})
    assert made.stacks["root/Child"].condition("Has") is True


@pytest.mark.parametrize(
    ("region", "partition", "suffix"),
    [
        ("eu-west-1", "aws", "amazonaws.com"),
        ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
        ("us-isob-east-1", "aws-iso-b", "sc2s.sgov.gov"),
    ],
)
def test_the_region_says_partition_and_domain(region: str, partition: str, suffix: str) -> None:
    assert (Context(region=region).partition, Context(region=region).url_suffix) == (partition, suffix)


def test_texts_that_double_each_other_end(tmp_path: Path) -> None:
    child = {
        "Parameters": {"In": {"Type": "String"}},
        "Resources": {"T": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {"Out": {"Value": {"Fn::Sub": "${In}${In}${In}${In}"}}},
    }
    resources: dict[str, object] = {}
    for number in range(40):
        fed: object = {"Fn::GetAtt": [f"S{number - 1}", "Outputs.Out"]} if number else "x"
        properties = {"TemplateURL": "child.json", "Parameters": {"In": fed}}
        resources[f"S{number}"] = {"Type": "AWS::CloudFormation::Stack", "Properties": properties}
    made = tree(tmp_path, {"root.json": {"Resources": resources}, "child.json": child})
    assert isinstance(made.stacks["root/S39"].output("Out"), Unknown | Text)
