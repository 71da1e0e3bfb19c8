"""The rotation function, against the real request and response shapes of Secrets Manager."""

from __future__ import annotations

import ast
import inspect
import json
import sys
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from kit import rotation

SECRET = "arn:aws:secretsmanager:eu-west-2:111122223333:secret:streamflix-api-key-dev-AbCdEf"
OLD = "11111111-1111-1111-1111-111111111111"
NEW = "22222222-2222-2222-2222-222222222222"
PENDING = {"SecretId": SECRET, "VersionId": NEW, "VersionStage": "AWSPENDING"}


@pytest.fixture
def secrets() -> Iterator[Stubber]:
    """Give a client that answers only what a test says, and require that all of it was asked."""
    client = boto3.client(
        "secretsmanager", region_name="eu-west-2", aws_access_key_id="none", aws_secret_access_key="none"
    )
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def describe(secrets: Stubber, **versions: list[str]) -> None:
    stages = {{"old": OLD, "new": NEW}[name]: labels for name, labels in versions.items()}
    secrets.add_response("describe_secret", {"VersionIdsToStages": stages}, {"SecretId": SECRET})


def rotate(secrets: Stubber, step: str) -> None:
    rotation.rotate(secrets.client, {"SecretId": SECRET, "ClientRequestToken": NEW, "Step": step})


def pending_value(secrets: Stubber, content: dict[str, Any]) -> None:
    secrets.add_response("get_secret_value", {"SecretString": json.dumps(content)}, PENDING)


def test_create_stores_a_new_key_beside_what_else_the_secret_holds(secrets: Stubber) -> None:
    describe(secrets, old=["AWSCURRENT"], new=["AWSPENDING"])
    secrets.add_client_error("get_secret_value", "ResourceNotFoundException", expected_params=PENDING)
    secrets.add_response(
        "get_secret_value",
        {"SecretString": json.dumps({"api_key": "before", "note": "kept"})},
        {"SecretId": SECRET, "VersionStage": "AWSCURRENT"},
    )
    secrets.add_response(
        "get_random_password", {"RandomPassword": "after"}, {"PasswordLength": 48, "ExcludePunctuation": True}
    )
    secrets.add_response(
        "put_secret_value",
        {},
        {
            "SecretId": SECRET,
            "ClientRequestToken": NEW,
            "SecretString": json.dumps({"api_key": "after", "note": "kept"}),
            "VersionStages": ["AWSPENDING"],
        },
    )
    rotate(secrets, "createSecret")


def test_create_again_keeps_the_key_that_is_pending(secrets: Stubber) -> None:
    describe(secrets, old=["AWSCURRENT"], new=["AWSPENDING"])
    pending_value(secrets, {"api_key": "after"})
    rotate(secrets, "createSecret")


def test_set_changes_nothing_as_the_secret_is_where_the_key_is_checked_against(secrets: Stubber) -> None:
    describe(secrets, old=["AWSCURRENT"], new=["AWSPENDING"])
    rotate(secrets, "setSecret")


def test_test_accepts_a_pending_key(secrets: Stubber) -> None:
    describe(secrets, old=["AWSCURRENT"], new=["AWSPENDING"])
    pending_value(secrets, {"api_key": "after"})
    rotate(secrets, "testSecret")


@pytest.mark.parametrize("content", [{}, {"api_key": ""}, {"key": "elsewhere"}])
def test_test_refuses_a_pending_version_without_a_key(secrets: Stubber, content: dict[str, str]) -> None:
    describe(secrets, old=["AWSCURRENT"], new=["AWSPENDING"])
    pending_value(secrets, content)
    with pytest.raises(ValueError, match=f"version {NEW} of {SECRET} holds no api_key"):
        rotate(secrets, "testSecret")


def test_finish_moves_the_current_label_to_the_new_version(secrets: Stubber) -> None:
    describe(secrets, new=["AWSPENDING"], old=["AWSCURRENT"])
    secrets.add_response(
        "update_secret_version_stage",
        {},
        {
            "SecretId": SECRET,
            "VersionStage": "AWSCURRENT",
            "MoveToVersionId": NEW,
            "RemoveFromVersionId": OLD,
        },
    )
    rotate(secrets, "finishSecret")


@pytest.mark.parametrize("step", ["createSecret", "setSecret", "testSecret", "finishSecret"])
def test_every_step_is_done_once_the_version_is_current(secrets: Stubber, step: str) -> None:
    describe(secrets, old=["AWSPREVIOUS"], new=["AWSCURRENT", "AWSPENDING"])
    rotate(secrets, step)


def test_a_version_that_is_not_pending_is_refused(secrets: Stubber) -> None:
    describe(secrets, old=["AWSCURRENT"])
    with pytest.raises(ValueError, match=f"version {NEW} of {SECRET} is not being rotated to"):
        rotate(secrets, "createSecret")


def test_an_unknown_step_is_refused(secrets: Stubber) -> None:
    describe(secrets, old=["AWSCURRENT"], new=["AWSPENDING"])
    with pytest.raises(ValueError, match=f"eraseSecret of {SECRET} is not a step of a rotation"):
        rotate(secrets, "eraseSecret")


def test_its_text_needs_nothing_that_lambda_lacks() -> None:
    imported = set()
    for node in ast.walk(ast.parse(inspect.getsource(rotation))):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level
            imported.add(str(node.module))
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names
