"""Security tier: the platform's encryption key, and the API key secret."""

from __future__ import annotations

from awacs import kms as actions
from awacs.aws import (
    Action,
    Allow,
    ArnLike,
    Condition,
    ForAllValuesStringEquals,
    PolicyDocument,
    Principal,
    Statement,
    StringEquals,
    StringLike,
)
from troposphere import AccountId, AWSHelperFn, kms, secretsmanager

from kit import rotation
from kit.interface import interface, out
from kit.retention import KEEP
from kit.scope import Scope
from kit.template import Template
from kit.text import sub
from kit.values import Arn, KeyArn, SecretArn


@interface
class Security:
    """What other tiers may use."""

    key_arn: KeyArn = out("Key that encrypts everything the platform stores.", root=True)
    api_key_secret_arn: SecretArn = out(f"Secret that holds the content API's key, as {rotation.FIELD} in its JSON.")


def build(t: Template, scope: Scope) -> Security:
    """Add the key and the secret, and nothing that takes longer: every tier that stores something waits for these."""
    key = _key(t, scope)
    return Security(key_arn=key, api_key_secret_arn=_secret(t, scope, key))


def _key(t: Template, scope: Scope) -> KeyArn:
    key = t.add_resource(
        kms.Key(
            "Key",
            Description="Encrypts everything that the platform stores",
            EnableKeyRotation=True,
            KeyPolicy=PolicyDocument(Version="2012-10-17", Statement=_key_users(scope)),
            **KEEP,
        )
    )
    return KeyArn(Arn(key.get_att("Arn")))


def _key_users(scope: Scope) -> list[Statement]:
    """Who may use the key without a role of this account's; all other services act for the caller, or by a grant.

    - Logs: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    - CloudTrail: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
    - Alarms: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
    - Fargate: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-create-storage-key.html
    """
    log_groups = sub("arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:*")
    trails = sub(
        "arn:${AWS::Partition}:cloudtrail:${AWS::Region}:${AWS::AccountId}:trail/${name}", name=scope.name("*")
    )
    own_clusters = (
        StringEquals("kms:EncryptionContext:aws:ecs:clusterAccount", AccountId),
        StringLike("kms:EncryptionContext:aws:ecs:clusterName", scope.name("*")),
    )
    return [
        Statement(
            Sid="LetIamDecide",
            Effect=Allow,
            Principal=Principal("AWS", sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root")),
            Action=[actions.Action("*")],
            Resource=["*"],
        ),
        _let(
            "EncryptLogs",
            # The only one of these principals whose name differs by region and partition.
            sub("logs.${AWS::Region}.${AWS::URLSuffix}"),
            [
                actions.Encrypt,
                actions.Decrypt,
                actions.ReEncryptFrom,
                actions.ReEncryptTo,
                actions.GenerateDataKey,
                actions.GenerateDataKeyWithoutPlaintext,
                actions.DescribeKey,
            ],
            Condition(ArnLike("kms:EncryptionContext:aws:logs:arn", log_groups)),
        ),
        _let(
            "EncryptTrail",
            "cloudtrail.amazonaws.com",
            [actions.Decrypt, actions.GenerateDataKey, actions.DescribeKey],
            Condition(ArnLike("aws:SourceArn", trails)),
        ),
        _let(
            "NotifyOfAlarms",
            "cloudwatch.amazonaws.com",
            [actions.Decrypt, actions.GenerateDataKey],
            Condition(StringEquals("aws:SourceAccount", AccountId)),
        ),
        _let(
            "EncryptTaskStorage",
            "fargate.amazonaws.com",
            [actions.GenerateDataKeyWithoutPlaintext],
            Condition([*own_clusters]),
        ),
        _let(
            "DecryptTaskStorage",
            "fargate.amazonaws.com",
            [actions.CreateGrant],
            Condition([*own_clusters, ForAllValuesStringEquals("kms:GrantOperations", ["Decrypt"])]),
        ),
    ]


def _let(sid: str, service: AWSHelperFn | str, may: list[Action], only: Condition) -> Statement:
    """Let a service use the key; in a key policy ``*`` is the key that holds it."""
    return Statement(
        Sid=sid, Effect=Allow, Principal=Principal("Service", service), Action=may, Resource=["*"], Condition=only
    )


def _secret(t: Template, scope: Scope, key: KeyArn) -> SecretArn:
    secret = t.add_resource(
        secretsmanager.Secret(
            "ApiKey",
            Name=scope.name("api-key"),
            Description="Key of the content API; made and rotated in place",
            GenerateSecretString=secretsmanager.GenerateSecretString(
                SecretStringTemplate="{}",
                GenerateStringKey=rotation.FIELD,
                PasswordLength=rotation.LENGTH,
                ExcludePunctuation=True,
            ),
            KmsKeyId=key,
            **KEEP,
        )
    )
    return SecretArn(Arn(secret.ref()))
