from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from tests.templates.conftest import Evaluate
from tests.templates.rendering import properties, rendered

SECRET = {"Ref": "SecurityApiKeySecretArn"}
KEY = {"Ref": "SecurityKeyArn"}


def role_may() -> dict[str, dict[str, Any]]:
    """Give what the rotation function may do, by Sid."""
    (policy,) = properties("rotation", "Role")["Policies"]
    return {statement["Sid"]: statement for statement in policy["PolicyDocument"]["Statement"]}


def test_promise_secrets_with_rotation(platform: Evaluate) -> None:
    tree = platform(RotationDays="14")
    schedules = {schedule.id: schedule for schedule in tree.resources("AWS::SecretsManager::RotationSchedule")}
    assert {id_: str(schedule.get("SecretId")) for id_, schedule in schedules.items()} == {
        "ApiKeySchedule": "${root/Security.ApiKey}",
        "DatabaseSchedule": "${root/Database.Cluster.MasterUserSecret.SecretArn}",
    }
    assert {schedule.get("RotationRules.AutomaticallyAfterDays") for schedule in schedules.values()} == {"14"}
    assert str(schedules["ApiKeySchedule"].get("RotationLambdaARN")) == "${root/Rotation.Function.Arn}"
    assert rendered()["root"]["Parameters"]["RotationDays"]["Default"] == 30


def test_rds_changes_the_database_password_by_itself() -> None:
    assert "RotationLambdaARN" not in properties("rotation", "DatabaseSchedule")


@pytest.mark.parametrize("title", ["ApiKeySchedule", "DatabaseSchedule"])
def test_a_changed_schedule_does_not_change_the_secret(title: str) -> None:
    assert properties("rotation", title)["RotateImmediatelyOnUpdate"] is False


def test_the_key_is_found_by_alias() -> None:
    alias = properties("rotation", "KeyAlias")
    assert alias["AliasName"] == {"Fn::Sub": "alias/streamflix-${Environment}"}
    assert alias["TargetKeyId"] == KEY


def test_rotation_may_touch_its_secret_key_and_log_only() -> None:
    may = role_may()
    assert may["RotateSecret"]["Resource"] == [SECRET]
    assert may["UseKey"]["Resource"] == [KEY]
    assert may["WriteLogs"]["Resource"] == [{"Fn::GetAtt": ["Logs", "Arn"]}]
    assert {sid for sid, statement in may.items() if statement["Resource"] == ["*"]} == {"MakeRandomText"}


def test_rotation_may_use_the_key_through_secrets_manager_only() -> None:
    via = role_may()["UseKey"]["Condition"]["StringEquals"]["kms:ViaService"]
    assert via == [{"Fn::Sub": "secretsmanager.${AWS::Region}.${AWS::URLSuffix}"}]


def test_secrets_manager_may_rotate_before_it_is_asked_to() -> None:
    permission = properties("rotation", "Permission")
    assert permission["Principal"] == "secretsmanager.amazonaws.com"
    assert permission["SourceAccount"] == {"Ref": "AWS::AccountId"}
    assert rendered()["rotation"]["Resources"]["ApiKeySchedule"]["DependsOn"] == ["Permission"]


def test_rotation_logs_to_its_own_encrypted_group() -> None:
    assert properties("rotation", "Function")["LoggingConfig"] == {"LogGroup": {"Ref": "Logs"}}
    logs = properties("rotation", "Logs")
    assert logs["KmsKeyId"] == KEY
    assert logs["RetentionInDays"] == 90


def test_the_function_that_is_deployed_rotates(monkeypatch: pytest.MonkeyPatch) -> None:
    function = properties("rotation", "Function")
    assert function["Handler"] == "index.handler"
    client = boto3.client("secretsmanager", "eu-west-2", aws_access_key_id="none", aws_secret_access_key="none")
    monkeypatch.setattr(boto3, "client", {"secretsmanager": client}.__getitem__)
    index: dict[str, Any] = {}
    exec(function["Code"]["ZipFile"], index)
    with Stubber(client) as secrets:
        old, new = "1" * 32, "2" * 32
        secrets.add_response("describe_secret", {"VersionIdsToStages": {old: ["AWSCURRENT"], new: ["AWSPENDING"]}})
        secrets.add_response(
            "update_secret_version_stage",
            {},
            {"SecretId": "id", "VersionStage": "AWSCURRENT", "MoveToVersionId": new, "RemoveFromVersionId": old},
        )
        index["handler"]({"SecretId": "id", "ClientRequestToken": new, "Step": "finishSecret"}, None)
        secrets.assert_no_pending_responses()


def test_the_function_fits_into_a_template() -> None:
    assert len(properties("rotation", "Function")["Code"]["ZipFile"]) <= 4096
