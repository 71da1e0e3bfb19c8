from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

import pytest

from gate.tree import items, text
from tests.templates.conftest import Evaluate
from tests.templates.rendering import properties, rendered


def statements() -> dict[str, dict[str, Any]]:
    return {each["Sid"]: each for each in properties("audit", "RecordsPolicy")["PolicyDocument"]["Statement"]}


def test_the_trail_covers_all_regions_and_can_be_verified() -> None:
    trail = properties("audit", "Trail")
    assert trail["IsLogging"] is True
    assert trail["IsMultiRegionTrail"] is True
    assert trail["IncludeGlobalServiceEvents"] is True
    assert trail["EnableLogFileValidation"] is True


def test_records_go_to_a_bucket_that_is_encrypted_versioned_and_closed() -> None:
    assert properties("audit", "Trail")["S3BucketName"] == {"Ref": "Records"}
    bucket = properties("audit", "Records")
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {
        "SSEAlgorithm": "aws:kms",
        "KMSMasterKeyID": {"Ref": "SecurityKeyArn"},
    }
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert "BucketName" not in bucket


def test_records_outlive_the_stack_and_a_year() -> None:
    bucket = rendered()["audit"]["Resources"]["Records"]
    assert bucket["DeletionPolicy"] == "RetainExceptOnCreate"
    assert bucket["UpdateReplacePolicy"] == "Retain"
    (rule,) = bucket["Properties"]["LifecycleConfiguration"]["Rules"]
    assert rule["Status"] == "Enabled"
    assert rule["ExpirationInDays"] >= 366
    assert rule["NoncurrentVersionExpiration"]["NoncurrentDays"] >= 30
    assert rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"] <= 7


def test_the_bucket_refuses_what_does_not_come_over_tls() -> None:
    refusal = statements()["DenyInsecureTransport"]
    assert (refusal["Effect"], refusal["Principal"]) == ("Deny", "*")
    assert refusal["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert refusal["Action"] == ["s3:*"]
    assert refusal["Resource"] == [{"Fn::GetAtt": ["Records", "Arn"]}, {"Fn::Sub": "${Records.Arn}/*"}]


def test_only_this_trail_may_write_to_the_bucket(platform: Evaluate) -> None:
    assert properties("audit", "RecordsPolicy")["Bucket"] == {"Ref": "Records"}
    allowed = [each for each in statements().values() if each["Effect"] == "Allow"]
    assert {(each["Principal"]["Service"], *each["Action"]) for each in allowed} == {
        ("cloudtrail.amazonaws.com", "s3:GetBucketAcl"),
        ("cloudtrail.amazonaws.com", "s3:PutObject"),
    }
    tree = platform()
    name = text(tree.stacks["root/Audit"].resources["Trail"].get("TrailName"))
    policy = tree.stacks["root/Audit"].resources["RecordsPolicy"]
    for place, each in enumerate(items(policy.get("PolicyDocument.Statement"))):
        assert isinstance(each, dict)
        if each["Effect"] == "Allow":
            path = ("PolicyDocument", "Statement", place, "Condition", "StringEquals", "aws:SourceArn")
            assert (text(policy.get(path)) or "").endswith(f":trail/{name}")


def test_the_bucket_policy_is_there_before_the_trail() -> None:
    assert rendered()["audit"]["Resources"]["Trail"]["DependsOn"] == "RecordsPolicy"


def test_the_key_lets_the_trail_encrypt(platform: Evaluate) -> None:
    assert properties("audit", "Trail")["KMSKeyId"] == {"Ref": "SecurityKeyArn"}
    tree = platform()
    key = tree.stacks["root/Security"].resources["Key"]
    (let,) = (
        each
        for each in items(key.get("KeyPolicy.Statement"))
        if isinstance(each, dict) and each["Principal"] == {"Service": "cloudtrail.amazonaws.com"}
    )
    # A bucket with a bucket key needs Decrypt besides what every trail needs.
    assert {"kms:GenerateDataKey", "kms:DescribeKey", "kms:Decrypt"} <= set(items(let["Action"]))
    (test,) = items(let["Condition"])
    assert isinstance(test, dict)
    ((operator, condition),) = test.items()
    assert operator in {"ArnLike", "StringLike", "StringEquals"}
    assert isinstance(condition, dict)
    bucket_policy = tree.stacks["root/Audit"].resources["RecordsPolicy"]
    trail = text(bucket_policy.get(("PolicyDocument", "Statement", 1, "Condition", "StringEquals", "aws:SourceArn")))
    assert trail
    assert condition.keys() == {"aws:SourceArn"}
    assert fnmatchcase(trail, text(condition["aws:SourceArn"]) or "")


@pytest.mark.parametrize(
    ("record", "group", "role", "service"),
    [
        ("Trail", "TrailLogs", "TrailRole", "cloudtrail"),
        ("FlowLog", "FlowLogs", "FlowLogRole", "vpc-flow-logs"),
    ],
)
def test_records_can_be_searched_for_90_days(record: str, group: str, role: str, service: str) -> None:
    log = properties("audit", group)
    assert log["RetentionInDays"] == 90
    assert log["KmsKeyId"] == {"Ref": "SecurityKeyArn"}
    assert group in str(properties("audit", record))
    assert {"Fn::GetAtt": [role, "Arn"]} in properties("audit", record).values()
    (trust,) = properties("audit", role)["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": f"{service}.amazonaws.com"}
    (policy,) = properties("audit", role)["Policies"]
    (write,) = policy["PolicyDocument"]["Statement"]
    assert {"logs:CreateLogStream", "logs:PutLogEvents"} <= set(write["Action"])
    assert write["Resource"] == [{"Fn::GetAtt": [group, "Arn"]}]


def test_flow_logs_see_all_traffic_of_the_vpc(platform: Evaluate) -> None:
    tree = platform()
    (flow,) = tree.resources("AWS::EC2::FlowLog")
    assert flow.get("TrafficType") == "ALL"
    assert tree.target(flow.get("ResourceId"), "AWS::EC2::VPC") is not None


def test_without_a_trail_only_the_flow_logs_remain(platform: Evaluate) -> None:
    tree = platform(EnableTrail="false")
    left = {resource.id for resource in tree.resources() if resource.stack.path == "root/Audit"}
    assert left == {"FlowLogs", "FlowLogRole", "FlowLog"}
    assert not tree.problems
