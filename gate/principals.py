"""Names of services as principals, and which service assumes the role that a property names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from gate.tree import Path, Resource, Tree, Value, dig

ROLES: Final[Mapping[str, Mapping[str, str]]] = {
    "AWS::ApiGateway::Account": {"CloudWatchRoleArn": "apigateway"},
    "AWS::ApiGateway::Authorizer": {"AuthorizerCredentials": "apigateway"},
    "AWS::ApiGateway::Method": {"Integration.Credentials": "apigateway"},
    "AWS::ApiGatewayV2::Authorizer": {"AuthorizerCredentialsArn": "apigateway"},
    "AWS::ApiGatewayV2::Integration": {"CredentialsArn": "apigateway"},
    "AWS::AppSync::DataSource": {"ServiceRoleArn": "appsync"},
    "AWS::AppSync::GraphQLApi": {"LogConfig.CloudWatchLogsRoleArn": "appsync"},
    "AWS::ApplicationAutoScaling::ScalableTarget": {"RoleARN": "application-autoscaling"},
    "AWS::AutoScaling::LifecycleHook": {"RoleARN": "autoscaling"},
    "AWS::Backup::BackupSelection": {"BackupSelection.IamRoleArn": "backup"},
    "AWS::Batch::ComputeEnvironment": {"ServiceRole": "batch"},
    "AWS::Batch::JobDefinition": {
        "ContainerProperties.ExecutionRoleArn": "ecs-tasks",
        "ContainerProperties.JobRoleArn": "ecs-tasks",
    },
    "AWS::CloudFormation::Stack": {"RoleARN": "cloudformation"},
    "AWS::CloudTrail::Trail": {"CloudWatchLogsRoleArn": "cloudtrail"},
    "AWS::CodeBuild::Project": {"ServiceRole": "codebuild"},
    "AWS::CodeDeploy::DeploymentGroup": {"ServiceRoleArn": "codedeploy"},
    "AWS::CodePipeline::Pipeline": {"RoleArn": "codepipeline"},
    "AWS::Config::ConfigurationRecorder": {"RoleARN": "config"},
    "AWS::DLM::LifecyclePolicy": {"ExecutionRoleArn": "dlm"},
    "AWS::EC2::FlowLog": {"DeliverLogsPermissionArn": "vpc-flow-logs"},
    "AWS::EC2::SpotFleet": {"SpotFleetRequestConfigData.IamFleetRole": "spotfleet"},
    "AWS::ECS::Service": {
        "ServiceConnectConfiguration.Services.*.Tls.RoleArn": "ecs",
        "VolumeConfigurations.*.ManagedEBSVolume.RoleArn": "ecs",
    },
    "AWS::ECS::TaskDefinition": {"ExecutionRoleArn": "ecs-tasks", "TaskRoleArn": "ecs-tasks"},
    "AWS::EKS::Cluster": {"RoleArn": "eks"},
    "AWS::EKS::FargateProfile": {"PodExecutionRoleArn": "eks-fargate-pods"},
    "AWS::EKS::Nodegroup": {"NodeRole": "ec2"},
    "AWS::Events::Rule": {"RoleArn": "events", "Targets.*.RoleArn": "events"},
    "AWS::Glue::Crawler": {"Role": "glue"},
    "AWS::Glue::Job": {"Role": "glue"},
    "AWS::IAM::InstanceProfile": {"Roles.*": "ec2"},
    "AWS::KinesisAnalyticsV2::Application": {"ServiceExecutionRole": "kinesisanalytics"},
    "AWS::KinesisFirehose::DeliveryStream": {
        "ExtendedS3DestinationConfiguration.RoleARN": "firehose",
        "HttpEndpointDestinationConfiguration.RoleARN": "firehose",
        "KinesisStreamSourceConfiguration.RoleARN": "firehose",
        "S3DestinationConfiguration.RoleARN": "firehose",
    },
    "AWS::Lambda::Function": {"Role": "lambda"},
    "AWS::Logs::Destination": {"RoleArn": "logs"},
    "AWS::Logs::SubscriptionFilter": {"RoleArn": "logs"},
    "AWS::Pipes::Pipe": {"RoleArn": "pipes"},
    "AWS::RDS::DBCluster": {"AssociatedRoles.*.RoleArn": "rds", "MonitoringRoleArn": "monitoring.rds"},
    "AWS::RDS::DBInstance": {"AssociatedRoles.*.RoleArn": "rds", "MonitoringRoleArn": "monitoring.rds"},
    "AWS::RDS::DBProxy": {"RoleArn": "rds"},
    "AWS::S3::Bucket": {"ReplicationConfiguration.Role": "s3"},
    "AWS::SNS::Subscription": {"SubscriptionRoleArn": "sns"},
    "AWS::SNS::Topic": {
        "DeliveryStatusLogging.*.FailureFeedbackRoleArn": "sns",
        "DeliveryStatusLogging.*.SuccessFeedbackRoleArn": "sns",
    },
    "AWS::SageMaker::Model": {"ExecutionRoleArn": "sagemaker"},
    "AWS::Scheduler::Schedule": {"Target.RoleArn": "scheduler"},
    "AWS::StepFunctions::StateMachine": {"RoleArn": "states"},
    "AWS::Transfer::Server": {"LoggingRole": "transfer"},
}
"""The service that assumes the role a property names (the property's page in the template reference, 2026-11)."""

_OTHERS: Final = (
    *("budgets", "cloudfront", "cloudwatch", "codestar-notifications", "cognito-idp", "costalerts", "delivery.logs"),
    *(
        "ec2fleet",
        "edgelambda",
        "elasticfilesystem",
        "elasticloadbalancing",
        "elasticmapreduce",
        "events.rds",
        "fargate",
    ),
    *(
        "inspector2",
        "iot",
        "kinesis",
        "kms",
        "lambda.alarms.cloudwatch",
        "logdelivery.elasticloadbalancing",
        "logging.s3",
    ),
    *("organizations", "redshift", "replicator.lambda", "route53", "secretsmanager", "securityhub", "ses", "spot"),
    *("sqs", "ssm", "vpce", "wafv2", "xray"),
)

PRINCIPALS: Final = tuple(
    f"{name}.amazonaws.com" for name in sorted({*_OTHERS, *(name for uses in ROLES.values() for name in uses.values())})
)
"""Services that policies commonly name (each service's page on IAM, 2026-11)."""


def roles(tree: Tree, resource: Resource) -> Iterator[tuple[Path, Resource, str]]:
    """Yield each role of the tree that a resource names: the property, the role, and the service that assumes it."""
    for written, service in ROLES.get(resource.type, {}).items():
        for path, value in spread(resource, written):
            role = tree.target(value, "AWS::IAM::Role")
            if role is not None:
                yield path, role, f"{service}.amazonaws.com"


def spread(resource: Resource, written: str) -> Iterator[tuple[Path, Value]]:
    """Yield what stands at a dotted path, ``*`` being every member of a list or object; absent values are left out."""
    found: list[tuple[Path, Value]] = [((), resource.properties)]
    for key in written.split(".") if written else ():
        found = [
            ((*path, place), item)
            for path, value in found
            for place, item in (_members(value) if key == "*" else [(key, dig(value, (key,)))])
        ]
    yield from ((path, value) for path, value in found if value is not None)


def _members(value: Value) -> list[tuple[str | int, Value]]:
    return [*enumerate(value)] if isinstance(value, list) else [*value.items()] if isinstance(value, dict) else []
