from __future__ import annotations

from typing import Any

import pytest
from troposphere import rds

from gate.tree import Resource, Tree
from templates.database import CAPACITIES, CONNECTIONS
from tests.templates.conftest import Evaluate
from tests.templates.rendering import properties, rendered, resources


def cluster(tree: Tree) -> Resource:
    found = tree.resource("root/Database.Cluster")
    assert found is not None
    return found


def refused(tree: Tree) -> list[str]:
    """List the rules that do not hold."""
    return [str(problem.path[1]) for problem in tree.problems if problem.code == "failed-assertion"]


def minutes(window: str) -> tuple[int, int]:
    """Give the start and the end of a window such as ``03:00-04:00`` in minutes of a day."""
    start, end = (int(clock[-5:-3]) * 60 + int(clock[-2:]) for clock in window.split("-"))
    return start, end


def test_promise_aurora_with_backups_windows_encryption_and_deletion_protection(platform: Evaluate) -> None:
    made = cluster(platform())
    assert made.get("BackupRetentionPeriod") == 7
    assert made.get("PreferredBackupWindow") == "03:00-04:00"
    assert made.get("PreferredMaintenanceWindow") == "sun:04:00-sun:05:00"
    assert made.get("StorageEncrypted") is True
    assert str(made.get("KmsKeyId")) == "${root/Security.Key.Arn}"
    assert made.get("DeletionProtection") == "true"


def test_failure_aurora_without_instances_cannot_be(platform: Evaluate) -> None:
    tree = platform()
    instances = {instance.id: instance for instance in tree.resources("AWS::RDS::DBInstance")}
    assert set(instances) == {"Writer", "Reader"}
    zones = {str(instance.get("AvailabilityZone")) for instance in instances.values()}
    assert len(zones) == 2
    assert zones <= {str(subnet.get("AvailabilityZone")) for subnet in tree.resources("AWS::EC2::Subnet")}
    for instance in instances.values():
        assert str(instance.get("DBClusterIdentifier")) == "${root/Database.Cluster}"
        assert instance.get("DBInstanceClass") == "db.serverless"
        assert instance.get("PubliclyAccessible") is False


def test_the_reader_can_be_left_out_where_a_short_outage_does_not_matter(platform: Evaluate) -> None:
    tree = platform(DatabaseReader="false")
    assert [instance.id for instance in tree.resources("AWS::RDS::DBInstance")] == ["Writer"]


def test_a_reader_is_as_large_as_the_writer_that_it_may_replace() -> None:
    tiers = [
        instance["Properties"]["PromotionTier"] for instance in resources("database", "AWS::RDS::DBInstance").values()
    ]
    assert max(tiers) <= 1


def test_windows_do_not_overlap() -> None:
    made = properties("database", "Cluster")
    _, backed_up = minutes(made["PreferredBackupWindow"])
    maintained, _ = minutes(made["PreferredMaintenanceWindow"])
    assert backed_up <= maintained


def test_failure_a_password_in_the_template_cannot_be() -> None:
    made = properties("database", "Cluster")
    assert made["ManageMasterUserPassword"] is True
    assert made["MasterUserSecret"] == {"KmsKeyId": {"Ref": "SecurityKeyArn"}}
    assert "MasterUserPassword" not in made


def test_only_tls_and_iam_get_in() -> None:
    made = properties("database", "Cluster")
    assert properties("database", "Parameters")["Parameters"]["rds.force_ssl"] == "1"
    assert made["DBClusterParameterGroupName"] == {"Ref": "Parameters"}
    assert made["EnableIAMDatabaseAuthentication"] is True
    assert made["VpcSecurityGroupIds"] == [{"Ref": "NetworkDatabaseGroup"}]
    assert properties("database", "Subnets")["SubnetIds"] == {"Ref": "NetworkDataSubnets"}


def test_logins_and_slow_statements_are_logged_but_no_password_that_is_set() -> None:
    parameters = properties("database", "Parameters")["Parameters"]
    assert parameters["log_connections"] == parameters["log_disconnections"] == "1"
    assert parameters["log_min_duration_statement"] == "1000"
    assert "log_statement" not in parameters


def test_the_parameter_family_is_that_of_the_engine_version() -> None:
    made = properties("database", "Cluster")
    major = made["EngineVersion"].split(".")[0]
    assert properties("database", "Parameters")["Family"] == f"{made['Engine']}{major}"


def test_the_last_snapshot_is_kept_with_its_tags() -> None:
    made = rendered()["database"]["Resources"]["Cluster"]
    assert made["DeletionPolicy"] == made["UpdateReplacePolicy"] == "Snapshot"
    assert made["Properties"]["CopyTagsToSnapshot"] is True


def test_its_log_group_is_there_before_the_cluster_encrypted_and_finite(platform: Evaluate) -> None:
    tree = platform()
    logs = tree.resource("root/Database.Logs")
    assert logs is not None
    name = cluster(tree).get("DBClusterIdentifier")
    assert logs.get("LogGroupName") == f"/aws/rds/cluster/{name}/postgresql"
    assert logs.get("RetentionInDays") == 90
    assert str(logs.get("KmsKeyId")) == "${root/Security.Key.Arn}"
    assert "Logs" in rendered()["database"]["Resources"]["Cluster"]["DependsOn"]
    assert cluster(tree).get("EnableCloudwatchLogsExports") == ["postgresql"]


@pytest.mark.parametrize(("mode", "days"), [("standard", 7), ("advanced", 465)])
def test_database_insights_keep_as_long_as_their_mode_demands(platform: Evaluate, mode: str, days: int) -> None:
    made = cluster(platform(DatabaseInsights=mode))
    assert made.get("DatabaseInsightsMode") == mode
    assert made.get("PerformanceInsightsEnabled") is True
    assert made.get("PerformanceInsightsRetentionPeriod") == days
    assert str(made.get("PerformanceInsightsKmsKeyId")) == "${root/Security.Key.Arn}"


def test_enhanced_monitoring_reports_every_minute_by_the_role_that_aws_made_for_it() -> None:
    made = properties("database", "Cluster")
    assert made["MonitoringInterval"] == 60
    assert made["MonitoringRoleArn"] == {"Fn::GetAtt": ["MonitoringRole", "Arn"]}
    (policy,) = properties("database", "MonitoringRole")["ManagedPolicyArns"]
    assert policy["Fn::Sub"].endswith(":policy/service-role/AmazonRDSEnhancedMonitoringRole")


def test_a_database_pauses_only_at_capacity_zero(platform: Evaluate) -> None:
    def idle(minimum: str) -> object:
        return cluster(platform(MinCapacity=minimum)).get("ServerlessV2ScalingConfiguration.SecondsUntilAutoPause")

    assert idle("0") == 900
    assert idle("0.5") is None


def test_capacities_are_half_steps_that_aurora_takes() -> None:
    assert [step for step in CAPACITIES if step * 2 != int(step * 2) or not 0 <= step <= 256] == []
    assert list(CONNECTIONS) == [step for step in CAPACITIES if step >= 1]


@pytest.mark.parametrize(("minimum", "maximum"), [("2", "1"), ("256", "128"), ("16", "8")])
def test_a_minimum_above_the_maximum_is_refused(platform: Evaluate, minimum: str, maximum: str) -> None:
    assert refused(platform(MinCapacity=minimum, MaxCapacity=maximum)) == ["CapacityRange"]


@pytest.mark.parametrize(("minimum", "maximum"), [("0", "1"), ("0.5", "16"), ("256", "256"), ("1", "1")])
def test_a_minimum_up_to_the_maximum_is_taken(platform: Evaluate, minimum: str, maximum: str) -> None:
    assert refused(platform(MinCapacity=minimum, MaxCapacity=maximum)) == []


@pytest.mark.parametrize(
    ("knob", "value", "rule"),
    [
        ("DeletionProtection", "false", "DatabaseIsProtected"),
        ("DatabaseReader", "false", "DatabaseHasReader"),
        ("BackupDays", "1", "DatabaseIsBackedUp"),
        ("BackupDays", "6", "DatabaseIsBackedUp"),
        ("MinCapacity", "0", "DatabaseStaysAwake"),
    ],
)
def test_production_does_without_none_of_it(platform: Evaluate, knob: str, value: str, rule: str) -> None:
    safe, unsafe = (refused(platform(Environment="prod", **knobs)) for knobs in ({}, {knob: value}))
    assert set(unsafe) - set(safe) == {rule}
    assert refused(platform(**{knob: value})) == []


@pytest.mark.parametrize(
    "wrong", [{"BackupRetentionPeriod": 36}, {"StorageEncrypted": "encrypted"}, {"Encrypted": True}]
)
def test_failure_a_wrong_property_of_the_cluster_cannot_be_written(wrong: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError, AttributeError)):
        rds.DBCluster("Cluster", Engine="aurora-postgresql", **wrong)
