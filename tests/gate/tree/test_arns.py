"""ARNs of resources that do not exist yet, and patterns that may match them."""

from __future__ import annotations

from pathlib import Path

import pytest

from gate.tree import Reference, Text, Tree
from gate.tree.arns import arn_of, matches, spelled
from gate.tree.iam import ACCOUNT, allows, identity_statements, may, resource_statements
from tests.gate.tree.trees import tree

TEMPLATE = """
Resources:
  Named: {Type: AWS::SecretsManager::Secret, Properties: {Name: films/app}}
  Made: {Type: AWS::SecretsManager::Secret}
  Topic: {Type: AWS::SNS::Topic}
  Logs: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: /films/app}}
  Parameter: {Type: AWS::SSM::Parameter, Properties: {Name: /films/app, Type: String, Value: x}}
  Cluster: {Type: AWS::RDS::DBCluster, Properties: {Engine: aurora-postgresql, ManageMasterUserPassword: true}}
  Vpc: {Type: AWS::EC2::VPC}
"""


@pytest.fixture
def made(tmp_path: Path) -> Tree:
    return tree(tmp_path, {"t.yaml": TEMPLATE})


START = "arn:aws:secretsmanager:us-east-1:123456789012:secret:"


@pytest.mark.parametrize(
    ("pattern", "verdict"),
    [
        (START + "films/*", True),
        (START + "films/app-*", True),
        (START + "films/app-??????", True),
        (START + "films/app-?????", False),
        (START + "films/app", False),
        (START + "films/app-AbCdEf", None),
        (START + "films/other-??????", False),
        ("arn:aws:secretsmanager:*:999999999999:secret:films*", True),
        ("arn:aws:ssm:us-east-1:123456789012:parameter/films*", False),
        (Reference("root", "Named", "AWS::SecretsManager::Secret", "Ref"), True),
        (Reference("root", "Named", "AWS::SecretsManager::Secret", "Id"), True),
        (Reference("root", "Made", "AWS::SecretsManager::Secret", "Ref"), False),
    ],
)
def test_a_secret_ends_in_six_signs_that_nobody_knows(
    made: Tree, pattern: str | Reference, verdict: bool | None
) -> None:
    given, secret = spelled(made, pattern), spelled(made, arn_of(made, made.root.resources["Named"]))
    assert given is not None
    assert secret is not None
    assert matches(given, secret) is verdict


@pytest.mark.parametrize(
    ("pattern", "verdict"),
    [
        (START + "*", True),
        (START + "stack-Made*", None),
        (START + "films", False),
        ("arn:aws:sns:*", False),
    ],
)
def test_a_name_that_is_made_up_may_fit_a_pattern_but_no_literal(
    made: Tree, pattern: str, verdict: bool | None
) -> None:
    secret = spelled(made, arn_of(made, made.root.resources["Made"]))
    assert secret is not None
    assert matches(pattern, secret) is verdict


def test_every_way_to_write_an_arn_is_the_same_text(made: Tree) -> None:
    group = Reference("root", "Logs", "AWS::Logs::LogGroup", "Arn")
    by_name = Text(
        ("arn:aws:logs:us-east-1:1:log-group:", Reference("root", "Logs", "AWS::Logs::LogGroup", "Ref"), ":*")
    )
    assert spelled(made, group) == spelled(made, by_name)
    assert spelled(made, arn_of(made, made.root.resources["Parameter"])) == (
        "arn:aws:ssm:us-east-1:123456789012:parameter/films/app"
    )
    topic = made.root.resources["Topic"]
    assert spelled(made, topic.reference) == spelled(made, arn_of(made, topic))
    assert spelled(made, arn_of(made, made.root.resources["Vpc"])) is None


def test_a_secret_that_rds_manages_has_a_name_of_its_own(made: Tree) -> None:
    secret = spelled(made, Reference("root", "Cluster", "AWS::RDS::DBCluster", "MasterUserSecret.SecretArn"))
    assert secret is not None
    assert matches(START + "rds!cluster-*", secret) is True
    assert matches(START + "films*", secret) is False


KEY = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Statement: []}
      Policies:
        - PolicyName: p
          PolicyDocument: {Statement: [{Effect: Allow, Action: kms:Decrypt, Resource: "*"}]}
  Other: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: []}}}
  Delegating:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - {Effect: Allow, Action: kms:*, Resource: "*", Principal: {AWS: !Ref AWS::AccountId}}
  Naming:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - {Effect: Allow, Action: kms:*, Resource: "*", Principal: {AWS: !GetAtt Other.Arn}}
          - Effect: Allow
            Action: kms:Decrypt
            Resource: "*"
            Principal: {Service: logs.us-east-1.amazonaws.com}
            Condition: {ArnLike: {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:*:*:log-group:/films/*"}}
  Queue: {Type: AWS::SQS::Queue}
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Queue]
      PolicyDocument:
        Statement:
          - Effect: Deny
            Action: sqs:*
            Resource: "*"
            Principal: "*"
            Condition: {Bool: {"aws:SecureTransport": "false"}}
"""


def test_a_key_asks_its_policy_first(tmp_path: Path) -> None:
    made = tree(tmp_path, {"t.yaml": KEY})
    role, other, delegating, naming = (made.root.resources[n] for n in ("Role", "Other", "Delegating", "Naming"))
    assert may(made, role, "kms:Decrypt", delegating) is True
    assert may(made, other, "kms:Decrypt", delegating) is False
    assert may(made, role, "kms:Decrypt", naming) is False
    assert may(made, other, "kms:Decrypt", naming) is True
    assert allows(made, resource_statements(made, naming), "kms:Decrypt", principal=ACCOUNT) is False


@pytest.mark.parametrize(("group", "verdict"), [("/films/app", True), ("/other", False)])
def test_a_condition_that_the_context_rules_out_counts(tmp_path: Path, group: str, verdict: bool | None) -> None:
    made = tree(tmp_path, {"t.yaml": KEY})
    context = {"kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:us-east-1:1:log-group:{group}"}
    policy = resource_statements(made, made.root.resources["Naming"])
    service = "logs.us-east-1.amazonaws.com"
    assert allows(made, policy, "kms:Decrypt", principal=service, context=context) is verdict


def test_a_refusal_with_a_condition_allows_nothing(tmp_path: Path) -> None:
    made = tree(tmp_path, {"t.yaml": KEY})
    queue, role = made.root.resources["Queue"], made.root.resources["Role"]
    policy = resource_statements(made, queue)
    assert allows(made, policy, "sqs:SendMessage", queue, "sns.amazonaws.com") is False
    assert allows(made, (*identity_statements(made, role), *policy), "kms:Decrypt", "*") is True


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        ("logs.us-east-1.amazonaws.com", True),
        ("logs.amazonaws.com", None),
        ("logs.eu-west-1.amazonaws.com", False),
        ("lambda.us-east-1.amazonaws.com", False),
    ],
)
def test_a_service_of_another_region_is_another_principal(tmp_path: Path, given: str, verdict: bool | None) -> None:
    made = tree(tmp_path, {"t.yaml": KEY.replace("logs.us-east-1.amazonaws.com", given)})
    policy = resource_statements(made, made.root.resources["Naming"])
    found = allows(made, policy, "kms:Decrypt", principal="logs.us-east-1.amazonaws.com")
    assert found is (None if verdict else verdict)  # its condition is not judged without a context
