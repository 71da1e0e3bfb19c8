from __future__ import annotations

from troposphere import Ref, encode_to_dict, sqs

from kit.retention import KEEP, log_group
from kit.values import Arn, KeyArn


def test_what_holds_data_outlives_its_stack_unless_creating_it_failed() -> None:
    queue = encode_to_dict(sqs.Queue("Letters", **KEEP))
    assert queue["DeletionPolicy"] == "RetainExceptOnCreate"
    assert queue["UpdateReplacePolicy"] == "Retain"


def test_a_log_is_encrypted_and_forgets() -> None:
    group = encode_to_dict(log_group("Log", Ref("Name"), KeyArn(Arn(Ref("Key")))))
    assert group["Properties"] == {
        "LogGroupName": {"Ref": "Name"},
        "KmsKeyId": {"Ref": "Key"},
        "RetentionInDays": 90,
    }
