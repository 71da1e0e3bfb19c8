from __future__ import annotations

import json
from typing import Any

import pytest

from tests.templates.rendering import properties, rendered, resources


def key_users() -> dict[str, dict[str, Any]]:
    """Give the statements of the key policy by Sid."""
    return {statement["Sid"]: statement for statement in properties("security", "Key")["KeyPolicy"]["Statement"]}


def test_failure_a_password_in_the_template_cannot_be() -> None:
    (secret,) = resources("security", "AWS::SecretsManager::Secret").values()
    assert "SecretString" not in secret["Properties"]
    made = secret["Properties"]["GenerateSecretString"]
    assert json.loads(made["SecretStringTemplate"]) == {}
    assert made["GenerateStringKey"] == "api_key"
    assert made["PasswordLength"] >= 32


def test_the_secret_can_be_looked_up_by_name() -> None:
    assert properties("security", "ApiKey")["Name"] == {"Fn::Sub": "streamflix-api-key-${Environment}"}


def test_key_is_replaced_every_year() -> None:
    assert properties("security", "Key")["EnableKeyRotation"] is True


def test_everybody_waits_for_nothing_but_the_key_and_the_secret() -> None:
    assert rendered()["security"]["Resources"].keys() == {"Key", "ApiKey"}


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
