from __future__ import annotations

from typing import Any

import pytest
from troposphere import elasticache

from gate.tree import Resource, Tree
from kit.scope import LONGEST_ENVIRONMENT
from tests.templates.conftest import Evaluate
from tests.templates.rendering import properties, rendered

LONGEST_ID = 40
"""https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html"""


def group(tree: Tree) -> Resource:
    found = tree.resource("root/Cache.Group")
    assert found is not None
    return found


def refused(tree: Tree) -> set[str]:
    """List the rules that do not hold."""
    return {str(problem.path[1]) for problem in tree.problems if problem.code == "failed-assertion"}


def minutes(window: str) -> tuple[int, int]:
    """Give the start and the end of a window such as ``03:00-04:00`` in minutes of a day."""
    start, end = (int(clock[-5:-3]) * 60 + int(clock[-2:]) for clock in window.split("-"))
    return start, end


def test_promise_redis_compatible_cache_with_failover_multi_az_and_encryption(platform: Evaluate) -> None:
    made = group(platform())
    assert made.get("Engine") == "valkey"
    assert made.get("NumCacheClusters") == 2
    assert made.get("AutomaticFailoverEnabled") is True
    assert made.get("MultiAZEnabled") is True
    assert made.get("AtRestEncryptionEnabled") is True
    assert str(made.get("KmsKeyId")) == "${root/Security.Key.Arn}"
    assert made.get("TransitEncryptionEnabled") is True
    assert made.get("TransitEncryptionMode") == "required"


@pytest.mark.parametrize("flag", ["AtRestEncryptionEnabled", "TransitEncryptionEnabled", "AutomaticFailoverEnabled"])
def test_failure_a_flag_of_the_wrong_type_cannot_be_written(flag: str) -> None:
    wrong: dict[str, Any] = {flag: "enabled"}
    with pytest.raises(ValueError, match=r"^$"):  # troposphere says no more than that
        elasticache.ReplicationGroup("Group", ReplicationGroupDescription="A cache", NumCacheClusters=2, **wrong)


def test_a_single_node_has_nothing_to_fail_over_to(platform: Evaluate) -> None:
    made = group(platform(CacheNodes="1"))
    assert made.get("AutomaticFailoverEnabled") is False
    assert made.get("MultiAZEnabled") is False


def test_production_cannot_go_without_failover(platform: Evaluate) -> None:
    safe, unsafe = (refused(platform(Environment="prod", CacheNodes=nodes)) for nodes in ("2", "1"))
    assert unsafe - safe == {"CacheFailsOver"}
    assert refused(platform(CacheNodes="1")) == set()


@pytest.mark.parametrize("engine", ["valkey", "redis"])
def test_version_and_parameters_are_those_of_the_engine(platform: Evaluate, engine: str) -> None:
    made = group(platform(CacheEngine=engine))
    major = str(made.get("EngineVersion")).split(".")[0]
    assert made.get("Engine") == engine
    assert made.get("CacheParameterGroupName") == f"default.{engine}{major}"


def test_workers_log_in_with_an_iam_token_under_a_name_that_is_the_id(platform: Evaluate) -> None:
    worker = platform().resource("root/Cache.Worker")
    assert worker is not None
    assert worker.get("AuthenticationMode.Type") == "iam"
    assert worker.get("UserName") == worker.get("UserId") == "streamflix-worker-test"
    rights = str(worker.get("AccessString")).split()
    assert rights[0] == "on"
    assert "-@dangerous" in rights


def test_nobody_gets_in_by_default(platform: Evaluate) -> None:
    tree = platform()
    default = tree.resource("root/Cache.DefaultUser")
    assert default is not None
    assert default.get("UserName") == "default"
    assert default.get("AccessString") == "off -@all"
    assert [str(user) for user in members(tree)] == ["${root/Cache.DefaultUser}", "${root/Cache.Worker}"]
    assert properties("cache", "Group")["UserGroupIds"] == [{"Ref": "Users"}]


def members(tree: Tree) -> list[Any]:
    users = tree.resource("root/Cache.Users")
    assert users is not None
    found = users.get("UserIds")
    assert isinstance(found, list)
    return found


def test_users_and_their_group_serve_both_engines() -> None:
    """A group of engine ``redis`` may be used by either; one of engine ``valkey`` takes no user without a password."""
    assert {properties("cache", title)["Engine"] for title in ("Users", "Worker", "DefaultUser")} == {"redis"}


def test_failure_a_password_in_the_template_cannot_be() -> None:
    template = rendered()["cache"]
    for title in ("Worker", "DefaultUser"):
        made = properties("cache", title)
        assert "Passwords" not in made
        assert made["AuthenticationMode"]["Type"] in {"iam", "no-password-required"}
    assert "AuthToken" not in template["Resources"]["Group"]["Properties"]


def test_ids_fit_at_the_longest_environment(platform: Evaluate) -> None:
    tree = platform(Environment="a" * LONGEST_ENVIRONMENT)
    named = {"Group": "ReplicationGroupId", "Users": "UserGroupId", "Worker": "UserId", "DefaultUser": "UserId"}
    for title, property_ in named.items():
        found = tree.resource(f"root/Cache.{title}")
        assert found is not None
        id_ = str(found.get(property_))
        assert "a" * LONGEST_ENVIRONMENT in id_
        assert len(id_) <= LONGEST_ID
        assert id_ == id_.lower()


def test_the_cache_lives_where_there_is_no_way_out() -> None:
    made = properties("cache", "Group")
    assert made["SecurityGroupIds"] == [{"Ref": "NetworkCacheGroup"}]
    assert made["CacheSubnetGroupName"] == {"Ref": "Subnets"}
    assert properties("cache", "Subnets")["SubnetIds"] == {"Ref": "NetworkDataSubnets"}


def test_snapshots_are_taken_daily_and_at_the_end_and_not_during_maintenance() -> None:
    made = rendered()["cache"]["Resources"]["Group"]
    assert made["DeletionPolicy"] == made["UpdateReplacePolicy"] == "Snapshot"
    assert made["Properties"]["SnapshotRetentionLimit"] == 7
    _, taken = minutes(made["Properties"]["SnapshotWindow"])
    maintained, _ = minutes(made["Properties"]["PreferredMaintenanceWindow"])
    assert taken <= maintained


@pytest.mark.parametrize("kind", ["slow-log", "engine-log"])
def test_logs_are_delivered_as_json_to_encrypted_groups_that_forget(platform: Evaluate, kind: str) -> None:
    tree = platform()
    deliveries = group(tree).get("LogDeliveryConfigurations")
    assert isinstance(deliveries, list)
    (delivery,) = [each for each in deliveries if isinstance(each, dict) and each["LogType"] == kind]
    assert delivery["LogFormat"] == "json"
    assert delivery["DestinationType"] == "cloudwatch-logs"
    logs = tree.resource(f"root/Cache.{kind.title().replace('-', '')}")
    assert logs is not None
    assert logs.id in str(delivery["DestinationDetails"])
    assert logs.get("LogGroupName") == f"/aws/vendedlogs/streamflix/test/cache/{kind}"
    assert logs.get("RetentionInDays") == 90
    assert str(logs.get("KmsKeyId")) == "${root/Security.Key.Arn}"


def test_others_get_the_endpoints_of_whichever_node_is_primary() -> None:
    outputs = {name: output["Value"] for name, output in rendered()["cache"]["Outputs"].items()}
    assert outputs["Host"] == {"Fn::GetAtt": ["Group", "PrimaryEndPoint.Address"]}
    assert outputs["ReaderHost"] == {"Fn::GetAtt": ["Group", "ReaderEndPoint.Address"]}
    assert outputs["UserName"] == {"Ref": "Worker"}
    assert outputs["GroupArn"]["Fn::Sub"].endswith(":replicationgroup:${Group}")
