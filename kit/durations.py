"""How long a resource takes, per type: historical averages, refined by what our own deployments took."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

AVERAGES: dict[str, tuple[int, int]] = {
    "AWS::ApiGateway::Account": (2, 1),
    "AWS::ApiGateway::ApiKey": (2, 1),
    "AWS::ApiGateway::Deployment": (3, 2),
    "AWS::ApiGateway::Method": (2, 2),
    "AWS::ApiGateway::Model": (2, 2),
    "AWS::ApiGateway::RequestValidator": (2, 4),
    "AWS::ApiGateway::Resource": (2, 0),
    "AWS::ApiGateway::RestApi": (2, 2),
    "AWS::ApiGateway::Stage": (2, 2),
    "AWS::ApiGateway::UsagePlan": (2, 1),
    "AWS::ApiGateway::UsagePlanKey": (2, 0),
    "AWS::ApiGateway::VpcLink": (429, 2),
    "AWS::ApiGatewayV2::VpcLink": (124, 0),
    "AWS::ApplicationAutoScaling::ScalableTarget": (2, 0),
    "AWS::ApplicationAutoScaling::ScalingPolicy": (1, 0),
    "AWS::CloudTrail::Trail": (2, 2),
    "AWS::CloudWatch::Alarm": (2, 0),
    "AWS::CloudWatch::CompositeAlarm": (1, 2),
    "AWS::CloudWatch::Dashboard": (2, 1),
    "AWS::EC2::EIP": (17, 2),
    "AWS::EC2::FlowLog": (2, 2),
    "AWS::EC2::InternetGateway": (17, 16),
    "AWS::EC2::NatGateway": (106, 5),
    "AWS::EC2::Route": (2, 0),
    "AWS::EC2::RouteTable": (12, 11),
    "AWS::EC2::SecurityGroup": (6, 2),
    "AWS::EC2::SecurityGroupEgress": (3, 1),
    "AWS::EC2::SecurityGroupIngress": (2, 1),
    "AWS::EC2::Subnet": (4, 10),
    "AWS::EC2::SubnetRouteTableAssociation": (2, 0),
    "AWS::EC2::VPC": (12, 2),
    "AWS::EC2::VPCEndpoint": (47, 11),
    "AWS::EC2::VPCGatewayAttachment": (12, 11),
    "AWS::ECS::Cluster": (5, 2),
    "AWS::ECS::ClusterCapacityProviderAssociations": (13, 31),
    "AWS::ECS::Service": (119, 71),
    "AWS::ECS::TaskDefinition": (4, 2),
    "AWS::EFS::AccessPoint": (5, 2),
    "AWS::EFS::FileSystem": (5, 5),
    "AWS::EFS::MountTarget": (93, 0),
    "AWS::ElastiCache::ParameterGroup": (1, 2),
    "AWS::ElastiCache::ReplicationGroup": (712, 208),
    "AWS::ElastiCache::SubnetGroup": (2, 2),
    "AWS::ElastiCache::User": (2, 1),
    "AWS::ElastiCache::UserGroup": (42, 2),
    "AWS::ElasticLoadBalancingV2::Listener": (2, 1),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": (116, 2),
    "AWS::ElasticLoadBalancingV2::TargetGroup": (18, 6),
    "AWS::Events::Rule": (62, 1),
    "AWS::IAM::ManagedPolicy": (16, 1),
    "AWS::IAM::Policy": (17, 3),
    "AWS::IAM::Role": (12, 17),
    "AWS::KMS::Alias": (62, 13),
    "AWS::KMS::Key": (122, 71),
    "AWS::Kinesis::Stream": (14, 29),
    "AWS::Lambda::Function": (25, 12),
    "AWS::Lambda::Permission": (1, 0),
    "AWS::Logs::LogGroup": (1, 1),
    "AWS::Logs::MetricFilter": (2, 2),
    "AWS::Logs::ResourcePolicy": (1, 1),
    "AWS::RDS::DBCluster": (222, 62),
    "AWS::RDS::DBClusterParameterGroup": (2, 2),
    "AWS::RDS::DBInstance": (595, 171),
    "AWS::RDS::DBParameterGroup": (2, 2),
    "AWS::RDS::DBSubnetGroup": (2, 2),
    "AWS::S3::Bucket": (30, 31),
    "AWS::S3::BucketPolicy": (12, 12),
    "AWS::SNS::Subscription": (2, 2),
    "AWS::SNS::Topic": (4, 7),
    "AWS::SNS::TopicPolicy": (1, 1),
    "AWS::SQS::Queue": (72, 2),
    "AWS::SQS::QueuePolicy": (1, 0),
    "AWS::SecretsManager::RotationSchedule": (17, 1),
    "AWS::SecretsManager::Secret": (1, 2),
    "AWS::WAFv2::LoggingConfiguration": (2, 1),
    "AWS::WAFv2::WebACL": (7, 9),
    "AWS::WAFv2::WebACLAssociation": (5, 1),
}
"""Seconds to create and to update. Historical averages shipped with AWS's own rain, at commit d085ec5b of 2026-07-10:
https://github.com/aws-cloudformation/rain/blob/main/internal/cmd/forecast/estimate.go"""

OTHERWISE = 5
"""Seconds for a type that is not in the table; most of those in rain's take 1 to 5."""

Recorded = dict[str, dict[str, list[int]]]
"""Seconds by resource type and action (``create``, ``update``), oldest first."""


def expected_seconds(
    resource_type: str, action: str, recorded: Mapping[str, Mapping[str, list[int]]] | None = None
) -> int:
    """Return the seconds that ``action`` (``create`` or ``update``) is expected to take.

    The median of our own recorded deployments, where there are any, beats the table.
    """
    own = (recorded or {}).get(resource_type, {}).get(action)
    if own:
        return round(statistics.median(own))
    create, update = AVERAGES.get(resource_type, (OTHERWISE, OTHERWISE))
    return update if action == "update" else create
