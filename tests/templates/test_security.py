from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from tests.templates.rendering import properties, rendered, resources

SECRET = {"Ref": "ApiKey"}
KEY = {"Fn::GetAtt": ["Key", "Arn"]}


def key_users() -> dict[str, dict[str, Any]]:
    """Give the statements of the key policy by Sid."""
    return {statement["Sid"]: statement for statement in properties("security", "Key")["KeyPolicy"]["Statement"]}


def role_may() -> dict[str, dict[str, Any]]:
    """Give what the rotation function may do, by Sid."""
    (policy,) = properties("security", "RotationRole")["Policies"]
    return {statement["Sid"]: statement for statement in policy["PolicyDocument"]["Statement"]}


def test_promise_secrets_with_rotation() -> None:
    schedule = properties("security", "RotationSchedule")
    assert schedule["SecretId"] == SECRET
    assert schedule["RotationLambdaARN"] == {"Fn::GetAtt": ["Rotation", "Arn"]}
    assert schedule["RotationRules"] == {"AutomaticallyAfterDays": {"Ref": "RotationDays"}}
    assert rendered()["root"]["Parameters"]["RotationDays"]["Default"] == 30


def test_failure_a_password_in_the_template_cannot_be() -> None:
    (secret,) = resources("security", "AWS::SecretsManager::Secret").values()
    assert "SecretString" not in secret["Properties"]
    made = secret["Properties"]["GenerateSecretString"]
    assert json.loads(made["SecretStringTemplate"]) == {}
    assert made["GenerateStringKey"] == "api_key"
    assert made["PasswordLength"] >= 32


def test_the_secret_can_be_looked_up_by_name() -> None:
    assert properties("security", "ApiKey")["Name"] == {"Fn::Sub": "streamflix-api-key-${Environment}"}


def test_key_is_replaced_every_year_and_found_by_alias() -> None:
    assert properties("security", "Key")["EnableKeyRotation"] is True
    alias = properties("security", "KeyAlias")
    assert alias["AliasName"] == {"Fn::Sub": "alias/streamflix-${Environment}"}
    assert alias["TargetKeyId"] == {"Ref": "Key"}


@pytest.mark.parametrize("title", ["Key", "ApiKey"])
def test_key_and_secret_outlive_the_stack(title: str) -> None:
    resource = rendered()["security"]["Resources"][title]
    assert resource["DeletionPolicy"] == "RetainExceptOnCreate"
    assert resource["UpdateReplacePolicy"] == "Retain"


def test_key_policy_lets_the_account_decide_by_iam() -> None:
    own = key_users()["LetIamDecide"]
    assert own["Principal"] == {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}
    assert own["Action"] == ["kms:*"]
    assert "Condition" not in own


def test_every_service_in_the_key_policy_is_held_to_this_account() -> None:
    services = {sid: statement for sid, statement in key_users().items() if "Service" in statement["Principal"]}
    assert services
    for statement in services.values():
        assert not [action for action in statement["Action"] if "*" in action]
        assert "AWS::AccountId" in json.dumps(statement["Condition"])


def test_logs_encrypt_the_log_groups_of_this_account_and_region_in_every_partition() -> None:
    logs = key_users()["EncryptLogs"]
    assert logs["Principal"] == {"Service": {"Fn::Sub": "logs.${AWS::Region}.${AWS::URLSuffix}"}}
    assert {"kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey"} <= set(logs["Action"])
    groups = {"Fn::Sub": "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:*"}
    assert logs["Condition"] == {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}}


def test_a_trail_of_the_platform_encrypts_with_the_key() -> None:
    trail = key_users()["EncryptTrail"]
    assert trail["Principal"] == {"Service": "cloudtrail.amazonaws.com"}
    assert {"kms:GenerateDataKey", "kms:DescribeKey"} <= set(trail["Action"])
    arn, names = trail["Condition"]["ArnLike"]["aws:SourceArn"]["Fn::Sub"]
    assert arn == "arn:${AWS::Partition}:cloudtrail:${AWS::Region}:${AWS::AccountId}:trail/${Name}"
    assert names == {"Name": {"Fn::Sub": "streamflix-*-${Environment}"}}


def test_alarms_can_publish_to_the_encrypted_topic() -> None:
    alarms = key_users()["NotifyOfAlarms"]
    assert alarms["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert set(alarms["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey"}


def test_tasks_keep_their_scratch_space_under_the_key() -> None:
    make, hand_over = key_users()["EncryptTaskStorage"], key_users()["DecryptTaskStorage"]
    assert make["Principal"] == hand_over["Principal"] == {"Service": "fargate.amazonaws.com"}
    assert make["Action"] == ["kms:GenerateDataKeyWithoutPlaintext"]
    assert hand_over["Action"] == ["kms:CreateGrant"]
    assert hand_over["Condition"]["ForAllValues:StringEquals"] == {"kms:GrantOperations": ["Decrypt"]}


def test_rotation_may_touch_its_secret_key_and_log_only() -> None:
    may = role_may()
    assert may["RotateSecret"]["Resource"] == [SECRET]
    assert may["UseKey"]["Resource"] == [KEY]
    assert may["WriteLogs"]["Resource"] == [{"Fn::GetAtt": ["RotationLogs", "Arn"]}]
    assert {sid for sid, statement in may.items() if statement["Resource"] == ["*"]} == {"MakeRandomText"}


def test_rotation_may_use_the_key_through_secrets_manager_only() -> None:
    via = role_may()["UseKey"]["Condition"]["StringEquals"]["kms:ViaService"]
    assert via == [{"Fn::Sub": "secretsmanager.${AWS::Region}.${AWS::URLSuffix}"}]


def test_secrets_manager_may_rotate_before_it_is_asked_to() -> None:
    permission = properties("security", "RotationPermission")
    assert permission["Principal"] == "secretsmanager.amazonaws.com"
    assert permission["SourceAccount"] == {"Ref": "AWS::AccountId"}
    assert rendered()["security"]["Resources"]["RotationSchedule"]["DependsOn"] == ["RotationPermission"]


def test_a_changed_schedule_does_not_change_the_key() -> None:
    assert properties("security", "RotationSchedule")["RotateImmediatelyOnUpdate"] is False


def test_rotation_logs_to_its_own_encrypted_group() -> None:
    assert properties("security", "Rotation")["LoggingConfig"] == {"LogGroup": {"Ref": "RotationLogs"}}
    logs = properties("security", "RotationLogs")
    assert logs["KmsKeyId"] == KEY
    assert logs["RetentionInDays"] == 90


def test_the_function_that_is_deployed_rotates(monkeypatch: pytest.MonkeyPatch) -> None:
    function = properties("security", "Rotation")
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
    assert len(properties("security", "Rotation")["Code"]["ZipFile"]) <= 4096
