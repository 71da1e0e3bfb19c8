"""Policies: who may do what to which resource of the tree."""

from __future__ import annotations

from pathlib import Path

import pytest

from gate.tree import Reference, Resource, Text, Tree, Unknown, Value
from gate.tree.iam import (
    ACCOUNT,
    Principal,
    allows,
    covers,
    identity_statements,
    resource_statements,
    statements,
    trust,
    trusts,
    wildcard,
)
from tests.gate.tree.trees import tree

TEMPLATE = """
Parameters: {Given: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /x}}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: worker
      AssumeRolePolicyDocument:
        Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: [ecs-tasks.amazonaws.com]}}
      ManagedPolicyArns:
        - !Sub arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy
        - !Ref Managed
      Policies:
        - PolicyName: inline
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: [kinesis:Put*, kinesis:DescribeStream], Resource: !GetAtt Stream.Arn}
              - {Effect: Allow, Action: s3:GetObject, Resource: !Sub "${Bucket.Arn}/*"}
              - {Effect: Allow, Action: sqs:*, Resource: !Sub "arn:aws:sqs:*:*:films-*"}
              - {Effect: Deny, Action: sqs:DeleteQueue, Resource: "*"}
  Attached:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: attached
      Roles: [!Ref Role]
      PolicyDocument: {Statement: [{Effect: Allow, Action: kms:Decrypt, Resource: !GetAtt Key.Arn}]}
  Managed:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument: {Statement: [{Effect: Allow, NotAction: "iam:*", Resource: !Ref Topic}]}
  Opaque:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Statement: []}
      ManagedPolicyArns: ["arn:aws:iam::aws:policy/SomethingElse"]
  Stream: {Type: AWS::Kinesis::Stream, Properties: {Name: films}}
  Other: {Type: AWS::Kinesis::Stream}
  Bucket: {Type: AWS::S3::Bucket}
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: films-jobs}}
  Strange: {Type: AWS::SQS::Queue, Properties: {QueueName: other-jobs}}
  Topic: {Type: AWS::SNS::Topic}
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - Effect: Allow
            Action: kms:*
            Resource: "*"
            Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}
          - {Effect: Allow, Action: kms:Decrypt, Resource: "*", Principal: {Service: sns.amazonaws.com}}
          - Effect: Allow
            Action: kms:Decrypt
            Resource: "*"
            Principal: {Service: logs.amazonaws.com}
            Condition: {StringEquals: {"kms:ViaService": x}}
  QueuePolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Queue]
      PolicyDocument: {Statement: {Effect: Allow, Action: sqs:SendMessage, Resource: "*", Principal: "*"}}
"""


@pytest.fixture
def made(tmp_path: Path) -> Tree:
    return tree(tmp_path, {"t.yaml": TEMPLATE})


def get(made: Tree, name: str) -> Resource:
    return made.root.resources[name]


@pytest.mark.parametrize(
    ("action", "resource", "verdict"),
    [
        ("kinesis:PutRecord", "Stream", True),
        ("Kinesis:DESCRIBESTREAM", "Stream", True),
        ("kinesis:PutRecord", "Other", False),
        ("kinesis:GetRecords", "Stream", False),
        ("s3:GetObject", "Bucket", True),
        ("kms:Decrypt", "Key", True),
        ("sns:Publish", "Topic", True),
        ("iam:PassRole", "Topic", False),
        ("sqs:SendMessage", "Queue", True),
        ("sqs:SendMessage", "Strange", False),
        ("sqs:DeleteQueue", "Queue", False),
        ("ecr:BatchGetImage", None, True),
        ("ecr:DeleteRepository", None, True),
    ],
)
def test_a_role_has_its_inline_attached_and_managed_policies(
    made: Tree, action: str, resource: str | None, verdict: bool
) -> None:
    policy = identity_statements(made, get(made, "Role"))
    assert allows(made, policy, action, get(made, resource) if resource else None) is verdict


def test_a_policy_that_is_not_known_may_allow_anything(made: Tree) -> None:
    assert allows(made, identity_statements(made, get(made, "Opaque")), "s3:GetObject", get(made, "Bucket")) is None
    assert allows(made, statements(Unknown("x")), "s3:GetObject") is None
    assert allows(made, statements({"Statement": [Unknown("x")]}), "s3:GetObject") is None
    assert allows(made, [], "s3:GetObject") is False


def test_a_trust_policy_names_the_services_that_may_assume_the_role(made: Tree) -> None:
    assert trusts(get(made, "Role"), "ecs-tasks.amazonaws.com") is True
    assert trusts(get(made, "Role"), "lambda.amazonaws.com") is False
    assert trust(get(made, "Role"))[0].principals == (Principal("Service", "ecs-tasks.amazonaws.com"),)


@pytest.mark.parametrize(
    ("principal", "verdict"),
    [("sns.amazonaws.com", True), ("sqs.amazonaws.com", False), ("logs.amazonaws.com", None)],
)
def test_a_key_policy_is_asked_for_its_principals(made: Tree, principal: str, verdict: bool | None) -> None:
    key = get(made, "Key")
    assert allows(made, resource_statements(made, key), "kms:Decrypt", "*", principal) is verdict


def test_the_account_root_stands_for_the_account_and_for_no_role(made: Tree) -> None:
    policy = resource_statements(made, get(made, "Key"))
    assert allows(made, policy, "kms:Decrypt", None, get(made, "Role")) is False
    assert allows(made, policy, "kms:Decrypt", None, ACCOUNT) is True


def test_the_policy_of_a_queue_is_found(made: Tree) -> None:
    found = resource_statements(made, get(made, "Queue"))
    assert [statement.holder for statement in found] == [get(made, "QueuePolicy")]
    assert found[0].path == ("PolicyDocument", "Statement")
    assert allows(made, found, "sqs:SendMessage", get(made, "Queue"), "sns.amazonaws.com") is True


STREAM = Reference("root", "Stream", "AWS::Kinesis::Stream", "Arn")
BUCKET = Reference("root", "Bucket", "AWS::S3::Bucket", "Arn")


@pytest.mark.parametrize(
    ("pattern", "value", "verdict"),
    [
        ("*", STREAM, True),
        (STREAM, STREAM, True),
        (BUCKET, Text((BUCKET, "/x")), False),
        (Text((BUCKET, "/*")), Text((BUCKET, "/x/y")), True),
        (Text((BUCKET, "/*")), BUCKET, False),
        ("arn:aws:kinesis:us-east-1:1:stream/films", STREAM, True),
        ("arn:aws:kinesis:*:*:stream/f*", STREAM, True),
        ("arn:aws:kinesis:us-east-1:1:stream/other", STREAM, False),
        ("arn:aws:sqs:us-east-1:1:films", STREAM, False),
        ("arn:aws:s3:::films", BUCKET, False),
        ("arn:aws:s3:::films*", BUCKET, None),
        (Unknown("x"), STREAM, None),
        ("arn:aws:logs:*:*:log-group:/a/*", "arn:aws:logs:us-east-1:1:log-group:/a/b", True),
        ("arn:aws:logs:*:*:log-group:/a", "arn:aws:logs:us-east-1:1:log-group:/a/b", False),
    ],
)
def test_a_resource_pattern_covers_a_value(made: Tree, pattern: Value, value: Value, verdict: bool | None) -> None:
    assert covers(made, pattern, value) is verdict


@pytest.mark.parametrize(
    ("pattern", "value", "verdict"),
    [
        ("", "", True),
        ("*", "", True),
        ("a*", "abc", True),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("*b*d", "abcd", True),
        ("*b*d", "abcdx", False),
        ("a[b]c", "a[b]c", True),
        ("*a" * 50 + "b", "a" * 5000, False),
    ],
)
def test_wildcards_match_as_in_iam(pattern: str, value: str, verdict: bool) -> None:
    assert wildcard(pattern, value) is verdict
