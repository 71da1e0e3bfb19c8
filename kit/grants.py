"""IAM by intent: one function per thing a role may do, one statement each.

Actions and the resources they accept: https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from awacs import (
    ecr,
    elasticache,
    elasticfilesystem,
    kinesis,
    kms,
    logs,
    rds_db,
    s3,
    secretsmanager,
    sns,
    sqs,
    sts,
    xray,
)
from awacs.aws import (
    Action,
    Allow,
    Bool,
    Condition,
    Deny,
    Everybody,
    PolicyDocument,
    Principal,
    Statement,
    StringEquals,
)
from troposphere import AccountId, AWSHelperFn, iam

from kit.text import sub
from kit.values import (
    AccessPointArn,
    Arn,
    CacheArn,
    CacheUserArn,
    FileSystemArn,
    KeyArn,
    LogGroupArn,
    QueueArn,
    RoleArn,
    SecretArn,
    StreamArn,
    Text,
    TopicArn,
)

ANY_RESOURCE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ecr:GetAuthorizationToken": "a token is for the whole registry; the action has no resource type",
        "secretsmanager:GetRandomPassword": "makes a random text; the action has no resource type",
        "sts:GetCallerIdentity": "about the caller; the action has no resource type",
        "xray:PutTelemetryRecords": "the action has no resource type",
        "xray:PutTraceSegments": "the action has no resource type",
    }
)
"""Actions that accept no resource but ``*``, with the reason. No other statement may say ``*``."""

SENDS_NO_SOURCE_ACCOUNT: Final = frozenset({"apigateway", "cloudtrail", "lambda"})
"""Services that assume a role without stating aws:SourceAccount, so a condition on it would lock them out.

https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html
https://github.com/prowler-cloud/prowler/issues/4714 (CloudTrail)
"""


def read_stream(stream: StreamArn) -> Statement:
    """Consume records and see the lag; no writes, no resharding."""
    return _allow(
        "ReadStream",
        [
            kinesis.DescribeStream,
            kinesis.DescribeStreamSummary,
            kinesis.GetRecords,
            kinesis.GetShardIterator,
            kinesis.ListShards,
        ],
        stream,
    )


def write_stream(stream: StreamArn) -> Statement:
    """Put records; no reads, no resharding."""
    return _allow("WriteStream", [kinesis.DescribeStreamSummary, kinesis.PutRecord, kinesis.PutRecords], stream)


def write_dead_letters(queue: QueueArn) -> Statement:
    """Hand over what could not be processed; no reads, no deletes."""
    return _allow("WriteDeadLetters", [sqs.GetQueueAttributes, sqs.GetQueueUrl, sqs.SendMessage], queue)


def read_secret(*secrets: SecretArn) -> Statement:
    """Read the current value; no changes."""
    return _allow("ReadSecret", [secretsmanager.DescribeSecret, secretsmanager.GetSecretValue], *secrets)


def rotate_secret(secret: SecretArn) -> Statement:
    """Do the four steps of a rotation on one secret.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html
    """
    return _allow(
        "RotateSecret",
        [
            secretsmanager.DescribeSecret,
            secretsmanager.GetSecretValue,
            secretsmanager.PutSecretValue,
            secretsmanager.UpdateSecretVersionStage,
        ],
        secret,
    )


def make_random_text() -> Statement:
    """Ask for a random text, as a rotation does."""
    return _allow_any("MakeRandomText", [secretsmanager.GetRandomPassword])


def use_key(key: KeyArn, *services: str) -> Statement:
    """Decrypt and encrypt with the platform's key, but only through the named services.

    https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
    """
    hosts = [sub(f"{service}.${{AWS::Region}}.${{AWS::URLSuffix}}") for service in services]
    return _allow(
        "UseKey",
        [kms.Decrypt, kms.GenerateDataKey],
        key,
        condition=Condition(StringEquals("kms:ViaService", hosts)),
    )


def use_any_key() -> Statement:
    """Encrypt and decrypt with this account's keys, as a client does that encrypts for itself."""
    return _allow("UseAnyKey", [kms.Decrypt, kms.DescribeKey, kms.GenerateDataKey], every("kms", "key/*"))


def mount_files(files: FileSystemArn, access_point: AccessPointArn) -> Statement:
    """Mount, read and write, through one access point only; no root access."""
    return _allow(
        "MountFiles",
        [elasticfilesystem.ClientMount, elasticfilesystem.ClientWrite],
        files,
        condition=Condition(StringEquals("elasticfilesystem:AccessPointArn", access_point)),
    )


def connect_database(cluster_resource_id: Text, user: str) -> Statement:
    """Log in to the database as ``user`` with an IAM token.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html
    """
    login = sub(
        "arn:${AWS::Partition}:rds-db:${AWS::Region}:${AWS::AccountId}:dbuser:${cluster}/" + user,
        cluster=cluster_resource_id,
    )
    return _allow("ConnectDatabase", [rds_db.connect], Arn(login))


def connect_cache(cache: CacheArn, user: CacheUserArn) -> Statement:
    """Log in to the cache as ``user`` with an IAM token.

    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html
    """
    return _allow("ConnectCache", [elasticache.Connect], cache, user)


def write_logs(group: LogGroupArn) -> Statement:
    """Write to one log group that exists already.

    ``group`` is the log group's ``Arn`` attribute, which ends in ``:*`` and so covers its streams.
    """
    return _allow("WriteLogs", [logs.CreateLogStream, logs.DescribeLogStreams, logs.PutLogEvents], group)


def pull_images() -> Statement:
    """Pull from the account's own registry in this region; public images need no permission."""
    return _allow(
        "PullImages",
        [ecr.BatchCheckLayerAvailability, ecr.BatchGetImage, ecr.GetDownloadUrlForLayer],
        every("ecr", "repository/*"),
    )


def log_in_to_registry() -> Statement:
    """Fetch the token that a pull from the account's own registry starts with."""
    return _allow_any("LogInToRegistry", [ecr.GetAuthorizationToken])


def send_traces() -> Statement:
    """Send X-Ray segments."""
    return _allow_any("SendTraces", [xray.PutTelemetryRecords, xray.PutTraceSegments])


def ask_who_one_is() -> Statement:
    """Ask which identity one acts as."""
    return _allow_any("AskWhoOneIs", [sts.GetCallerIdentity])


def publish(topic: TopicArn) -> Statement:
    """Publish to one topic."""
    return _allow("Publish", [sns.Publish], topic)


def let_alarms_publish(topic: TopicArn) -> Statement:
    """Let CloudWatch publish to a topic on behalf of this account's alarms.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
    """
    return Statement(
        Sid="LetAlarmsPublish",
        Effect=Allow,
        Principal=Principal("Service", "cloudwatch.amazonaws.com"),
        Action=[sns.Publish],
        Resource=[topic],
        Condition=Condition(StringEquals("aws:SourceAccount", AccountId)),
    )


def deny_insecure_transport(service: str, *resources: Arn, action: str = "*") -> Statement:
    """Refuse every request to a resource of ``service`` (such as ``s3``) that does not come over TLS.

    Without ``resources`` it is about the one that holds the policy, where that cannot name itself. A topic's policy
    takes no ``*`` and so names the one ``action`` that carries data.

    https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-5
    https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html#enforce-encryption-data-in-transit
    """
    return Statement(
        Sid="DenyInsecureTransport",
        Effect=Deny,
        Principal=Principal(Everybody),
        Action=[Action(service, action)],
        Condition=Condition(Bool("aws:SecureTransport", "false")),
        **({"Resource": list(resources)} if resources else {}),
    )


def let_trail_check_bucket(bucket: Arn, trail: Arn) -> Statement:
    """Let one trail check that it may use a bucket, which it does before it starts.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
    """
    return Statement(
        Sid="LetTrailCheckBucket",
        Effect=Allow,
        Principal=Principal("Service", "cloudtrail.amazonaws.com"),
        Action=[s3.GetBucketAcl],
        Resource=[bucket],
        Condition=Condition(StringEquals("aws:SourceArn", trail)),
    )


def let_trail_write(bucket: Arn, trail: Arn) -> Statement:
    """Let one trail put this account's records into a bucket, and hand them to the bucket's owner.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
    """
    return Statement(
        Sid="LetTrailWrite",
        Effect=Allow,
        Principal=Principal("Service", "cloudtrail.amazonaws.com"),
        Action=[s3.PutObject],
        Resource=[sub("${bucket}/AWSLogs/${AWS::AccountId}/*", bucket=bucket)],
        Condition=Condition(
            StringEquals({"aws:SourceArn": trail, "s3:x-amz-acl": "bucket-owner-full-control"}),
        ),
    )


def download_only() -> PolicyDocument:
    """Let an S3 endpoint pass what reads objects, such as image layers in AWS's own buckets; no writing.

    https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-setting-up-s3-gateway
    """
    read = Statement(
        Sid="Download",
        Effect=Allow,
        Principal=Principal(Everybody),
        Action=[s3.GetObject],
        Resource=[sub("arn:${AWS::Partition}:s3:::*/*")],
        Condition=Condition(Bool("aws:SecureTransport", "true")),
    )
    return PolicyDocument(Version="2012-10-17", Statement=[read])


def own_account_only(*statements: Statement) -> PolicyDocument:
    """Let an interface endpoint pass what ``statements`` say, for this account's own identities only.

    ``statements`` may have no conditions of their own.
    https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    """
    passing = [
        Statement(
            Sid=each.Sid,
            Effect=each.Effect,
            Principal=Principal(Everybody),
            Action=each.Action,
            Resource=each.Resource,
            Condition=Condition(StringEquals("aws:PrincipalAccount", AccountId)),
        )
        for each in statements
    ]
    return PolicyDocument(Version="2012-10-17", Statement=passing)


def service_role(title: str, service: str, *statements: Statement, managed: tuple[Arn, ...] = ()) -> iam.Role:
    """Make a role that ``service`` (such as ``ecs-tasks``) may assume on behalf of this account only.

    It holds exactly ``statements``, and the AWS-managed policies ``managed`` where the service demands one.
    """
    guard = (
        {}
        if service in SENDS_NO_SOURCE_ACCOUNT
        else {"Condition": Condition(StringEquals("aws:SourceAccount", AccountId))}
    )
    trust = PolicyDocument(
        Version="2012-10-17",
        Statement=[
            Statement(
                Sid="Assume",
                Effect=Allow,
                Principal=Principal("Service", f"{service}.amazonaws.com"),
                Action=[sts.AssumeRole],
                **guard,
            )
        ],
    )
    policy = PolicyDocument(Version="2012-10-17", Statement=list(statements))
    inline: dict[str, Any] = {"Policies": [iam.Policy(PolicyName=title, PolicyDocument=policy)]} if statements else {}
    attached: dict[str, Any] = {"ManagedPolicyArns": list(managed)} if managed else {}
    return iam.Role(title, AssumeRolePolicyDocument=trust, **inline, **attached)


def role_arn(role: iam.Role) -> RoleArn:
    """Refer to a role as what policies and services want."""
    return RoleArn(Arn(role.get_att("Arn")))


def every(service: str, things: str) -> Arn:
    """Everything of one kind, such as ``repository/*``, that this account has in this region."""
    return Arn(sub(f"arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{things}"))


def under(arn: Arn, path: str) -> Arn:
    """Everything below an ARN, such as a bucket's objects."""
    return Arn(sub(f"${{arn}}/{path}", arn=arn))


def _allow(sid: str, actions: list[object], *resources: AWSHelperFn, condition: Condition | None = None) -> Statement:
    limits = {} if condition is None else {"Condition": condition}
    return Statement(Sid=sid, Effect=Allow, Action=actions, Resource=list(resources), **limits)


def _allow_any(sid: str, actions: list[object]) -> Statement:
    return Statement(Sid=sid, Effect=Allow, Action=actions, Resource=["*"])
