from __future__ import annotations

import re
from dataclasses import replace

import pytest

from local.emulator.identity import Names, answers, partition, service
from local.emulator.schema import Document, check
from tests.local.test_schema import REGISTRY

NAMES = Names("shop-Nat-0F1E2D3C4B5A6", "eu-west-1", "000000000000")


def schema(resource_type: str) -> Document:
    found = REGISTRY.schema(resource_type, "eu-west-1")
    assert found
    return found


@pytest.mark.parametrize(
    ("resource_type", "properties", "pattern"),
    [
        ("AWS::EC2::NatGateway", {}, r"nat-[0-9a-f]{17}"),
        ("AWS::EC2::FlowLog", {}, r"fl-[0-9a-f]{17}"),
        ("AWS::EC2::EIP", {}, r"198\.1[89]\.\d+\.\d+"),
        ("AWS::EC2::SecurityGroupIngress", {}, r"sgr-[0-9a-f]{17}"),
        ("AWS::ApiGateway::VpcLink", {}, r"[a-z0-9]{10}"),
        ("AWS::CloudTrail::Trail", {"TrailName": "trail"}, r"trail"),
        ("AWS::CloudTrail::Trail", {}, r"shop-Nat-0F1E2D3C4B5A6"),
        ("AWS::CloudWatch::CompositeAlarm", {"AlarmName": "unhealthy"}, r"unhealthy"),
        (
            "AWS::ApplicationAutoScaling::ScalableTarget",
            {"ResourceId": "service/c/s", "ScalableDimension": "ecs:service:DesiredCount", "ServiceNamespace": "ecs"},
            r"service/c/s\|ecs:service:DesiredCount\|ecs",
        ),
        ("AWS::ApplicationAutoScaling::ScalingPolicy", {}, r"arn:aws:autoscaling:eu-west-1:0{12}:scalingPolicy:.*"),
        ("AWS::SecretsManager::RotationSchedule", {"SecretId": "arn:aws:secret"}, r"arn:aws:secret"),
        ("AWS::WAFv2::WebACLAssociation", {"ResourceArn": "arn:a", "WebACLArn": "arn:b"}, r"arn:a\|arn:b"),
    ],
)
def test_ref_has_the_form_of_the_real_one(resource_type: str, properties: Document, pattern: str) -> None:
    reference, _ = answers(schema(resource_type), properties, NAMES)
    assert re.fullmatch(pattern, reference)


@pytest.mark.parametrize(
    ("resource_type", "attribute", "start"),
    [
        ("AWS::EC2::EIP", "AllocationId", "eipalloc-"),
        ("AWS::EC2::NatGateway", "EniId", "eni-"),
        ("AWS::CloudTrail::Trail", "Arn", "arn:aws:cloudtrail:eu-west-1:000000000000:trail/shop-"),
        ("AWS::CloudWatch::CompositeAlarm", "Arn", "arn:aws:cloudwatch:eu-west-1:000000000000:alarm:shop-"),
        ("AWS::RDS::DBCluster", "MasterUserSecret.SecretArn", "arn:aws:secretsmanager:eu-west-1:000000000000:secret:"),
        ("AWS::IAM::ServerCertificate", "Arn", "arn:aws:iam::000000000000:"),
    ],
)
def test_an_attribute_has_the_form_of_the_real_one(resource_type: str, attribute: str, start: str) -> None:
    _, found = answers(schema(resource_type), {}, NAMES)
    assert found[attribute].startswith(start)


def test_endpoints_are_hosts_and_differ() -> None:
    _, found = answers(schema("AWS::RDS::DBCluster"), {}, NAMES)
    writer, readers = found["Endpoint.Address"], found["ReadEndpoint.Address"]
    assert writer.endswith(".eu-west-1.rds.amazonaws.com")
    assert readers.endswith(".eu-west-1.rds.amazonaws.com")
    assert writer != readers


@pytest.mark.parametrize("change", [{"name": "shop-Other-1"}, {"region": "eu-west-2"}, {"account": "111111111111"}])
def test_every_resource_answers_for_itself(change: dict[str, str]) -> None:
    nat = schema("AWS::EC2::NatGateway")
    assert answers(nat, {}, NAMES) == answers(nat, {}, NAMES)
    assert answers(nat, {}, NAMES) != answers(nat, {}, replace(NAMES, **change))


def test_every_type_of_the_registry_answers_and_nine_tenths_of_the_values_fit_their_schema() -> None:
    fitting = total = 0
    for resource_type in REGISTRY.types():
        root = schema(resource_type)
        reference, found = answers(root, {}, NAMES)
        assert reference
        for name in (
            pointer.split("/")[-1] for pointer in root.get("readOnlyProperties", ()) if pointer.count("/") == 2
        ):
            total += 1
            fitting += next(check(root, root["properties"].get(name, {}), found[name], "#"), None) is None
    assert fitting / total > 0.9


@pytest.mark.parametrize(
    ("region", "expected"), [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")]
)
def test_the_partition_follows_from_the_region(region: str, expected: str) -> None:
    assert partition(region) == expected


@pytest.mark.parametrize(
    ("resource_type", "expected"),
    [
        ("AWS::ApplicationAutoScaling::ScalableTarget", "autoscaling"),
        ("AWS::ElasticLoadBalancingV2::TrustStore", "elasticloadbalancing"),
        ("AWS::EC2::FlowLog", "ec2"),
        ("AWS::EFS::FileSystem", "elasticfilesystem"),
    ],
)
def test_the_service_follows_from_the_permissions(resource_type: str, expected: str) -> None:
    assert service(schema(resource_type)) == expected
