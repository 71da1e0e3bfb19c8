"""Rotation tier: how each secret changes by itself, and the name under which people find the key of the day."""

from __future__ import annotations

import inspect
from typing import Any, Final

from troposphere import AccountId, awslambda, kms, secretsmanager

from kit import grants, rotation
from kit.interface import interface, knob, out
from kit.retention import log_group
from kit.scope import PROJECT, Scope
from kit.template import Template
from kit.text import sub
from kit.values import Arn, KeyArn, LogGroupArn, Name, Number, SecretArn
from templates.database import Database
from templates.security import Security

HANDLER: Final = """

def handler(event, context):
    import boto3

    rotate(boto3.client("secretsmanager"), event)
"""
"""What Lambda calls; the rest of the function is the text of ``kit.rotation``."""


@interface
class Knobs:
    """What params/<env>.json may set."""

    rotation_days: Number = knob("Days between rotations of a secret.", default=30, MinValue=1, MaxValue=365)


@interface
class Rotation:
    """What other tiers may use."""

    function_name: Name = out("Function that rotates the API key, for metrics.")


def build(t: Template, scope: Scope, knobs: Knobs, security: Security, database: Database) -> Rotation:
    """Add the function that rotates the API key, the schedules of all secrets, and the alias of the key."""
    function = _function(t, scope, security.key_arn, security.api_key_secret_arn)
    permission = t.add_resource(
        awslambda.Permission(
            "Permission",
            Action="lambda:InvokeFunction",
            FunctionName=function.ref(),
            Principal="secretsmanager.amazonaws.com",
            SourceAccount=AccountId,
        )
    )
    t.add_resource(
        _schedule(
            "ApiKeySchedule",
            security.api_key_secret_arn,
            knobs,
            RotationLambdaARN=function.get_att("Arn"),
            DependsOn=[permission.title],
        )
    )
    # RDS changes the password that it manages; it needs no function of ours.
    # https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_managed.html
    t.add_resource(_schedule("DatabaseSchedule", database.secret_arn, knobs))
    t.add_resource(
        kms.Alias(
            "KeyAlias",
            AliasName=sub(f"alias/{PROJECT}-${{environment}}", environment=scope.environment),
            TargetKeyId=security.key_arn,
        )
    )
    return Rotation(function_name=Name(function.ref()))


def _function(t: Template, scope: Scope, key: KeyArn, secret: SecretArn) -> awslambda.Function:
    logs = t.add_resource(log_group("Logs", scope.path("rotation"), key))
    role = t.add_resource(
        grants.service_role(
            "Role",
            "lambda",
            grants.rotate_secret(secret),
            grants.make_random_text(),
            grants.use_key(key, "secretsmanager"),
            grants.write_logs(LogGroupArn(Arn(logs.get_att("Arn")))),
        )
    )
    return t.add_resource(
        awslambda.Function(
            "Function",
            Description="Rotates the key of the content API",
            Runtime="python3.14",
            Handler="index.handler",
            Code=awslambda.Code(ZipFile=inspect.getsource(rotation) + HANDLER),
            Role=grants.role_arn(role),
            Timeout=30,
            LoggingConfig=awslambda.LoggingConfig(LogGroup=logs.ref()),
        )
    )


def _schedule(
    title: str,
    secret: SecretArn,
    knobs: Knobs,
    **more: Any,  # noqa: ANN401 - any property of a schedule
) -> secretsmanager.RotationSchedule:
    return secretsmanager.RotationSchedule(
        title,
        SecretId=secret,
        # A fresh secret needs no new value; Secrets Manager then only tries whether it could give one.
        RotateImmediatelyOnUpdate=False,
        RotationRules=secretsmanager.RotationRules(AutomaticallyAfterDays=knobs.rotation_days),
        **more,
    )
