from __future__ import annotations

from pathlib import Path

from gate.resolved import resolved
from gate.tree import Raw, load_tree
from tests.gate.trees import subject, write


def queues(folder: Path, **values: str) -> dict[str, Raw]:
    return resolved(subject(write(folder), **values).tree.stacks["root/Queues"])


def section(body: dict[str, Raw], name: str) -> dict[str, dict[str, Raw]]:
    found = body[name]
    assert isinstance(found, dict)
    return found  # type: ignore[return-value]


def test_values_are_written_out(tmp_path: Path) -> None:
    properties = section(queues(tmp_path, days="9"), "Resources")["First"]["Properties"]
    assert isinstance(properties, dict)
    assert properties["PendingWindowInDays"] == "9"
    assert properties["EnableKeyRotation"] is True


def test_what_only_the_deployment_knows_stays_a_function(tmp_path: Path) -> None:
    body = queues(tmp_path)
    properties = section(body, "Resources")["First"]["Properties"]
    assert isinstance(properties, dict)
    assert properties["Description"] == {"Fn::Sub": "keeps ${Days} for ${Topic}"}
    assert section(body, "Outputs")["Url"]["Value"] == {"Fn::GetAtt": ["First", "Arn"]}


def test_a_default_that_does_not_apply_is_left_out(tmp_path: Path) -> None:
    assert section(queues(tmp_path, days="9"), "Parameters") == {
        "Days": {"Type": "Number", "Default": "9"},
        "Wanted": {"Type": "String", "Default": "yes"},
        "Topic": {"Type": "String"},
    }


def test_conditions_are_decided(tmp_path: Path) -> None:
    created = section(queues(tmp_path), "Resources")["Later"]
    assert created == {"Type": "AWS::SNS::Topic", "Properties": {"KmsMasterKeyId": {"Ref": "First"}}}
    assert "Later" not in section(queues(tmp_path, Wanted="no"), "Resources")


def test_an_undecided_condition_stays(tmp_path: Path) -> None:
    template = """
Parameters: {Maybe: {Type: String}}
Conditions: {Some: !Equals [!Ref Maybe, "yes"]}
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Condition: Some
    Properties: {DelaySeconds: !If [Some, 1, !Ref AWS::NoValue], QueueName: !Ref AWS::NoValue}
"""
    write(tmp_path, {"root.yaml": template})
    body = resolved(load_tree(tmp_path / "root.yaml").root)
    assert section(body, "Resources")["Queue"] == {
        "Type": "AWS::SQS::Queue",
        "Condition": "Some",
        "Properties": {"DelaySeconds": {"Fn::If": ["Some", 1, {"Ref": "AWS::NoValue"}]}},
    }
    assert body["Conditions"] == {"Some": {"Fn::Equals": [{"Ref": "Maybe"}, "yes"]}}


def test_a_template_that_a_macro_rewrites_stays_as_it_is(tmp_path: Path) -> None:
    template = """
Transform: Some-Macro
Parameters: {Days: {Type: String}}
Resources: {Queue: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: !Ref Days}}}
"""
    tree = subject(write(tmp_path, {"root.yaml": template})).tree
    assert resolved(tree.root) == tree.root.template.body


def test_a_secret_is_not_written_out(tmp_path: Path) -> None:
    template = """
Parameters: {Days: {Type: String, NoEcho: "true", Default: hush}}
Resources: {Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub "q-${Days}", Tags: !Ref Days}}}
"""
    body = resolved(subject(write(tmp_path, {"root.yaml": template}), days="hushed").tree.root)
    assert "hush" not in str(body)
    assert section(body, "Resources")["Queue"]["Properties"] == {
        "QueueName": {"Fn::Sub": "q-${Days}"},
        "Tags": {"Ref": "Days"},
    }
