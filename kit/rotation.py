"""Rotate a generated key in Secrets Manager.

The text of this module is what runs in AWS Lambda, so it uses nothing but the standard library.
https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

Client: TypeAlias = Any
"""A client of Secrets Manager."""

FIELD: Final = "api_key"
"""Where in the secret's JSON the key is."""

LENGTH: Final = 48
"""Characters in a key: letters and digits, some 285 bits."""


def rotate(secrets: Client, event: Mapping[str, str]) -> None:
    """Do one step of a rotation; a step that is repeated changes nothing.

    Raises:
        ValueError: the version is not one that is being rotated to, the step is not one of a rotation, or the new
            version holds no key.
    """
    secret, version, step = event["SecretId"], event["ClientRequestToken"], event["Step"]
    versions = secrets.describe_secret(SecretId=secret)["VersionIdsToStages"]
    stages = versions.get(version, ())
    if "AWSCURRENT" in stages:
        return
    if "AWSPENDING" not in stages:
        raise ValueError(f"version {version} of {secret} is not being rotated to")
    match step:
        case "createSecret":
            _create(secrets, secret, version)
        case "setSecret":
            pass  # whoever checks the key reads it from this secret: there is nowhere else to set it
        case "testSecret":
            _test(secrets, secret, version)
        case "finishSecret":
            _finish(secrets, secret, version, versions)
        case _:
            raise ValueError(f"{step} of {secret} is not a step of a rotation")


def _create(secrets: Client, secret: str, version: str) -> None:
    """Store a new key as the pending version, unless an earlier attempt has."""
    try:
        secrets.get_secret_value(SecretId=secret, VersionId=version, VersionStage="AWSPENDING")
    except secrets.exceptions.ResourceNotFoundException:
        content = json.loads(secrets.get_secret_value(SecretId=secret, VersionStage="AWSCURRENT")["SecretString"])
        content[FIELD] = secrets.get_random_password(PasswordLength=LENGTH, ExcludePunctuation=True)["RandomPassword"]
        secrets.put_secret_value(
            SecretId=secret,
            ClientRequestToken=version,
            SecretString=json.dumps(content),
            VersionStages=["AWSPENDING"],
        )


def _test(secrets: Client, secret: str, version: str) -> None:
    """See that the pending version can be read and holds a key."""
    value = secrets.get_secret_value(SecretId=secret, VersionId=version, VersionStage="AWSPENDING")
    if not json.loads(value["SecretString"]).get(FIELD):
        raise ValueError(f"version {version} of {secret} holds no {FIELD}")


def _finish(secrets: Client, secret: str, version: str, versions: Mapping[str, list[str]]) -> None:
    """Make the pending version current; Secrets Manager keeps the one before as AWSPREVIOUS."""
    current = next(one for one, stages in versions.items() if "AWSCURRENT" in stages)
    secrets.update_secret_version_stage(
        SecretId=secret, VersionStage="AWSCURRENT", MoveToVersionId=version, RemoveFromVersionId=current
    )
