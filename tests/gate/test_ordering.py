from __future__ import annotations

from pathlib import Path

import pytest

from gate.ordering import before, unordered
from tests.gate.rules.cases import tree_of

ROOT = """
Parameters:
  Spare: {Type: String, Default: "no"}
Conditions:
  Spare: !Equals [!Ref Spare, "yes"]
Resources:
  Topic: {Type: AWS::SNS::Topic}
  Bridge: {Type: AWS::SNS::Topic, DependsOn: Topic, Condition: Spare}
  Network: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml}}
  Reader:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: child.yaml, Parameters: {Given: !GetAtt Network.Outputs.Name}}
  Waiter: {Type: AWS::SQS::Queue, DependsOn: [Reader]}
  Beside: {Type: AWS::SQS::Queue}
  ByBridge: {Type: AWS::SQS::Queue, DependsOn: Bridge}
"""
CHILD = """
Parameters:
  Given: {Type: String, Default: ""}
Resources:
  First: {Type: AWS::SNS::Topic}
  Second: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref First, Protocol: email}}
  Third: {Type: AWS::SQS::Queue, DependsOn: Second}
Outputs:
  Name: {Value: !GetAtt First.TopicName}
"""


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("root/Network.First", "root/Network.Second", True),
        ("root/Network.First", "root/Network.Third", True),
        ("root/Network.Third", "root/Network.First", False),
        ("root/Network.Third", "root/Reader.First", True),  # a stack is complete before its outputs are read
        ("root/Reader.First", "root/Network.First", False),
        ("root/Network.Third", "root.Waiter", True),
        ("root.Waiter", "root/Reader.First", False),
        ("root.Beside", "root.Waiter", False),
        ("root.Topic", "root.ByBridge", False),  # what is not created makes nobody wait
    ],
)
def test_what_is_created_first(first: str, second: str, expected: bool, tmp_path: Path) -> None:
    tree = tree_of({"root.yaml": ROOT, "child.yaml": CHILD}, tmp_path)
    one, other = tree.resource(first), tree.resource(second)
    assert one is not None
    assert other is not None
    assert before(one, other) is expected
    assert unordered([one, other], other) == ([] if expected else [one])
