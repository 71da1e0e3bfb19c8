"""Database tier: Aurora PostgreSQL Serverless v2, with a writer and a reader in different zones."""

from __future__ import annotations

from typing import Any, Final

from troposphere import Delete, Equals, GetAZs, Not, Select, Snapshot, rds

from kit import grants
from kit.conditions import is_on, switch
from kit.interface import flag, interface, knob, out
from kit.retention import log_group
from kit.rules import Contains, Rule, at_most, in_production
from kit.scope import PROJECT, Scope
from kit.template import Template
from kit.text import sub
from kit.values import Arn, Flag, Host, KeyArn, Name, Number, SecretArn, Text
from templates.network import DATABASE_PORT, Network
from templates.security import Security

ENGINE: Final = "aurora-postgresql"
VERSION: Final = "17.7"
"""The long-term-support release: the one that new clusters can be made of for longest. It can pause at capacity 0.

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Updates.LTS.html
"""

CAPACITIES: Final = (0, 0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256)
"""Capacities on offer, in Aurora capacity units of about 2 GiB each; Aurora takes any half step, and 0 to pause.

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.how-it-works.html
"""
CONNECTIONS: Final = {1: 189, 2: 378, 4: 823, 8: 1669, 16: 3360, 32: 5000, 64: 5000, 128: 5000, 256: 5000}
"""Connections that an instance takes, by its largest capacity; 2 is not published, and is twice what 1 takes.

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html#aurora-serverless-v2.max-connections
"""
CONNECTIONS_IF_SMALL: Final = 2000
"""Connections that an instance takes at most if its smallest capacity is 0 or 0.5."""

IDLE_SECONDS: Final = 900
"""Time without a connection after which a cluster that may pause does."""

SAFE_BACKUP_DAYS: Final = 7
"""https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-11"""

INSIGHTS_DAYS: Final = {"standard": 7, "advanced": 465}
"""Days that each mode of Database Insights keeps performance data; the advanced mode takes no other number.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
"""


@interface
class Knobs:
    """What params/<env>.json may set."""

    min_capacity: Number = knob(
        "Capacity units that each instance keeps when idle; 0 lets the database pause.",
        label="Minimum database capacity",
        default=0.5,
        AllowedValues=CAPACITIES,
    )
    max_capacity: Number = knob(
        "Capacity units that each instance may grow to.",
        label="Maximum database capacity",
        default=16,
        AllowedValues=tuple(CONNECTIONS),
    )
    database_reader: Flag = flag("Keep a reader in a second zone, ready to take over.", default=True)
    database_name: Text = knob(
        "Database to make inside the cluster; changing it later needs a new cluster.",
        default=PROJECT,
        AllowedPattern=r"^[a-z][a-z0-9]{0,62}$",
        ConstraintDescription="lowercase letters and digits, a letter first, at most 63",
    )
    database_insights: Text = knob(
        "Database Insights: standard keeps 7 days of performance data, advanced 15 months at a charge.",
        default="standard",
        AllowedValues=tuple(INSIGHTS_DAYS),
    )
    backup_days: Number = knob("Days that automatic backups are kept.", default=7, MinValue=1, MaxValue=35)
    deletion_protection: Flag = flag("Refuse to delete the database.", default=True)


@interface
class Database:
    """What other tiers may use."""

    writer_host: Host = out("Endpoint for reads and writes.", root=True)
    reader_host: Host = out("Endpoint for reads.", root=True)
    port: Number = out("Port of both endpoints.")
    name: Name = out("Name of the database inside the cluster.")
    secret_arn: SecretArn = out("Secret that RDS keeps the master password in.", root=True)
    cluster_id: Name = out("Identifier of the cluster, for metrics.")
    cluster_resource_id: Text = out("Immutable identifier of the cluster, for IAM logins.")


def rules(scope: Scope, knobs: Knobs) -> tuple[Rule, ...]:
    """Refuse what contradicts itself, and what production must not do without."""
    production = in_production(scope.environment)
    too_few_days = Contains([str(days) for days in range(1, SAFE_BACKUP_DAYS)], knobs.backup_days)
    return (
        Rule(
            "CapacityRange",
            "MinCapacity must not be greater than MaxCapacity",
            holds=at_most(knobs.min_capacity, knobs.max_capacity, CAPACITIES),
        ),
        Rule(
            "DatabaseIsProtected",
            "DeletionProtection must be true in production",
            holds=(Equals(knobs.deletion_protection, "true"),),
            when=production,
        ),
        Rule(
            "DatabaseHasReader",
            "DatabaseReader must be true in production",
            holds=(Equals(knobs.database_reader, "true"),),
            when=production,
        ),
        Rule(
            "DatabaseIsBackedUp",
            f"BackupDays must be at least {SAFE_BACKUP_DAYS} in production",
            holds=(Not(too_few_days),),
            when=production,
        ),
        Rule(
            "DatabaseStaysAwake",
            "MinCapacity must not be 0 in production: the first query after a pause waits for 15 seconds or more",
            holds=(Not(Equals(knobs.min_capacity, "0")),),
            when=production,
        ),
    )


def build(t: Template, scope: Scope, knobs: Knobs, network: Network, security: Security) -> Database:
    """Add the cluster and its instances."""
    cluster = _cluster(t, scope, knobs, network, security.key_arn)
    _instances(t, knobs, cluster)
    return Database(
        writer_host=Host(cluster.get_att("Endpoint.Address")),
        reader_host=Host(cluster.get_att("ReadEndpoint.Address")),
        port=Number(cluster.get_att("Endpoint.Port")),
        name=Name(knobs.database_name),
        secret_arn=SecretArn(Arn(cluster.get_att("MasterUserSecret.SecretArn"))),
        cluster_id=Name(cluster.ref()),
        cluster_resource_id=Text(cluster.get_att("DBClusterResourceId")),
    )


def _cluster(t: Template, scope: Scope, knobs: Knobs, network: Network, key: KeyArn) -> rds.DBCluster:
    pauses = switch(t, "MayPause", Equals(knobs.min_capacity, "0"))
    subnets = t.add_resource(
        rds.DBSubnetGroup("Subnets", DBSubnetGroupDescription="Subnets with no way out", SubnetIds=network.data_subnets)
    )
    name = scope.name("database")
    # RDS would make this log group itself, unencrypted and for ever; hence the name of the cluster, which is in its.
    logs = t.add_resource(log_group("Logs", sub("/aws/rds/cluster/${cluster}/postgresql", cluster=name), key))
    return t.add_resource(
        rds.DBCluster(
            "Cluster",
            DBClusterIdentifier=name,
            Engine=ENGINE,
            EngineVersion=VERSION,
            AutoMinorVersionUpgrade=True,
            DBClusterParameterGroupName=_parameters(t).ref(),
            ServerlessV2ScalingConfiguration=rds.ServerlessV2ScalingConfiguration(
                MinCapacity=knobs.min_capacity,
                MaxCapacity=knobs.max_capacity,
                SecondsUntilAutoPause=pauses.pick(IDLE_SECONDS),
            ),
            DatabaseName=knobs.database_name,
            Port=DATABASE_PORT,
            DBSubnetGroupName=subnets.ref(),
            VpcSecurityGroupIds=[network.database_group],
            StorageEncrypted=True,
            KmsKeyId=key,
            MasterUsername=PROJECT,
            ManageMasterUserPassword=True,
            MasterUserSecret=rds.MasterUserSecret(KmsKeyId=key),
            EnableIAMDatabaseAuthentication=True,
            BackupRetentionPeriod=knobs.backup_days,
            PreferredBackupWindow="03:00-04:00",
            PreferredMaintenanceWindow="sun:04:00-sun:05:00",
            CopyTagsToSnapshot=True,
            DeletionProtection=knobs.deletion_protection,
            EnableCloudwatchLogsExports=["postgresql"],
            DependsOn=[logs.title],
            DeletionPolicy=Snapshot,
            UpdateReplacePolicy=Snapshot,
            **_insights(t, knobs, key),
        )
    )


def _parameters(t: Template) -> rds.DBClusterParameterGroup:
    return t.add_resource(
        rds.DBClusterParameterGroup(
            "Parameters",
            Description="TLS only; logins and slow statements are logged",
            Family=ENGINE + VERSION.partition(".")[0],
            # Not log_statement: it would write the password of a CREATE ROLE into the log.
            Parameters={
                "rds.force_ssl": "1",
                "log_connections": "1",
                "log_disconnections": "1",
                "log_min_duration_statement": "1000",
            },
        )
    )


def _insights(t: Template, knobs: Knobs, key: KeyArn) -> dict[str, Any]:
    """Watch every instance of the cluster, also one that is added later."""
    advanced = switch(t, "AdvancedInsights", Equals(knobs.database_insights, "advanced"))
    policy = Arn(sub("arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"))
    role = t.add_resource(grants.service_role("MonitoringRole", "monitoring.rds", managed=(policy,)))
    return {
        "MonitoringInterval": 60,
        "MonitoringRoleArn": grants.role_arn(role),
        "DatabaseInsightsMode": knobs.database_insights,
        "PerformanceInsightsEnabled": True,
        "PerformanceInsightsKmsKeyId": key,
        "PerformanceInsightsRetentionPeriod": advanced.pick(INSIGHTS_DAYS["advanced"], INSIGHTS_DAYS["standard"]),
    }


def _instances(t: Template, knobs: Knobs, cluster: rds.DBCluster) -> None:
    """Add the writer and, on request, the reader.

    They are made at the same time, so either may start as the writer: the endpoints follow the roles, not the names.
    Promotion tiers 0 and 1 keep a reader as large as the writer, so that it can take over.
    """
    t.add_resource(_instance("Writer", cluster, place=0, only={}))
    wanted = is_on(t, "WithReader", knobs.database_reader)
    t.add_resource(_instance("Reader", cluster, place=1, only={"Condition": wanted.name}))


def _instance(title: str, cluster: rds.DBCluster, *, place: int, only: dict[str, Any]) -> rds.DBInstance:
    return rds.DBInstance(
        title,
        DBClusterIdentifier=cluster.ref(),
        Engine=ENGINE,
        DBInstanceClass="db.serverless",
        AvailabilityZone=Select(place, GetAZs("")),  # the network has its subnets in these
        PromotionTier=place,
        PubliclyAccessible=False,
        AutoMinorVersionUpgrade=True,
        # The data is the cluster's, and so is the last snapshot; RDS makes none of an instance.
        DeletionPolicy=Delete,
        UpdateReplacePolicy=Delete,
        **only,
    )
