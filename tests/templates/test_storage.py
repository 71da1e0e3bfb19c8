from __future__ import annotations

from typing import Any

import pytest
from troposphere import efs

from tests.templates.rendering import properties, rendered, resources

CLIENT_ACTIONS = {
    "elasticfilesystem:ClientMount",
    "elasticfilesystem:ClientWrite",
    "elasticfilesystem:ClientRootAccess",
}


def mount_rules() -> dict[str, dict[str, Any]]:
    """Give the statements of the file-system policy by Sid."""
    policy = properties("storage", "Files")["FileSystemPolicy"]
    return {statement["Sid"]: statement for statement in policy["Statement"]}


def test_promise_efs_encrypted_with_after_30_days() -> None:
    files = properties("storage", "Files")
    assert files["Encrypted"] is True
    assert files["KmsKeyId"] == {"Ref": "SecurityKeyArn"}
    assert {"TransitionToIA": "AFTER_30_DAYS"} in files["LifecyclePolicies"]


def test_files_come_back_when_they_are_read() -> None:
    assert {"TransitionToPrimaryStorageClass": "AFTER_1_ACCESS"} in properties("storage", "Files")["LifecyclePolicies"]


def test_failure_efs_lifecycle_in_the_wrong_shape_cannot_be() -> None:
    policies = properties("storage", "Files")["LifecyclePolicies"]
    assert isinstance(policies, list)
    assert [len(policy) for policy in policies] == [1, 1]


@pytest.mark.parametrize(
    "shape",
    [
        {"TransitionToIA": "AFTER_30_DAYS"},
        [{"transition_to_ia": "AFTER_30_DAYS"}],
        efs.LifecyclePolicy(TransitionToIA="AFTER_30_DAYS"),
    ],
)
def test_failure_efs_lifecycle_in_the_wrong_shape_cannot_be_written(shape: object) -> None:
    with pytest.raises(TypeError, match="LifecyclePolicies"):
        efs.FileSystem("Files", LifecyclePolicies=shape)


def test_files_are_shared_by_many_with_the_throughput_of_the_knob() -> None:
    files = properties("storage", "Files")
    assert files["PerformanceMode"] == "generalPurpose"
    assert files["ThroughputMode"] == {"Ref": "EfsThroughputMode"}
    assert rendered()["root"]["Parameters"]["EfsThroughputMode"]["Default"] == "bursting"


def test_files_outlive_the_stack() -> None:
    files = rendered()["storage"]["Resources"]["Files"]
    assert files["DeletionPolicy"] == "RetainExceptOnCreate"
    assert files["UpdateReplacePolicy"] == "Retain"


def test_files_are_backed_up_unless_told_not_to() -> None:
    assert properties("storage", "Files")["BackupPolicy"] == {"Status": {"Fn::If": ["Backup", "ENABLED", "DISABLED"]}}
    assert rendered()["storage"]["Conditions"]["Backup"] == {"Fn::Equals": [{"Ref": "EfsBackup"}, "true"]}
    assert rendered()["root"]["Parameters"]["EfsBackup"]["Default"] == "true"


def test_production_cannot_go_without_backups() -> None:
    rule = rendered()["root"]["Rules"]["ProductionFiles"]
    assert rule["RuleCondition"] == {"Fn::Contains": [["prod", "production"], {"Ref": "Environment"}]}
    (promise,) = rule["Assertions"]
    assert promise["Assert"] == {"Fn::Equals": [{"Ref": "EfsBackup"}, "true"]}
    assert "EfsBackup" in promise["AssertDescription"]


def test_each_zone_has_a_mount_target_in_its_data_subnet() -> None:
    targets = resources("storage", "AWS::EFS::MountTarget")
    for place, zone in enumerate("ABC"):
        target = targets[f"MountTarget{zone}"]["Properties"]
        assert target["FileSystemId"] == {"Ref": "Files"}
        assert target["SubnetId"] == {"Fn::Select": [place, {"Ref": "NetworkDataSubnets"}]}
        assert target["SecurityGroups"] == [{"Ref": "NetworkFilesGroup"}]
    assert len(targets) == 3


def test_the_third_mount_target_waits_for_a_third_zone() -> None:
    targets = resources("storage", "AWS::EFS::MountTarget")
    assert [title for title, target in targets.items() if "Condition" in target] == ["MountTargetC"]
    third = rendered()["storage"]["Conditions"][targets["MountTargetC"]["Condition"]]
    assert third == {"Fn::Equals": [{"Ref": "ZoneCount"}, "3"]}


def test_whoever_mounts_is_the_owner_of_the_directory() -> None:
    point = properties("storage", "Media")
    assert point["FileSystemId"] == {"Ref": "Files"}
    assert point["PosixUser"] == {"Uid": "1000", "Gid": "1000"}
    assert point["RootDirectory"]["Path"] == "/media"
    made = point["RootDirectory"]["CreationInfo"]
    assert (made["OwnerUid"], made["OwnerGid"]) == ("1000", "1000")
    assert made["Permissions"].endswith("0"), "nobody but the owner and the group"


def test_files_are_mounted_over_tls_only() -> None:
    deny = mount_rules()["DenyInsecureTransport"]
    assert deny["Effect"] == "Deny"
    assert deny["Principal"] == "*"
    assert deny["Action"] == ["elasticfilesystem:*"]
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_files_are_mounted_through_an_access_point_only() -> None:
    deny = mount_rules()["DenyAroundAccessPoint"]
    assert deny["Effect"] == "Deny"
    assert set(deny["Action"]) == CLIENT_ACTIONS
    assert deny["Condition"] == {"Null": {"elasticfilesystem:AccessPointArn": "true"}}


def test_files_are_mounted_with_a_role_only() -> None:
    assert {statement["Effect"] for statement in mount_rules().values()} == {"Deny"}


def test_the_check_that_nobody_is_locked_out_stays_on() -> None:
    assert "BypassPolicyLockoutSafetyCheck" not in properties("storage", "Files")
