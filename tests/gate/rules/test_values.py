"""Values against what their services accept: one bad value each, and templates in other styles that are right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gate.rules import all_rules
from tests.gate.rules.cases import tree_of

FAMILY = [rule for rule in all_rules() if rule.id.startswith("E91")]
POSTGRES = {"Engine": "aurora-postgresql", "MasterUsername": "keeper", "ManageMasterUserPassword": True}
INSTANCE = {
    "Engine": "postgres",
    "DBInstanceClass": "db.t4g.small",
    "AllocatedStorage": "20",
    "MasterUsername": "keeper",
}
MANAGED = {**INSTANCE, "ManageMasterUserPassword": True}
GROUP = {"ReplicationGroupDescription": "sessions", "CacheNodeType": "cache.t4g.small"}
FARGATE = {"RequiresCompatibilities": ["FARGATE"], "NetworkMode": "awsvpc", "Cpu": "256", "Memory": "512"}
WEB = {"Name": "web", "Image": "public.ecr.aws/nginx/nginx:stable"}
TARGETS = {"Port": 80, "Protocol": "HTTP", "VpcId": "vpc-0123456789abcdef0"}
METHOD = {"RestApiId": "a1b2c3d4e5", "ResourceId": "abc123", "HttpMethod": "GET", "AuthorizationType": "AWS_IAM"}
FUNCTION = {"Role": "arn:aws:iam::123456789012:role/r", "Runtime": "python3.13", "Handler": "index.handler"}
INLINE = {**FUNCTION, "Code": {"ZipFile": "def handler(event, context): return event"}}
ALARM = {
    "Namespace": "AWS/SQS",
    "MetricName": "ApproximateAgeOfOldestMessage",
    "Statistic": "Maximum",
    "Period": 60,
    "EvaluationPeriods": 3,
    "Threshold": 60,
    "ComparisonOperator": "GreaterThanThreshold",
}
SCALING = {"ServiceNamespace": "ecs", "ScalableDimension": "ecs:service:DesiredCount", "ResourceId": "service/a/b"}
POLICY = {"PolicyName": "cpu", "ScalingTargetId": "target"}
SEEN = {"CloudWatchMetricsEnabled": True, "SampledRequestsEnabled": True, "MetricName": "seen"}
ACL = {"Scope": "REGIONAL", "DefaultAction": {"Allow": {}}, "VisibilityConfig": SEEN}
LATER = {"Fn::ImportValue": "elsewhere"}
KEY = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"


def found(type_: str, properties: dict[str, Any], folder: Path) -> set[str]:
    template = {"Resources": {"It": {"Type": f"AWS::{type_}", "Properties": properties}}}
    tree = tree_of(json.dumps(template), folder)
    return {finding.rule for rule in FAMILY for finding in rule.findings(tree)}


BAD: list[tuple[str, str, dict[str, Any]]] = [
    ("E9103", "ECS::TaskDefinition", {**FARGATE, "Memory": "513", "ContainerDefinitions": [WEB]}),
    ("E9103", "ECS::TaskDefinition", {**FARGATE, "NetworkMode": "bridge", "ContainerDefinitions": [WEB]}),
    ("E9103", "RDS::DBCluster", {**POSTGRES, "EngineVersion": "16.99"}),
    ("E9103", "RDS::DBInstance", {**MANAGED, "DBInstanceClass": "cache.t4g.small"}),
    ("E9103", "EC2::SecurityGroupIngress", {"GroupId": "sg-12345678", "IpProtocol": "tcp", "CidrIp": "10.0.0.0/8"}),
    ("E9105", "RDS::DBCluster", {**POSTGRES, "PreferredBackupWindow": "sun:03:00-sun:04:00"}),
    ("E9105", "RDS::DBCluster", {**POSTGRES, "PreferredBackupWindow": "03:00-03:20"}),
    ("E9105", "ElastiCache::ReplicationGroup", {**GROUP, "PreferredMaintenanceWindow": "sun:04:00-sun:04:45"}),
    ("E9105", "ElastiCache::ReplicationGroup", {**GROUP, "PreferredMaintenanceWindow": "sun:24:00-mon:01:00"}),
    ("E9105", "MemoryDB::Cluster", {"MaintenanceWindow": "sun"}),
    (
        "E9106",
        "RDS::DBCluster",
        {**POSTGRES, "PreferredBackupWindow": "23:00-01:00", "PreferredMaintenanceWindow": "mon:00:30-mon:02:00"},
    ),
    ("E9108", "RDS::DBCluster", {**POSTGRES, "ServerlessV2ScalingConfiguration": {"MaxCapacity": 4}}),
    ("E9108", "RDS::DBCluster", {**POSTGRES, "ServerlessV2ScalingConfiguration": {"MinCapacity": 5, "MaxCapacity": 4}}),
    (
        "E9108",
        "RDS::DBCluster",
        {**POSTGRES, "EngineVersion": "15.4", "ServerlessV2ScalingConfiguration": {"MinCapacity": 0, "MaxCapacity": 4}},
    ),
    ("E9110", "RDS::DBCluster", {**POSTGRES, "DatabaseName": "9films"}),
    ("E9110", "RDS::DBCluster", {**POSTGRES, "Port": 80}),
    ("E9110", "RDS::DBCluster", {**POSTGRES, "EnableCloudwatchLogsExports": ["slowquery"]}),
    ("E9110", "RDS::DBCluster", {**POSTGRES, "MasterUserPassword": "correct-horse"}),
    ("E9110", "RDS::DBCluster", {"Engine": "aurora-postgresql", "MasterUsername": "keeper"}),
    ("E9110", "RDS::DBCluster", {**POSTGRES, "KmsKeyId": KEY}),
    ("E9110", "RDS::DBCluster", {**POSTGRES, "DatabaseInsightsMode": "advanced", "PerformanceInsightsEnabled": True}),
    ("E9110", "RDS::DBCluster", {**POSTGRES, "PerformanceInsightsRetentionPeriod": 30}),
    ("E9110", "RDS::DBInstance", {**INSTANCE, "MasterUserPassword": "short"}),
    ("E9110", "RDS::DBInstance", {**INSTANCE, "MasterUserPassword": "with@sign-in-it"}),
    ("E9110", "RDS::DBInstance", {**MANAGED, "MasterUsername": "admin"}),
    ("E9110", "RDS::DBInstance", {**MANAGED, "MonitoringInterval": 60}),
    ("E9110", "RDS::DBInstance", {**MANAGED, "MultiAZ": True, "AvailabilityZone": "us-east-1a"}),
    ("E9110", "RDS::DBSubnetGroup", {"DBSubnetGroupDescription": "d", "SubnetIds": [], "DBSubnetGroupName": "default"}),
    ("E9114", "ElastiCache::ReplicationGroup", {**GROUP, "ReplicationGroupId": "films--cache"}),
    ("E9114", "ElastiCache::ReplicationGroup", {**GROUP, "ReplicationGroupId": "f" * 41}),
    ("E9114", "ElastiCache::ReplicationGroup", {**GROUP, "AutomaticFailoverEnabled": True}),
    ("E9114", "ElastiCache::ReplicationGroup", {**GROUP, "MultiAZEnabled": True, "NumCacheClusters": 2}),
    ("E9114", "ElastiCache::ReplicationGroup", {**GROUP, "TransitEncryptionMode": "required"}),
    ("E9114", "ElastiCache::ReplicationGroup", {**GROUP, "UserGroupIds": ["people"]}),
    ("E9114", "ElastiCache::ReplicationGroup", {**GROUP, "NumNodeGroups": 2}),
    ("E9114", "ElastiCache::ReplicationGroup", {**GROUP, "KmsKeyId": KEY}),
    ("E9114", "ElastiCache::ReplicationGroup", {**GROUP, "SnapshotRetentionLimit": 36}),
    ("E9114", "ElastiCache::CacheCluster", {"CacheNodeType": "cache.t4g.small", "Engine": "redis", "NumCacheNodes": 2}),
    ("E9115", "ElastiCache::ReplicationGroup", {**GROUP, "Engine": "valkey", "EngineVersion": "7.1"}),
    ("E9116", "Kinesis::Stream", {"ShardCount": 1, "RetentionPeriodHours": 12}),
    ("E9116", "Kinesis::Stream", {"StreamModeDetails": {"StreamMode": "PROVISIONED"}}),
    ("E9116", "SQS::Queue", {"QueueName": "work.items"}),
    ("E9116", "SQS::Queue", {"QueueName": "work.fifo"}),
    ("E9116", "SQS::Queue", {"RedrivePolicy": {"deadLetterTargetArn": "a"}}),
    ("E9116", "SQS::Queue", {"RedrivePolicy": {"deadLetterTargetArn": "a", "maxReceiveCount": 1001}}),
    ("E9116", "SQS::Queue", {"RedrivePolicy": {"DeadLetterTargetArn": "a", "MaxReceiveCount": 3}}),
    ("E9116", "SQS::Queue", {"SqsManagedSseEnabled": True, "KmsMasterKeyId": "alias/aws/sqs"}),
    ("E9116", "SNS::Topic", {"FifoTopic": True, "TopicName": "news"}),
    ("E9116", "SNS::Topic", {"TopicName": "all news"}),
    ("E9116", "SNS::Subscription", {"TopicArn": "t", "Protocol": "mail", "Endpoint": "a@b.c"}),
    ("E9116", "SNS::Subscription", {"TopicArn": "t", "Protocol": "email", "Endpoint": "nobody"}),
    ("E9116", "SNS::Subscription", {"TopicArn": "t", "Protocol": "https", "Endpoint": "http://a.b"}),
    ("E9120", "EFS::FileSystem", {"ThroughputMode": "provisioned"}),
    ("E9120", "EFS::FileSystem", {"ThroughputMode": "elastic", "PerformanceMode": "maxIO"}),
    ("E9120", "EFS::FileSystem", {"KmsKeyId": KEY}),
    ("E9120", "EFS::FileSystem", {"LifecyclePolicies": [{"TransitionToArchive": "AFTER_90_DAYS"}]}),
    ("E9121", "EFS::FileSystem", {"LifecyclePolicies": [{"TransitionToIA": "AFTER_7_DAYS"}] * 2}),
    ("E9124", "ECS::TaskDefinition", {"Memory": "512", "ContainerDefinitions": [{**WEB, "Image": "Films/Web"}]}),
    ("E9124", "ECS::TaskDefinition", {"Memory": "512", "ContainerDefinitions": [{**WEB, "Name": "web.1"}]}),
    (
        "E9124",
        "ECS::TaskDefinition",
        {"Memory": "512", "ContainerDefinitions": [{**WEB, "HealthCheck": {"Command": ["curl", "localhost"]}}]},
    ),
    ("E9124", "ECS::TaskDefinition", {**FARGATE, "ContainerDefinitions": [WEB], "EphemeralStorage": {"SizeInGiB": 20}}),
    ("E9125", "ECS::TaskDefinition", {**FARGATE, "ContainerDefinitions": [{**WEB, "StopTimeout": 300}]}),
    (
        "E9125",
        "ECS::TaskDefinition",
        {**FARGATE, "ContainerDefinitions": [WEB], "Volumes": [{"Name": "a", "Host": {"SourcePath": "/a"}}]},
    ),
    ("E9126", "ECS::TaskDefinition", {**FARGATE, "ContainerDefinitions": [{**WEB, "Memory": 1024}]}),
    ("E9126", "ECS::TaskDefinition", {"ContainerDefinitions": [WEB]}),
    ("E9126", "ECS::TaskDefinition", {"ContainerDefinitions": [{**WEB, "Memory": 64, "MemoryReservation": 128}]}),
    (
        "E9127",
        "ECS::TaskDefinition",
        {
            "Memory": "512",
            "ContainerDefinitions": [
                WEB,
                {**WEB, "Name": "side", "DependsOn": [{"ContainerName": "web", "Condition": "HEALTHY"}]},
            ],
        },
    ),
    (
        "E9127",
        "ECS::TaskDefinition",
        {
            "Memory": "512",
            "ContainerDefinitions": [
                {
                    **WEB,
                    "Environment": [{"Name": "TOKEN", "Value": "x"}],
                    "Secrets": [{"Name": "TOKEN", "ValueFrom": "token"}],
                }
            ],
        },
    ),
    ("E9130", "ECS::Service", {"LaunchType": "FARGATE", "DesiredCount": 1}),
    (
        "E9130",
        "ECS::Service",
        {"LaunchType": "EC2", "CapacityProviderStrategy": [{"CapacityProvider": "a", "Weight": 1}]},
    ),
    ("E9130", "ECS::Service", {"SchedulingStrategy": "DAEMON", "DesiredCount": 1}),
    (
        "E9130",
        "ECS::Service",
        {"AvailabilityZoneRebalancing": "ENABLED", "DeploymentConfiguration": {"MaximumPercent": 100}},
    ),
    ("E9131", "ECS::Service", {"CapacityProviderStrategy": [{"CapacityProvider": "FARGATE_SPOTS", "Weight": 1}]}),
    ("E9131", "ECS::Cluster", {"CapacityProviders": ["fargate"]}),
    (
        "E9131",
        "ECS::Service",
        {"CapacityProviderStrategy": [{"CapacityProvider": "FARGATE"}, {"CapacityProvider": "FARGATE_SPOT"}]},
    ),
    ("E9134", "ApplicationAutoScaling::ScalableTarget", {**SCALING, "MinCapacity": 3, "MaxCapacity": 2}),
    ("E9134", "ApplicationAutoScaling::ScalingPolicy", {**POLICY, "PolicyType": "TargetTrackingScaling"}),
    (
        "E9134",
        "ApplicationAutoScaling::ScalingPolicy",
        {
            **POLICY,
            "PolicyType": "TargetTrackingScaling",
            "TargetTrackingScalingPolicyConfiguration": {
                "TargetValue": 700,
                "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"},
            },
        },
    ),
    (
        "E9134",
        "ApplicationAutoScaling::ScalingPolicy",
        {
            **POLICY,
            "PolicyType": "StepScaling",
            "StepScalingPolicyConfiguration": {
                "AdjustmentType": "ChangeInCapacity",
                "StepAdjustments": [
                    {"MetricIntervalLowerBound": 0, "MetricIntervalUpperBound": 10, "ScalingAdjustment": 1},
                    {"MetricIntervalLowerBound": 20, "ScalingAdjustment": 2},
                ],
            },
        },
    ),
    ("E9136", "ElasticLoadBalancingV2::TargetGroup", {**TARGETS, "Name": "films-"}),
    ("E9136", "ElasticLoadBalancingV2::TargetGroup", {**TARGETS, "HealthCheckPath": "health"}),
    ("E9136", "ElasticLoadBalancingV2::TargetGroup", {**TARGETS, "Matcher": {"HttpCode": "200-599"}}),
    ("E9136", "ElasticLoadBalancingV2::TargetGroup", {**TARGETS, "Protocol": "TCP", "HealthCheckPath": "/"}),
    ("E9136", "ElasticLoadBalancingV2::TargetGroup", {"Port": 80, "Protocol": "HTTP"}),
    (
        "E9136",
        "ElasticLoadBalancingV2::Listener",
        {"LoadBalancerArn": "a", "Port": 80, "Protocol": "HTTP", "DefaultActions": [{"Type": "fixed-response"}]},
    ),
    (
        "E9136",
        "ElasticLoadBalancingV2::Listener",
        {
            "LoadBalancerArn": "a",
            "Port": 80,
            "Protocol": "HTTP",
            "DefaultActions": [
                {"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301", "Protocol": "#{protocol}"}}
            ],
        },
    ),
    (
        "E9137",
        "ElasticLoadBalancingV2::TargetGroup",
        {**TARGETS, "HealthCheckTimeoutSeconds": 30},
    ),
    ("E9137", "ElasticLoadBalancingV2::TargetGroup", {**TARGETS, "HealthCheckIntervalSeconds": 5}),
    (
        "E9138",
        "ElasticLoadBalancingV2::LoadBalancer",
        {
            "Subnets": ["subnet-12345678", "subnet-87654321"],
            "LoadBalancerAttributes": [{"Key": "idle_timeout", "Value": "60"}],
        },
    ),
    (
        "E9138",
        "ElasticLoadBalancingV2::LoadBalancer",
        {
            "Subnets": ["subnet-12345678", "subnet-87654321"],
            "LoadBalancerAttributes": [{"Key": "access_logs.s3.enabled", "Value": "true"}],
        },
    ),
    (
        "E9138",
        "ElasticLoadBalancingV2::LoadBalancer",
        {
            "Type": "network",
            "Subnets": ["subnet-12345678"],
            "LoadBalancerAttributes": [{"Key": "idle_timeout.timeout_seconds", "Value": "60"}],
        },
    ),
    (
        "E9138",
        "ElasticLoadBalancingV2::TargetGroup",
        {**TARGETS, "Protocol": "TCP", "TargetGroupAttributes": [{"Key": "stickiness.type", "Value": "lb_cookie"}]},
    ),
    ("E9116", "Kinesis::Stream", {"Name": "films"}),
    (
        "E9120",
        "EFS::FileSystem",
        {
            "LifecyclePolicies": [
                {"TransitionToIA": "AFTER_7_DAYS", "TransitionToPrimaryStorageClass": "AFTER_1_ACCESS"}
            ]
        },
    ),
    ("E9114", "ElastiCache::User", {"UserId": "u", "UserName": "u", "Engine": "redis", "AccessString": "enabled all"}),
    (
        "E9127",
        "ECS::TaskDefinition",
        {
            "Memory": "512",
            "ContainerDefinitions": [{**WEB, "Ulimits": [{"Name": "nofile", "SoftLimit": 2048, "HardLimit": 1024}]}],
        },
    ),
    (
        "E9127",
        "ECS::TaskDefinition",
        {"Memory": "512", "ContainerDefinitions": [{**WEB, "LogConfiguration": {"LogDriver": "awsfirelens"}}]},
    ),
    ("E9142", "ApiGateway::Resource", {"RestApiId": "a", "ParentId": "b", "PathPart": "films/{id}"}),
    ("E9142", "ApiGateway::Method", {**METHOD, "HttpMethod": "FETCH"}),
    ("E9142", "ApiGateway::Method", {**METHOD, "AuthorizationType": "CUSTOM"}),
    ("E9142", "ApiGateway::Method", {**METHOD, "Integration": {"Type": "HTTP_PROXY", "Uri": "https://a.b"}}),
    (
        "E9142",
        "ApiGateway::Method",
        {
            **METHOD,
            "Integration": {
                "Type": "HTTP_PROXY",
                "Uri": "https://a.b",
                "IntegrationHttpMethod": "GET",
                "ConnectionType": "VPC_LINK",
            },
        },
    ),
    ("E9142", "ApiGateway::Stage", {"RestApiId": "a", "StageName": "v1.0"}),
    ("E9142", "ApiGateway::RestApi", {"Name": "films", "EndpointConfiguration": {"Types": ["LOCAL"]}}),
    ("E9142", "ApiGatewayV2::Route", {"ApiId": "a", "RouteKey": "FETCH /films"}),
    (
        "E9143",
        "ApiGateway::Method",
        {
            **METHOD,
            "RequestParameters": {},
            "Integration": {
                "Type": "HTTP_PROXY",
                "Uri": "https://a.b/{id}",
                "IntegrationHttpMethod": "GET",
                "RequestParameters": {"integration.request.path.id": "method.request.path.id"},
            },
        },
    ),
    ("E9146", "Lambda::Function", {**FUNCTION, "Code": {}}),
    ("E9146", "Lambda::Function", {**INLINE, "VpcConfig": {"SubnetIds": ["subnet-12345678"]}}),
    ("E9146", "Lambda::Function", {**INLINE, "MemorySize": 10241}),
    ("E9147", "Lambda::Function", {**INLINE, "Environment": {"Variables": {"BIG": "x" * 4097}}}),
    ("E9146", "Lambda::Function", {**INLINE, "Handler": "index"}),
    ("E9148", "Lambda::Function", {**FUNCTION, "Runtime": "nodejs12.x", "Code": {"S3Bucket": "abc", "S3Key": "k"}}),
    ("E9150", "SecretsManager::Secret", {"GenerateSecretString": {"GenerateStringKey": "password"}}),
    ("E9150", "SecretsManager::Secret", {"SecretString": "x", "GenerateSecretString": {}}),
    ("E9150", "SecretsManager::Secret", {"Name": "films database"}),
    ("E9150", "SecretsManager::Secret", {"GenerateSecretString": {"PasswordLength": 3}}),
    ("E9150", "SecretsManager::RotationSchedule", {"SecretId": "a", "RotationRules": {"AutomaticallyAfterDays": 1001}}),
    ("E9150", "KMS::Alias", {"AliasName": "alias/aws/films", "TargetKeyId": "k"}),
    ("E9150", "KMS::Key", {"KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY", "EnableKeyRotation": True}),
    ("E9156", "CloudWatch::Alarm", {**ALARM, "DatapointsToAlarm": 4}),
    ("E9156", "CloudWatch::Alarm", {**ALARM, "Period": 3600, "EvaluationPeriods": 169}),
    ("E9156", "CloudWatch::Alarm", {**ALARM, "Period": 300, "EvaluationPeriods": 289}),
    ("E9156", "CloudWatch::Alarm", {key: value for key, value in ALARM.items() if key != "Threshold"}),
    ("E9156", "CloudWatch::Alarm", {key: value for key, value in ALARM.items() if key != "Statistic"}),
    (
        "E9156",
        "CloudWatch::Alarm",
        {
            "EvaluationPeriods": 1,
            "Threshold": 1,
            "ComparisonOperator": "GreaterThanThreshold",
            "Metrics": [{"Id": "rate", "Expression": "errors / requests"}],
        },
    ),
    ("E9158", "CloudWatch::CompositeAlarm", {"AlarmName": "a", "AlarmRule": "ALARM(one) ALARM(other)"}),
    ("E9158", "CloudWatch::CompositeAlarm", {"AlarmName": "a", "AlarmRule": "one OR other"}),
    ("E9159", "CloudWatch::Dashboard", {"DashboardBody": "{'widgets': []}"}),
    ("E9159", "CloudWatch::Dashboard", {"DashboardBody": '{"widgets": [{"type": "chart", "properties": {}}]}'}),
    ("E9162", "Events::Rule", {"ScheduleExpression": "cron(0 3 * * *)", "Targets": []}),
    ("E9162", "Events::Rule", {"ScheduleExpression": "cron(0 3 * * * *)", "Targets": []}),
    ("E9162", "Events::Rule", {"ScheduleExpression": "cron(0 24 * * ? *)", "Targets": []}),
    ("E9162", "Events::Rule", {"ScheduleExpression": "rate(5 minute)", "Targets": []}),
    ("E9164", "S3::Bucket", {"BucketName": "192.168.5.4"}),
    ("E9164", "S3::Bucket", {"LifecycleConfiguration": {"Rules": [{"Status": "Enabled"}]}}),
    (
        "E9164",
        "S3::Bucket",
        {
            "LifecycleConfiguration": {
                "Rules": [
                    {"Status": "Enabled", "Transitions": [{"StorageClass": "STANDARD_IA", "TransitionInDays": 10}]}
                ]
            }
        },
    ),
    ("E9164", "CloudTrail::Trail", {"S3BucketName": "abc", "IsLogging": True, "CloudWatchLogsRoleArn": KEY}),
    ("E9168", "WAFv2::WebACL", {**ACL, "DefaultAction": {}}),
    (
        "E9168",
        "WAFv2::WebACL",
        {
            **ACL,
            "Rules": [
                {
                    "Name": "common",
                    "Priority": 0,
                    "Action": {"Block": {}},
                    "VisibilityConfig": SEEN,
                    "Statement": {
                        "ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}
                    },
                }
            ],
        },
    ),
    (
        "E9168",
        "WAFv2::WebACL",
        {
            **ACL,
            "Rules": [
                {
                    "Name": "common",
                    "Priority": 0,
                    "OverrideAction": {"None": {}},
                    "VisibilityConfig": SEEN,
                    "Statement": {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedCommonRules"}},
                }
            ],
        },
    ),
    ("E9168", "WAFv2::IPSet", {"Scope": "REGIONAL", "IPAddressVersion": "IPV4", "Addresses": ["10.0.0.1"]}),
    ("E9172", "EC2::SecurityGroup", {"GroupDescription": "films", "GroupName": "sg-films"}),
    ("E9172", "EC2::SecurityGroup", {"GroupDescription": "the films' group"}),
    ("E9172", "EC2::NatGateway", {"SubnetId": "subnet-12345678"}),
    (
        "E9172",
        "EC2::FlowLog",
        {"ResourceType": "VPC", "ResourceId": "vpc-12345678", "TrafficType": "ALL", "LogGroupName": "flows"},
    ),
    ("E9176", "SQS::Queue", {"Tags": [{"Key": "aws:owner", "Value": "films"}]}),
    ("E9176", "SQS::Queue", {"Tags": [{"Key": f"Key{number}", "Value": ""} for number in range(51)]}),
    ("E9178", "CloudWatch::Alarm", {**ALARM, "Dimensions": [{"Name": "Q", "Value": "a"}, {"Name": "Q", "Value": "b"}]}),
]


@pytest.mark.parametrize(("rule", "type_", "properties"), BAD)
def test_a_value_that_the_service_refuses_is_found(
    rule: str, type_: str, properties: dict[str, Any], tmp_path: Path
) -> None:
    assert rule in found(type_, properties, tmp_path)


GOOD: list[tuple[str, dict[str, Any]]] = [
    ("RDS::DBCluster", {"Engine": "aurora-postgresql", "SnapshotIdentifier": "before", "KmsKeyId": KEY}),
    ("RDS::DBCluster", {"Engine": "aurora-mysql", "SourceDBClusterIdentifier": "c", "RestoreType": "copy-on-write"}),
    (
        "RDS::DBInstance",
        {"Engine": "aurora-postgresql", "DBInstanceClass": "db.serverless", "DBClusterIdentifier": "c"},
    ),
    ("RDS::DBInstance", {"DBInstanceClass": "db.t4g.small", "SourceDBInstanceIdentifier": "primary"}),
    ("RDS::DBInstance", {**INSTANCE, "MasterUserPassword": "{{resolve:secretsmanager:films:SecretString:password}}"}),
    ("RDS::DBInstance", {**MANAGED, "Engine": "Postgres", "PreferredMaintenanceWindow": "Mon:00:00-Mon:03:00"}),
    (
        "RDS::DBCluster",
        {**POSTGRES, "PreferredBackupWindow": "03:00-04:00", "PreferredMaintenanceWindow": "sun:04:00-sun:05:00"},
    ),
    (
        "ElastiCache::ReplicationGroup",
        {**GROUP, "NumNodeGroups": 3, "ReplicasPerNodeGroup": 1, "AutomaticFailoverEnabled": True},
    ),
    ("ElastiCache::ReplicationGroup", {**GROUP, "EngineVersion": "6.x", "NumCacheClusters": 1}),
    (
        "ElastiCache::ReplicationGroup",
        {**GROUP, "Engine": "valkey", "KmsKeyId": KEY, "TransitEncryptionEnabled": False},
    ),
    ("ElastiCache::ReplicationGroup", {"ReplicationGroupDescription": "d", "GlobalReplicationGroupId": "g"}),
    ("Kinesis::Stream", {"ShardCount": 1}),
    ("Kinesis::Stream", {"StreamModeDetails": {"StreamMode": "ON_DEMAND"}}),
    ("SQS::Queue", {"FifoQueue": True, "ContentBasedDeduplication": True, "QueueName": "work.fifo"}),
    (
        "SQS::Queue",
        {"RedrivePolicy": {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:d", "maxReceiveCount": "5"}},
    ),
    ("SNS::Topic", {"FifoTopic": True, "TopicName": "news.fifo"}),
    (
        "SNS::Subscription",
        {"TopicArn": "arn:aws:sns:us-east-1:123456789012:t", "Protocol": "email", "Endpoint": "a@b.example"},
    ),
    (
        "EFS::FileSystem",
        {
            "LifecyclePolicies": [
                {"TransitionToIA": "AFTER_30_DAYS"},
                {"TransitionToPrimaryStorageClass": "AFTER_1_ACCESS"},
            ]
        },
    ),
    (
        "ECS::TaskDefinition",
        {**FARGATE, "Cpu": "1 vCPU", "Memory": "2 GB", "ContainerDefinitions": [{**WEB, "Memory": 2048}]},
    ),
    (
        "ECS::TaskDefinition",
        {"ContainerDefinitions": [{**WEB, "MemoryReservation": 128, "Privileged": True, "StopTimeout": 600}]},
    ),
    (
        "ECS::TaskDefinition",
        {
            **FARGATE,
            "ContainerDefinitions": [
                {**WEB, "Image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/films/web@sha256:" + "a" * 64}
            ],
        },
    ),
    (
        "ECS::Service",
        {
            "CapacityProviderStrategy": [
                {"CapacityProvider": "FARGATE", "Base": 1, "Weight": 1},
                {"CapacityProvider": "FARGATE_SPOT", "Weight": 4},
            ]
        },
    ),
    (
        "ECS::Service",
        {"DesiredCount": 4, "DeploymentConfiguration": {"MaximumPercent": 100, "MinimumHealthyPercent": 50}},
    ),
    (
        "ECS::Service",
        {
            "SchedulingStrategy": "DAEMON",
            "DeploymentConfiguration": {"MaximumPercent": 100, "MinimumHealthyPercent": 0},
        },
    ),
    (
        "ECS::Service",
        {
            "DeploymentController": {"Type": "CODE_DEPLOY"},
            "LoadBalancers": [{"ContainerName": "web", "ContainerPort": 80, "TargetGroupArn": "t"}],
            "HealthCheckGracePeriodSeconds": 60,
        },
    ),
    ("ElasticLoadBalancingV2::TargetGroup", {"TargetType": "lambda"}),
    (
        "ElasticLoadBalancingV2::TargetGroup",
        {**TARGETS, "Protocol": "TCP", "HealthCheckIntervalSeconds": 10, "HealthCheckTimeoutSeconds": 10},
    ),
    (
        "ElasticLoadBalancingV2::TargetGroup",
        {
            **TARGETS,
            "Protocol": "TCP",
            "HealthCheckProtocol": "HTTP",
            "HealthCheckPath": "/",
            "Matcher": {"HttpCode": "200-399"},
        },
    ),
    ("ElasticLoadBalancingV2::TargetGroup", {**TARGETS, "ProtocolVersion": "GRPC", "Matcher": {"GrpcCode": "0-99"}}),
    (
        "ElasticLoadBalancingV2::Listener",
        {
            "LoadBalancerArn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/a/b",
            "Port": 80,
            "Protocol": "HTTP",
            "DefaultActions": [
                {
                    "Type": "redirect",
                    "RedirectConfig": {
                        "Protocol": "HTTPS",
                        "Port": "443",
                        "Host": "#{host}",
                        "Path": "/#{path}",
                        "Query": "#{query}",
                        "StatusCode": "HTTP_301",
                    },
                }
            ],
        },
    ),
    ("ApiGateway::Method", {**METHOD, "AuthorizationType": "NONE", "Integration": {"Type": "MOCK"}}),
    ("ApiGateway::Resource", {"RestApiId": "a1b2c3d4e5", "ParentId": "abc123", "PathPart": "{proxy+}"}),
    ("ApiGatewayV2::Route", {"ApiId": "a", "RouteKey": "$default"}),
    ("ApiGatewayV2::Route", {"ApiId": "a", "RouteKey": "GET /films/{id}", "Target": "integrations/abc"}),
    (
        "Lambda::Function",
        {
            "Role": FUNCTION["Role"],
            "PackageType": "Image",
            "Code": {"ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/a:b"},
        },
    ),
    (
        "Lambda::Function",
        {**FUNCTION, "Runtime": "java21", "Handler": "films.App::handle", "Code": {"S3Bucket": "abc", "S3Key": "k"}},
    ),
    (
        "Lambda::Function",
        {**FUNCTION, "Runtime": "provided.al2023", "Handler": "bootstrap", "Code": {"S3Bucket": "abc", "S3Key": "k"}},
    ),
    ("Lambda::Function", {**INLINE, "Runtime": "nodejs22.x", "Code": {"ZipFile": "exports.handler = async () => 1"}}),
    ("SecretsManager::Secret", {"GenerateSecretString": {"PasswordLength": 32, "ExcludePunctuation": True}}),
    (
        "SecretsManager::RotationSchedule",
        {"SecretId": "a", "RotationRules": {"ScheduleExpression": "rate(30 days)", "Duration": "2h"}},
    ),
    ("KMS::Key", {"KeyPolicy": {}, "KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"}),
    ("CloudWatch::Alarm", {**ALARM, "Period": 10}),
    (
        "CloudWatch::Alarm",
        {
            "EvaluationPeriods": 2,
            "ComparisonOperator": "GreaterThanUpperThreshold",
            "ThresholdMetricId": "band",
            "Metrics": [
                {
                    "Id": "m1",
                    "MetricStat": {"Metric": {"Namespace": "A", "MetricName": "B"}, "Period": 60, "Stat": "p99"},
                },
                {"Id": "band", "Expression": "ANOMALY_DETECTION_BAND(m1, 2)"},
            ],
        },
    ),
    (
        "CloudWatch::Alarm",
        {
            "EvaluationPeriods": 2,
            "Threshold": 5,
            "ComparisonOperator": "GreaterThanThreshold",
            "Metrics": [
                {"Id": "rate", "Expression": "IF(requests > 1e2, 100 * FILL(errors, 0) / requests, 0)"},
                {"Id": "errors", "ReturnData": False, "MetricStat": {"Metric": {}, "Period": 60, "Stat": "Sum"}},
                {"Id": "requests", "ReturnData": False, "MetricStat": {"Metric": {}, "Period": 60, "Stat": "Sum"}},
            ],
        },
    ),
    (
        "CloudWatch::CompositeAlarm",
        {
            "AlarmName": "a",
            "AlarmRule": '(ALARM(arn:aws:cloudwatch:us-east-1:123456789012:alarm:a) OR NOT OK("b c")) AND TRUE',
        },
    ),
    (
        "CloudWatch::Dashboard",
        {
            "DashboardBody": {
                "Fn::Sub": '{"widgets": [{"type": "metric", "x": 12, "width": 12, "properties": '
                '{"region": "${AWS::Region}", "metrics": [["A", "B"]]}}]}'
            }
        },
    ),
    ("Events::Rule", {"ScheduleExpression": "cron(0/15 8-18 ? * MON-FRI *)", "Targets": []}),
    ("Events::Rule", {"ScheduleExpression": "cron(0 3 L * ? *)", "Targets": []}),
    ("Events::Rule", {"ScheduleExpression": "cron(0 3 ? 1,6 TUE#2 2027-2030)", "Targets": []}),
    (
        "Scheduler::Schedule",
        {
            "ScheduleExpression": "at(2027-01-31T06:00:00)",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {"Arn": "arn:aws:sqs:us-east-1:123456789012:q", "RoleArn": "arn:aws:iam::123456789012:role/r"},
        },
    ),
    (
        "S3::Bucket",
        {
            "BucketName": "films.example.org",
            "LifecycleConfiguration": {
                "Rules": [
                    {
                        "Id": "cold",
                        "Status": "Enabled",
                        "Transitions": [
                            {"StorageClass": "STANDARD_IA", "TransitionInDays": 30},
                            {"StorageClass": "GLACIER", "TransitionInDays": 90},
                        ],
                        "ExpirationInDays": 365,
                        "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
                    },
                    {"Status": "Enabled", "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}},
                ]
            },
        },
    ),
    ("EC2::NatGateway", {"SubnetId": "subnet-12345678", "ConnectivityType": "private"}),
    (
        "ElastiCache::User",
        {"UserId": "u", "UserName": "u", "Engine": "redis", "AccessString": "on ~films:* &* -@all +@read +get"},
    ),
    (
        "EC2::FlowLog",
        {
            "ResourceType": "VPC",
            "ResourceId": "vpc-12345678",
            "TrafficType": "REJECT",
            "LogDestinationType": "s3",
            "LogDestination": "arn:aws:s3:::flows",
        },
    ),
    (
        "EC2::SecurityGroup",
        {
            "GroupDescription": "films (web): 80, 443",
            "VpcId": "vpc-12345678",
            "SecurityGroupEgress": [{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}],
        },
    ),
    ("WAFv2::IPSet", {"Scope": "REGIONAL", "IPAddressVersion": "IPV6", "Addresses": ["2001:db8::/32"]}),
]


@pytest.mark.parametrize(("type_", "properties"), GOOD)
def test_a_value_that_the_service_takes_is_clean(type_: str, properties: dict[str, Any], tmp_path: Path) -> None:
    assert found(type_, properties, tmp_path) == set()


@pytest.mark.parametrize(
    ("type_", "properties"),
    [
        ("RDS::DBCluster", {**POSTGRES, "PreferredBackupWindow": LATER, "DatabaseName": LATER, "Port": LATER}),
        ("RDS::DBCluster", {"Engine": LATER, "MasterUsername": LATER, "MasterUserPassword": LATER}),
        ("ElastiCache::ReplicationGroup", {**GROUP, "NumCacheClusters": LATER, "AutomaticFailoverEnabled": True}),
        ("ElastiCache::ReplicationGroup", {**GROUP, "AuthToken": LATER, "TransitEncryptionEnabled": LATER}),
        ("ECS::TaskDefinition", {**FARGATE, "Memory": LATER, "ContainerDefinitions": [{**WEB, "Memory": 512}]}),
        ("ECS::Service", {"DesiredCount": LATER, "HealthCheckGracePeriodSeconds": 60, "LoadBalancers": LATER}),
        (
            "ElasticLoadBalancingV2::TargetGroup",
            {**TARGETS, "HealthCheckTimeoutSeconds": 10, "HealthCheckIntervalSeconds": LATER},
        ),
        ("Kinesis::Stream", {"ShardCount": 1, "StreamModeDetails": LATER}),
        ("CloudWatch::Alarm", {**ALARM, "EvaluationPeriods": LATER, "DatapointsToAlarm": 5}),
        ("Events::Rule", {"ScheduleExpression": {"Fn::Sub": ["rate(${every})", {"every": LATER}]}, "Targets": []}),
        ("SQS::Queue", {"Tags": [{"Key": LATER, "Value": LATER}] * 2}),
    ],
)
def test_what_is_not_known_is_not_judged(type_: str, properties: dict[str, Any], tmp_path: Path) -> None:
    assert found(type_, properties, tmp_path) == set()


def test_a_name_is_judged_with_the_environment_that_two_stacks_hand_down(tmp_path: Path) -> None:
    nested = """
        Parameters: {{Environment: {{Type: String}}}}
        Resources:
          Inner:
            Type: {type}
            Properties: {properties}
    """
    handed = "{TemplateURL: %s, Parameters: {Environment: !Ref Environment}}"
    files = {
        "root.yaml": nested.replace("{{Type: String}}", "{{Type: String, Default: quality-assurance}}").format(
            type="AWS::CloudFormation::Stack", properties=handed % "middle.yaml"
        ),
        "middle.yaml": nested.format(type="AWS::CloudFormation::Stack", properties=handed % "inner.yaml"),
        "inner.yaml": nested.format(
            type="AWS::ElastiCache::ReplicationGroup",
            properties="{ReplicationGroupDescription: d, CacheNodeType: cache.t4g.small, "
            "ReplicationGroupId: !Sub 'streaming-platform-cache-${Environment}'}",
        ),
    }
    tree = tree_of(files, tmp_path)
    (finding,) = [finding for rule in FAMILY for finding in rule.findings(tree)]
    assert (finding.rule, finding.stack, finding.path[-1]) == ("E9114", "root/Inner/Inner", "ReplicationGroupId")


def test_a_password_is_not_repeated_in_a_finding(tmp_path: Path) -> None:
    template = {
        "Resources": {
            "It": {"Type": "AWS::RDS::DBInstance", "Properties": {**INSTANCE, "MasterUserPassword": "hunter2"}}
        }
    }
    tree = tree_of(json.dumps(template), tmp_path)
    messages = [finding.message for rule in FAMILY for finding in rule.findings(tree)]
    assert messages
    assert not any("hunter2" in message for message in messages)
