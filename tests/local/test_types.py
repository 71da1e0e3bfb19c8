"""The types that ministack lacks are there, and those that it has answer for every attribute of their schemas."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

import local
from tests.local.client import Client, Template
from tests.local.trees import att, outputs, ref, template

pytestmark = pytest.mark.slow

MATH: Any = [
    {"Id": "sum", "Expression": "a + b", "ReturnData": True},
    {"Id": "a", "MetricStat": {"Metric": {"Namespace": "N", "MetricName": "A"}, "Period": 60, "Stat": "Sum"}},
]
ALARM = {"ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": "1", "Threshold": "5"}

TYPES: list[tuple[str, dict[str, Any], str, str]] = [
    ("AWS::EC2::EIP", {"Domain": "vpc"}, "198.1", "AllocationId"),
    ("AWS::EC2::NatGateway", {"SubnetId": "subnet-1", "AvailabilityMode": "zonal"}, "nat-", "EniId"),
    ("AWS::EC2::FlowLog", {"ResourceId": "vpc-1", "ResourceType": "VPC", "TrafficType": "ALL"}, "fl-", "Id"),
    ("AWS::EC2::SecurityGroupIngress", {"IpProtocol": "tcp", "FromPort": "443", "ToPort": "443"}, "sgr-", "Id"),
    ("AWS::CloudTrail::Trail", {"S3BucketName": "audit", "IsLogging": "true"}, "shop-It-", "Arn"),
    (
        "AWS::ApplicationAutoScaling::ScalableTarget",
        {
            "MaxCapacity": "4",
            "MinCapacity": "1",
            "ResourceId": "service/c/s",
            "ScalableDimension": "ecs:service:DesiredCount",
            "ServiceNamespace": "ecs",
        },
        "service/c/s|ecs:service:DesiredCount|ecs",
        "Id",
    ),
    (
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        {"PolicyName": "cpu", "PolicyType": "TargetTrackingScaling"},
        "arn:aws:autoscaling:us-east-1:000000000000:scalingPolicy:",
        "Arn",
    ),
    (
        "AWS::ECS::ClusterCapacityProviderAssociations",
        {
            "Cluster": "main",
            "CapacityProviders": ["FARGATE"],
            "DefaultCapacityProviderStrategy": [{"CapacityProvider": "FARGATE", "Weight": "1"}],
        },
        "main",
        "Cluster",
    ),
    ("AWS::SecretsManager::RotationSchedule", {"SecretId": "arn:aws:x"}, "arn:aws:x", "Id"),
    ("AWS::ApiGateway::VpcLink", {"Name": "link", "TargetArns": ["arn:aws:x"]}, "", "VpcLinkId"),
    ("AWS::ApiGatewayV2::VpcLink", {"Name": "link", "SubnetIds": ["subnet-1"]}, "", "VpcLinkId"),
    ("AWS::CloudWatch::CompositeAlarm", {"AlarmRule": "ALARM(a)"}, "shop-It-", "Arn"),
    ("AWS::CloudWatch::Alarm", {**ALARM, "Metrics": MATH}, "shop-It-", "Arn"),
    (
        "AWS::WAFv2::WebACLAssociation",
        {
            "ResourceArn": "arn:aws:apigateway:us-east-1::/restapis/a/stages/b",
            "WebACLArn": "arn:aws:wafv2:us-east-1:000000000000:regional/webacl/a/b",
        },
        "arn:aws:apigateway:us-east-1::/restapis/a/stages/b|arn:aws:wafv2:",
        "WebACLArn",
    ),
]


@pytest.mark.parametrize(("resource_type", "properties", "start", "attribute"), TYPES)
def test_a_type_that_ministack_lacks_is_completed(
    client: Client, resource_type: str, properties: dict[str, Any], start: str, attribute: str
) -> None:
    resource = {"Type": resource_type, "Properties": properties}
    tree = template({"It": resource}, Outputs=outputs(Ref=ref("It"), Attribute=att("It", attribute)))
    assert client.create(tree) == "CREATE_COMPLETE"
    assert client.outputs()["Ref"].startswith(start)
    assert client.outputs()["Attribute"]
    (found,) = local.resources(client.cloud)
    assert (found.backing, found.physical_id) == ("schema", client.outputs()["Ref"])
    assert client.delete() == "DELETE_COMPLETE"


def alarm(**properties: Any) -> Template:
    return template({"It": {"Type": "AWS::CloudWatch::Alarm", "Properties": {**ALARM, **properties}}})


def test_an_alarm_moves_between_the_service_and_its_schema(client: Client) -> None:
    watch = boto3.client("cloudwatch", **client.arguments)
    names = [
        [found["AlarmName"] for found in watch.describe_alarms()["MetricAlarms"]]
        for deploy, properties in (
            (client.create, {"Namespace": "N", "MetricName": "A"}),
            (client.update, {"Metrics": MATH}),
            (client.update, {"Namespace": "N", "MetricName": "A"}),
        )
        if deploy(alarm(AlarmName="it", **properties)).endswith("E_COMPLETE")
    ]
    assert names == [["it"], [], ["it"]]
    watch.close()


def cluster(**properties: Any) -> Template:
    return template(
        {
            "Cluster": {"Type": "AWS::RDS::DBCluster", "DeletionPolicy": "Delete", "Properties": {
                "DBClusterIdentifier": "main",
                "Engine": "aurora-postgresql",
                "ManageMasterUserPassword": "true",
                "MasterUsername": "owner",
                "BackupRetentionPeriod": "7",
                **properties,
            }},
        },
        Outputs=outputs(
            Secret=att("Cluster", "MasterUserSecret.SecretArn"),
            Writer=att("Cluster", "Endpoint.Address"),
            Port=att("Cluster", "Endpoint.Port"),
            Readers=att("Cluster", "ReadEndpoint.Address"),
        ),
    )  # fmt: skip


def test_attributes_that_ministack_leaves_out_are_filled(client: Client) -> None:
    assert client.create(cluster()) == "CREATE_COMPLETE"
    before = client.outputs()
    assert before["Secret"].startswith("arn:aws:secretsmanager:us-east-1:000000000000:secret:")
    assert before["Writer"].endswith(".us-east-1.rds.amazonaws.com")
    assert before["Readers"] != before["Writer"]
    assert before["Port"].isdigit()
    assert client.update(cluster(BackupRetentionPeriod="14")) == "UPDATE_COMPLETE"
    assert client.outputs() == before
    databases = boto3.client("rds", **client.arguments)
    assert databases.describe_db_clusters()["DBClusters"][0]["BackupRetentionPeriod"] == 14
    databases.close()


def test_deletion_protection_protects_until_it_is_lifted_by_hand(client: Client) -> None:
    client.create(cluster(DeletionProtection="true"))
    assert client.delete() == "DELETE_FAILED"
    reason = "Cannot delete protected main, please disable deletion protection and try again."
    assert ("Cluster", "DELETE_FAILED", reason) in client.events("shop")
    databases = boto3.client("rds", **client.arguments)
    databases.modify_db_cluster(DBClusterIdentifier="main", DeletionProtection=False, ApplyImmediately=True)
    assert client.delete() == "DELETE_COMPLETE"
    databases.close()


def test_a_cache_has_endpoints_of_its_own(client: Client) -> None:
    group = {"Type": "AWS::ElastiCache::ReplicationGroup", "Properties": {
        "ReplicationGroupDescription": "cache",
        "Engine": "valkey",
        "CacheNodeType": "cache.t4g.small",
        "NumCacheClusters": "2",
        "AutomaticFailoverEnabled": "true",
        "TransitEncryptionEnabled": "true",
    }}  # fmt: skip
    tree = template({"Cache": group}, Outputs=outputs(
        Primary=att("Cache", "PrimaryEndPoint.Address"), Readers=att("Cache", "ReaderEndPoint.Address"),
    ))  # fmt: skip
    assert client.create(tree) == "CREATE_COMPLETE"
    found = client.outputs()
    assert all(address.endswith(".us-east-1.elasticache.amazonaws.com") for address in found.values())
    assert found["Primary"] != found["Readers"]


@pytest.mark.parametrize(
    ("resource_type", "properties", "reason"),
    [
        ("AWS::EC2::NatGateway", {"Subnet": "subnet-1"}, "#: extraneous key [Subnet] is not permitted"),
        ("AWS::EC2::FlowLog", {"ResourceType": "Cloud"}, "#/ResourceType: Cloud is not a valid enum value"),
        ("AWS::SQS::Queue", {"Colour": "red"}, "#: extraneous key [Colour] is not permitted"),
        ("AWS::Kinesis::Stream", {"StreamEncryption": {"EncryptionType": "KMS"}}, "required key [KeyId] not found"),
        ("AWS::ElastiCache::ReplicationGroup", {}, "#: required key [ReplicationGroupDescription] not found"),
    ],
)  # fmt: skip
def test_properties_are_validated_against_the_registry(
    client: Client, resource_type: str, properties: dict[str, Any], reason: str
) -> None:
    assert client.create(template({"It": {"Type": resource_type, "Properties": properties}})) == "ROLLBACK_COMPLETE"
    failure = next(event[2] for event in client.events("shop") if event[:2] == ("It", "CREATE_FAILED"))
    assert failure.startswith("Properties validation failed for resource It with message:\n")
    assert reason in failure


def test_dead_letters_reach_their_queue(client: Client) -> None:
    """A property of ministack's own service still does what it says."""
    tree = template({
        "Dead": {"Type": "AWS::SQS::Queue"},
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {
            "QueueName": "work",
            "RedrivePolicy": {"deadLetterTargetArn": att("Dead", "Arn"), "maxReceiveCount": "3"},
        }},
    })  # fmt: skip
    assert client.create(tree) == "CREATE_COMPLETE"
    queues = boto3.client("sqs", **client.arguments)
    url = queues.get_queue_url(QueueName="work")["QueueUrl"]
    policy = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])["Attributes"]["RedrivePolicy"]
    assert int(json.loads(policy)["maxReceiveCount"]) == 3
    queues.close()
