from __future__ import annotations

from pathlib import Path

import pytest

from tests.gate.rules.cases import tree_of
from views.permissions import Row, as_dicts, as_markdown, as_text_table, rows

TREE = {
    "root.yaml": """
Resources:
  Data:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: data.yaml}
  Job:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: job.yaml
      Parameters: {BucketArn: !GetAtt Data.Outputs.BucketArn}
""",
    "data.yaml": """
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Bucket
      PolicyDocument:
        Statement:
          - Sid: Tls
            Effect: Deny
            Principal: "*"
            Action: s3:*
            Resource: !Sub ${Bucket.Arn}/*
            Condition: {Bool: {aws:SecureTransport: false}}
Outputs:
  BucketArn: {Value: !GetAtt Bucket.Arn}
""",
    "job.yaml": """
Parameters: {BucketArn: {Type: String}}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}
      Policies:
        - PolicyName: p
          PolicyDocument:
            Statement:
              - {Sid: Read, Effect: Allow, Action: s3:GetObject, Resource: !Sub "${BucketArn}/*"}
              - {Sid: All, Effect: Allow, Action: "sqs:*", Resource: "*"}
""",
}


@pytest.fixture
def table(tmp_path: Path) -> list[Row]:
    return rows(tree_of(TREE, tmp_path))


def one(table: list[Row], sid: str) -> Row:
    (row,) = [row for row in table if row.sid == sid]
    return row


def test_resources_are_resolved_through_nested_stacks(table: list[Row]) -> None:
    read = one(table, "Read")
    assert read.who == ("Role",)
    assert read.actions == ("s3:GetObject",)
    assert read.resources == ("Data.Bucket/*",)
    assert not read.wide


def test_wildcards_are_marked_and_denials_are_not(table: list[Row]) -> None:
    assert one(table, "All").wide
    tls = one(table, "Tls")
    assert not tls.wide
    assert tls.effect == "Deny"
    assert tls.conditions == ("aws:SecureTransport Bool false",)


def test_who_may_assume_a_role_is_told(table: list[Row]) -> None:
    (trusted,) = [row for row in table if row.kind == "trust"]
    assert trusted.who == ("lambda.amazonaws.com",)
    assert trusted.resources == ("Role",)


def test_every_form_tells_every_statement(table: list[Row]) -> None:
    text, markdown = as_text_table(table), as_markdown(table)
    assert text.endswith("4 statements, 1 with a wildcard (marked !)")
    assert "! Role: allow sqs:*" in text
    assert len(markdown.splitlines()) == 2 + len(table)
    assert len(as_dicts(table)) == len(table)
