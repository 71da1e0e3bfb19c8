from __future__ import annotations

import pytest

from gate.identifiers import ARN, ID, NAME, Given, given, wanted
from gate.tree import Reference


@pytest.mark.parametrize(
    ("type_", "attribute", "expected"),
    [
        ("AWS::IAM::Role", "Ref", Given("AWS::IAM::Role", NAME)),
        ("AWS::IAM::Role", "Arn", Given("AWS::IAM::Role", ARN)),
        ("AWS::SNS::Topic", "Ref", Given("AWS::SNS::Topic", ARN)),
        ("AWS::SNS::Topic", "TopicName", Given("AWS::SNS::Topic", NAME)),
        ("AWS::SecretsManager::Secret", "Ref", Given("AWS::SecretsManager::Secret", ARN)),
        ("AWS::EC2::SecurityGroup", "GroupId", Given("AWS::EC2::SecurityGroup", ID)),
        ("AWS::EC2::SecurityGroup", "VpcId", Given("AWS::EC2::VPC", ID)),
        ("AWS::KMS::Key", "Ref", Given("AWS::KMS::Key", ID)),
        ("AWS::SQS::Queue", "Ref", Given("AWS::SQS::Queue", "URL")),
        ("AWS::ElasticLoadBalancingV2::LoadBalancer", "CanonicalHostedZoneID", Given("", ID)),
        ("AWS::SSM::Parameter", "Value", None),  # it may hold anything
        ("AWS::CloudFormation::CustomResource", "Ref", None),
        ("Custom::Network", "VpcId", None),
    ],
)
def test_what_a_reference_gives(type_: str, attribute: str, expected: Given | None) -> None:
    assert given(Reference("root", "Thing", type_, attribute)) == expected


@pytest.mark.parametrize(
    ("type_", "path", "types", "forms"),
    [
        ("AWS::ECS::Service", ("Cluster",), {"AWS::ECS::Cluster"}, set()),
        (
            "AWS::ECS::Service",
            ("LoadBalancers", 0, "TargetGroupArn"),
            {"AWS::ElasticLoadBalancingV2::TargetGroup"},
            {ARN},
        ),
        ("AWS::ElasticLoadBalancingV2::TargetGroup", ("VpcId",), {"AWS::EC2::VPC"}, {ID}),
        ("AWS::ApiGateway::Method", ("RestApiId",), {"AWS::ApiGateway::RestApi"}, set()),
        ("AWS::SQS::Queue", ("RedrivePolicy", "deadLetterTargetArn"), {"AWS::SQS::Queue"}, {ARN}),
        ("AWS::CloudWatch::Alarm", ("AlarmActions", 0), set(), {ARN}),
        ("AWS::IAM::Policy", ("Roles", 0), {"AWS::IAM::Role"}, {NAME}),
    ],
)
def test_what_a_property_takes(type_: str, path: tuple[str | int, ...], types: set[str], forms: set[str]) -> None:
    found = wanted(type_, path)
    assert found is not None
    assert found.types == types
    assert found.forms == forms


@pytest.mark.parametrize(
    ("type_", "path"),
    [
        ("AWS::ECS::Cluster", ("ClusterName",)),  # its own name
        ("AWS::IAM::Role", ("Policies", 0, "PolicyName")),
        ("AWS::ApiGateway::RestApi", ("Policy", "Statement", 0, "Resource")),  # a document
        ("AWS::ApplicationAutoScaling::ScalableTarget", ("ResourceId",)),
        ("Custom::Network", ("Size",)),
    ],
)
def test_what_denotes_nothing_takes_anything(type_: str, path: tuple[str | int, ...]) -> None:
    assert wanted(type_, path) is None


def test_a_key_may_be_named_by_an_alias_and_a_secret_by_its_attachment() -> None:
    key = wanted("AWS::SecretsManager::Secret", ("KmsKeyId",))
    secret = wanted("AWS::SecretsManager::RotationSchedule", ("SecretId",))
    assert key is not None
    assert secret is not None
    assert {"AWS::KMS::Key", "AWS::KMS::Alias"} <= key.types
    assert "AWS::SecretsManager::SecretTargetAttachment" in secret.types
