"""Audit tier: who did what (CloudTrail) and who talked to whom (VPC flow logs)."""

from __future__ import annotations

from typing import Final

from awacs.aws import PolicyDocument
from troposphere import cloudtrail, ec2, logs, s3

from kit.conditions import Switch, is_on
from kit.grants import (
    deny_insecure_transport,
    let_trail_check_bucket,
    let_trail_write,
    role_arn,
    service_role,
    under,
    write_logs,
)
from kit.interface import flag, interface
from kit.retention import KEEP, log_group
from kit.scope import Scope
from kit.template import Template
from kit.text import sub
from kit.values import Arn, Flag, LogGroupArn
from templates.network import Network
from templates.security import Security

RECORD_DAYS: Final = 400
"""Days that a record of CloudTrail is kept: the twelve months of PCI DSS 10.5.1, with a margin.

https://docs.aws.amazon.com/securityhub/latest/userguide/pci-standard.html
"""
UNDO_DAYS: Final = 90
"""Days in which an overwritten or deleted record can be brought back."""


@interface
class Knobs:
    """What params/<env>.json may set."""

    enable_trail: Flag = flag(
        "Keep a trail of this account's API calls; off where the organisation keeps one.", default=True
    )


@interface
class Audit:
    """Nothing: no tier reads the records."""


def build(t: Template, scope: Scope, knobs: Knobs, network: Network, security: Security) -> Audit:
    """Add the flow logs of the VPC and, if asked for, the trail with its bucket and log group."""
    _flow_logs(t, scope, network, security)
    wanted = is_on(t, "WithTrail", knobs.enable_trail)
    _trail(t, scope, security, wanted)
    return Audit()


def _flow_logs(t: Template, scope: Scope, network: Network, security: Security) -> None:
    group = t.add_resource(log_group("FlowLogs", scope.path("flow"), security.key_arn))
    role = t.add_resource(service_role("FlowLogRole", "vpc-flow-logs", write_logs(_arn(group))))
    t.add_resource(
        ec2.FlowLog(
            "FlowLog",
            ResourceId=network.vpc_id,
            ResourceType="VPC",
            TrafficType="ALL",
            LogDestinationType="cloud-watch-logs",
            LogGroupName=group.ref(),
            DeliverLogsPermissionArn=role_arn(role),
            Tags=scope.name_tag("flow"),
        )
    )


def _trail(t: Template, scope: Scope, security: Security, wanted: Switch) -> None:
    name = scope.name("trail-${AWS::Region}")  # a trail of all regions is seen in each
    arn = Arn(sub("arn:${AWS::Partition}:cloudtrail:${AWS::Region}:${AWS::AccountId}:trail/${name}", name=name))
    bucket = _records(security)
    policy = _records_policy(bucket, arn)
    group = log_group("TrailLogs", scope.path("trail"), security.key_arn)
    role = service_role("TrailRole", "cloudtrail", write_logs(_arn(group)))
    trail = cloudtrail.Trail(
        "Trail",
        TrailName=name,
        IsLogging=True,
        IsMultiRegionTrail=True,
        IncludeGlobalServiceEvents=True,
        EnableLogFileValidation=True,
        KMSKeyId=security.key_arn,
        S3BucketName=bucket.ref(),
        CloudWatchLogsLogGroupArn=_arn(group),
        CloudWatchLogsRoleArn=role_arn(role),
        DependsOn=policy,  # CloudTrail tries the bucket before it starts
    )
    for resource in (bucket, policy, group, role, trail):
        resource.Condition = wanted.name
        t.add_resource(resource)


def _records(security: Security) -> s3.Bucket:
    """Make the bucket of the trail's records: encrypted, versioned, closed to the public, and forgetful in the end."""
    return s3.Bucket(
        "Records",
        BucketEncryption=s3.BucketEncryption(
            ServerSideEncryptionConfiguration=[
                s3.ServerSideEncryptionRule(
                    ServerSideEncryptionByDefault=s3.ServerSideEncryptionByDefault(
                        SSEAlgorithm="aws:kms", KMSMasterKeyID=security.key_arn
                    ),
                    BucketKeyEnabled=True,
                )
            ]
        ),
        VersioningConfiguration=s3.VersioningConfiguration(Status="Enabled"),
        OwnershipControls=s3.OwnershipControls(Rules=[s3.OwnershipControlsRule(ObjectOwnership="BucketOwnerEnforced")]),
        PublicAccessBlockConfiguration=s3.PublicAccessBlockConfiguration(
            BlockPublicAcls=True, BlockPublicPolicy=True, IgnorePublicAcls=True, RestrictPublicBuckets=True
        ),
        LifecycleConfiguration=s3.LifecycleConfiguration(
            Rules=[
                s3.LifecycleRule(
                    Id="Forget",
                    Status="Enabled",
                    ExpirationInDays=RECORD_DAYS,
                    NoncurrentVersionExpiration=s3.NoncurrentVersionExpiration(NoncurrentDays=UNDO_DAYS),
                    AbortIncompleteMultipartUpload=s3.AbortIncompleteMultipartUpload(DaysAfterInitiation=7),
                )
            ]
        ),
        **KEEP,
    )


def _records_policy(bucket: s3.Bucket, trail: Arn) -> s3.BucketPolicy:
    arn = Arn(bucket.get_att("Arn"))
    return s3.BucketPolicy(
        "RecordsPolicy",
        Bucket=bucket.ref(),
        PolicyDocument=PolicyDocument(
            Version="2012-10-17",
            Statement=[
                deny_insecure_transport("s3", arn, under(arn, "*")),
                let_trail_check_bucket(arn, trail),
                let_trail_write(arn, trail),
            ],
        ),
    )


def _arn(group: logs.LogGroup) -> LogGroupArn:
    return LogGroupArn(Arn(group.get_att("Arn")))
