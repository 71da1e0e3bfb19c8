"""Values that RDS, DocumentDB, Neptune and Redshift refuse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gate.limits import (
    ABSENT,
    GIVEN,
    OFF,
    ON,
    Limit,
    Shape,
    among,
    between,
    either,
    exceeded,
    having,
    like,
    may,
    needs,
    when,
    without,
)
from gate.rule import Hit, rule
from gate.tree import Tree

_CLUSTER = ("AWS::RDS::DBCluster",)
_INSTANCE = ("AWS::RDS::DBInstance",)
_RDS = (*_CLUSTER, *_INSTANCE)
_CLUSTERS = (*_CLUSTER, "AWS::DocDB::DBCluster", "AWS::Neptune::DBCluster")
_CREATE_CLUSTER = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html"
_CREATE_INSTANCE = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"
_CREATE_GROUP = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html"

_NAME_SAYS = "A database name starts with a letter; letters, digits and underscores follow."
_SECRECY = 'A master password has 8 or more printable characters, none of them /, ", @ or a blank.'
_RETENTIONS = among(7, 731, *(31 * month for month in range(1, 24)))


def _engine(pattern: str) -> Shape:
    return having(Engine=like(pattern))


def _logs(engine: str, *names: str) -> Shape:
    return when(_engine(engine), may(EnableCloudwatchLogsExports={"items": among(*names)}))


_EXPORTS = (
    _logs("aurora-mysql", "audit", "error", "general", "instance", "slowquery", "iam-db-auth-error"),
    _logs("aurora-postgresql", "instance", "postgresql", "iam-db-auth-error"),
    _logs("mariadb|mysql", "audit", "error", "general", "slowquery", "iam-db-auth-error"),
    _logs("postgres", "postgresql", "upgrade", "iam-db-auth-error"),
    _logs("oracle-.*", "alert", "audit", "listener", "trace", "oemagent"),
    _logs("sqlserver-.*", "agent", "error"),
)
_SOURCES = ("SnapshotIdentifier", "SourceDBClusterIdentifier", "ReplicationSourceIdentifier", "GlobalClusterIdentifier")
_INSTANCE_SOURCES = (
    *("DBClusterIdentifier", "DBSnapshotIdentifier", "DBClusterSnapshotIdentifier", "SourceDBInstanceIdentifier"),
    *("SourceDbiResourceId", "SourceDBInstanceAutomatedBackupsArn", "SourceDBClusterIdentifier"),
)
_CREDENTIALS = {
    **needs("MasterUsername"),
    **either(
        having(ManageMasterUserPassword=ON),
        having(MasterUserPassword=GIVEN),
        having(MasterUserAuthenticationType=GIVEN),
    ),
}

LIMITS: Final = (
    Limit(
        _RDS, "MonitoringInterval", among(0, 1, 5, 10, 15, 30, 60),
        "Enhanced monitoring reports every 1, 5, 10, 15, 30 or 60 seconds, or with 0 not at all.", _CREATE_INSTANCE,
    ),
    Limit(
        _INSTANCE, "", when(having(MonitoringInterval={"exclusiveMinimum": 0}), needs("MonitoringRoleArn")),
        "Enhanced monitoring writes with the role of MonitoringRoleArn.", _CREATE_INSTANCE,
    ),
    Limit(
        _INSTANCE, "", when(having(MonitoringRoleArn=GIVEN), having(MonitoringInterval={"exclusiveMinimum": 0})),
        "Where MonitoringRoleArn is given, set MonitoringInterval to another value than 0.", _CREATE_INSTANCE,
    ),
    Limit(
        _CLUSTER, "PerformanceInsightsRetentionPeriod", _RETENTIONS,
        "Performance Insights keeps data for 7 or 731 days, or 31 days times a number of months up to 23.",
        _CREATE_CLUSTER,
    ),
    Limit(
        _CLUSTER, "", when(
            having(DatabaseInsightsMode=among("advanced")),
            having(PerformanceInsightsEnabled=ON, PerformanceInsightsRetentionPeriod={"minimum": 465}),
        ),
        "Advanced Database Insights needs Performance Insights with a retention of 465 days or more.", _CREATE_CLUSTER,
    ),
    Limit(
        _INSTANCE, "", when(
            having(DatabaseInsightsMode=among("advanced"), DBClusterIdentifier=ABSENT),
            having(EnablePerformanceInsights=ON, PerformanceInsightsRetentionPeriod={"minimum": 465}),
        ),
        "Advanced Database Insights needs Performance Insights with a retention of 465 days or more.", _CREATE_INSTANCE,
    ),
    Limit(
        _CLUSTER, "", when(
            having(PerformanceInsightsEnabled=OFF),
            without("PerformanceInsightsKmsKeyId", "PerformanceInsightsRetentionPeriod"),
        ),
        "Key and retention of Performance Insights go with PerformanceInsightsEnabled.", _CREATE_CLUSTER,
    ),
    Limit(
        _INSTANCE, "", when(
            having(EnablePerformanceInsights=OFF),
            without("PerformanceInsightsKMSKeyId", "PerformanceInsightsRetentionPeriod"),
        ),
        "Key and retention of Performance Insights go with EnablePerformanceInsights.", _CREATE_INSTANCE,
    ),
    Limit(_RDS, "Port", between(1150, 65535), "A database listens on a port from 1150 to 65535.", _CREATE_CLUSTER),
    Limit(
        _RDS, "MasterUserPassword", {"pattern": r'^[^/"@\s]{8,}$'}, _SECRECY, _CREATE_INSTANCE,
    ),
    Limit(
        _RDS, "", when(
            _engine("aurora-mysql|mariadb|mysql"),
            may(MasterUserPassword={"maxLength": 41}, MasterUsername={"maxLength": 32}),
        ),
        "MySQL takes passwords of at most 41 characters, and user names of at most 32.", _CREATE_INSTANCE,
    ),
    Limit(
        ("AWS::DocDB::DBCluster",), "MasterUserPassword", {"pattern": r'^[^/"@]{8,100}$'}, _SECRECY,
        "https://docs.aws.amazon.com/documentdb/latest/developerguide/API_CreateDBCluster.html",
    ),
    Limit(
        ("AWS::DocDB::DBCluster",), "MasterUsername",
        {"pattern": "^[a-zA-Z][a-zA-Z0-9]{0,62}$", "not": among("admin", "root")},
        "A master user name starts with a letter, has letters and digits, and is no reserved word.",
        "https://docs.aws.amazon.com/documentdb/latest/developerguide/API_CreateDBCluster.html",
    ),
    Limit(
        ("AWS::Redshift::Cluster",), "MasterUserPassword",
        {"pattern": r"^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])[^'\"\\/@\s]{8,64}$"},
        "A Redshift password has 8 to 64 characters with an upper-case letter, a lower-case letter and a digit.",
        "https://docs.aws.amazon.com/redshift/latest/APIReference/API_CreateCluster.html",
    ),
    Limit(
        _RDS, "MasterUsername", {"not": among("rdsadmin", "rdsrepladmin", "rds_superuser", "public")},
        "These user names are reserved.", _CREATE_INSTANCE,
    ),
    Limit(
        _INSTANCE, "", when(_engine("postgres"), may(MasterUsername={"not": among("admin")})),
        "PostgreSQL reserves the user name admin.", _CREATE_INSTANCE,
    ),
    Limit(
        _CLUSTER, "DatabaseName", {"pattern": "^([a-zA-Z][a-zA-Z0-9_]{0,63})?$", "not": among("rdsadmin")}, _NAME_SAYS,
        _CREATE_CLUSTER,
    ),
    Limit(
        _INSTANCE, "", when(
            _engine("aurora.*|mariadb|mysql|postgres"),
            may(DBName={"pattern": "^([a-zA-Z][a-zA-Z0-9_]{0,63})?$", "not": among("rdsadmin")}),
        ),
        _NAME_SAYS, _CREATE_INSTANCE,
    ),
    Limit(
        _INSTANCE, "", when(_engine("oracle-.*"), may(DBName={"pattern": "^[a-zA-Z][a-zA-Z0-9]{0,7}$"})),
        "An Oracle system id has at most 8 letters and digits.", _CREATE_INSTANCE,
    ),
    Limit(
        _INSTANCE, "", when(_engine("sqlserver-.*"), without("DBName")), "SQL Server takes no DBName.",
        _CREATE_INSTANCE,
    ),
    *(
        Limit(
            _RDS, "", exports, "Export log types that the engine has.",
            "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Procedural.UploadtoCloudWatch.html",
        )
        for exports in _EXPORTS
    ),
    Limit(
        ("AWS::DocDB::DBCluster",), "EnableCloudwatchLogsExports.*", among("audit", "profiler"),
        "DocumentDB exports audit and profiler.",
        "https://docs.aws.amazon.com/documentdb/latest/developerguide/API_CreateDBCluster.html",
    ),
    Limit(
        ("AWS::Neptune::DBCluster",), "EnableCloudwatchLogsExports.*", among("audit", "slowquery"),
        "Neptune exports audit and slowquery.", "https://docs.aws.amazon.com/neptune/latest/userguide/cloudwatch-logs.html",
    ),
    Limit(
        _RDS, "", when(
            having(ManageMasterUserPassword=ON), without("MasterUserPassword"),
        ),
        "RDS makes the password where it manages it.", _CREATE_CLUSTER,
    ),
    Limit(
        _RDS, "", when(having(MasterUserSecret=having(KmsKeyId=GIVEN)), having(ManageMasterUserPassword=ON)),
        "The secret's key goes with ManageMasterUserPassword.", _CREATE_CLUSTER,
    ),
    Limit(
        _CLUSTER, "", when(without(*_SOURCES), _CREDENTIALS),
        "A new cluster has a MasterUsername, and a password that RDS manages or that is given.", _CREATE_CLUSTER,
    ),
    Limit(
        _INSTANCE, "", when(without(*_INSTANCE_SOURCES, "MasterUserSecret"), _CREDENTIALS),
        "A new instance has a MasterUsername, and a password that RDS manages or that is given.", _CREATE_INSTANCE,
    ),
    Limit(
        _CLUSTERS, "", when(
            having(KmsKeyId=GIVEN, SnapshotIdentifier=ABSENT, SourceDBClusterIdentifier=ABSENT,
                   ReplicationSourceIdentifier=ABSENT, GlobalClusterIdentifier=ABSENT),
            having(StorageEncrypted=ON),
        ),
        "Where KmsKeyId is given, set StorageEncrypted to true.", _CREATE_CLUSTER,
    ),
    Limit(
        _CLUSTER, "EngineMode", among("provisioned", "serverless", "parallelquery", "global", "multimaster"),
        "Serverless v2 has the engine mode provisioned.", _CREATE_CLUSTER,
    ),
    Limit(
        _CLUSTER, "BacktrackWindow", between(0, 259200), "Backtracking goes back 72 hours at most.", _CREATE_CLUSTER
    ),
    Limit(
        _CLUSTER, "", when(_engine("aurora-postgresql|mysql|postgres"), may(BacktrackWindow={"maximum": 0})),
        "Only Aurora MySQL backtracks.", _CREATE_CLUSTER,
    ),
    Limit(
        _INSTANCE, "", when(having(MultiAZ=ON), without("AvailabilityZone")),
        "RDS chooses the zones of a Multi-AZ instance.", _CREATE_INSTANCE,
    ),
    Limit(
        _INSTANCE, "", when(having(StorageType=among("io1", "io2")), needs("Iops")),
        "Provisioned-IOPS storage needs Iops.", _CREATE_INSTANCE,
    ),
    Limit(
        _INSTANCE, "", when(having(StorageType=among("gp2", "standard")), without("Iops", "StorageThroughput")),
        "Only io1, io2 and gp3 storage take IOPS.", _CREATE_INSTANCE,
    ),
    Limit(
        ("AWS::RDS::DBSubnetGroup", "AWS::DocDB::DBSubnetGroup", "AWS::Neptune::DBSubnetGroup"), "DBSubnetGroupName",
        {"pattern": "^[a-zA-Z0-9][a-zA-Z0-9 ._-]{0,254}$", "not": among("default")},
        "A subnet group's name has letters, digits, blanks, periods, underscores and hyphens; default is reserved.",
        _CREATE_GROUP,
    ),
    Limit(
        ("AWS::Neptune::DBCluster",), "BackupRetentionPeriod", between(1, 35), "Backups are kept for 1 to 35 days.",
        "https://docs.aws.amazon.com/neptune/latest/apiref/API_CreateDBCluster.html",
    ),
    Limit(
        ("AWS::Redshift::Cluster",), "AutomatedSnapshotRetentionPeriod", between(0, 35),
        "Automated snapshots are kept for up to 35 days.",
        "https://docs.aws.amazon.com/redshift/latest/APIReference/API_CreateCluster.html",
    ),
)  # fmt: skip

_TEMPLATE = """
Parameters:
  Seconds: {{Type: Number, Default: {seconds}}}
Resources:
  Database:
    Type: AWS::RDS::DBInstance
    Properties:
      Engine: postgres
      DBInstanceClass: db.t4g.small
      AllocatedStorage: 20
      MasterUsername: keeper
      ManageMasterUserPassword: true
      MonitoringInterval: !Ref Seconds
      MonitoringRoleArn: arn:aws:iam::123456789012:role/monitoring
"""


@rule(
    id="E9110",
    title="A database has values that its engine and RDS take",
    reason=(
        "RDS and its siblings refuse a name, password, port, retention, log type or pair of properties beyond what "
        "their API documents, minutes into the deployment."
    ),
    source=_CREATE_CLUSTER,
    good=_TEMPLATE.format(seconds=30),
    bad=_TEMPLATE.format(seconds=45),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Hold clusters, instances and subnet groups against the limits of their APIs."""
    yield from exceeded(tree, LIMITS)
