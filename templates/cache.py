"""Cache tier: a Valkey replication group with failover, encryption and IAM logins."""

from __future__ import annotations

from typing import Final

from troposphere import Equals, Not, Snapshot, elasticache

from kit.conditions import switch
from kit.interface import interface, knob, out
from kit.retention import log_group
from kit.rules import Rule, in_production
from kit.scope import PROJECT, Scope
from kit.template import Template
from kit.text import sub
from kit.values import Arn, CacheArn, CacheUserArn, Host, KeyArn, Name, Number, Text
from templates.network import CACHE_PORT, Network
from templates.security import Security

MOST_NODES: Final = 6
"""A primary and five replicas.

https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html
"""

VERSIONS: Final = {"valkey": "9.1", "redis": "7.1"}
"""The newest version of each engine.

https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html
"""
PARAMETERS: Final = {"valkey": "default.valkey9", "redis": "default.redis7"}
"""The default parameter group of each engine's version; nothing in it needs changing."""

LOGS: Final = ("slow-log", "engine-log")

WORKER_RIGHTS: Final = "on ~* &* +@all -@dangerous +info"
"""Every key and channel, but nothing that empties the cache or changes the server; clients ask for INFO on connecting.

https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html#Access-string
"""
NO_RIGHTS: Final = "off -@all"


@interface
class Knobs:
    """What params/<env>.json may set."""

    cache_engine: Text = knob("Engine of the cache.", default="valkey", AllowedValues=tuple(VERSIONS))
    cache_node_type: Text = knob(
        "Node type of the cache.",
        default="cache.t4g.small",
        AllowedPattern=r"^cache\.[a-z][a-z0-9]*\.[a-z0-9]+$",
        ConstraintDescription="a node type such as cache.t4g.small or cache.r7g.large",
    )
    cache_nodes: Number = knob(
        "Nodes of the cache: a primary, which needs a second one to fail over to, and its replicas.",
        default=2,
        MinValue=1,
        MaxValue=MOST_NODES,
    )


@interface
class Cache:
    """What other tiers may use."""

    host: Host = out("Endpoint for reads and writes.", root=True)
    reader_host: Host = out("Endpoint for reads.", root=True)
    port: Number = out("Port of both endpoints.")
    group_id: Name = out("Identifier of the replication group, for metrics and for IAM tokens.")
    group_arn: CacheArn = out("The replication group, for grants.")
    user_name: Name = out("User that workers log in as, with an IAM token.")
    user_arn: CacheUserArn = out("User that workers log in as, for grants.")


def rules(scope: Scope, knobs: Knobs) -> tuple[Rule, ...]:
    """Refuse what production must not do without."""
    return (
        Rule(
            "CacheFailsOver",
            "CacheNodes must be at least 2 in production",
            holds=(Not(Equals(knobs.cache_nodes, "1")),),
            when=in_production(scope.environment),
        ),
    )


def build(t: Template, scope: Scope, knobs: Knobs, network: Network, security: Security) -> Cache:
    """Add the replication group, who may log in to it, and its logs."""
    worker, users = _users(t, scope)
    group = _group(t, scope, knobs, network=network, key=security.key_arn, users=users)
    arn = sub(
        "arn:${AWS::Partition}:elasticache:${AWS::Region}:${AWS::AccountId}:replicationgroup:${group}",
        group=group.ref(),
    )
    return Cache(
        host=Host(group.get_att("PrimaryEndPoint.Address")),
        reader_host=Host(group.get_att("ReaderEndPoint.Address")),
        port=Number(group.get_att("PrimaryEndPoint.Port")),
        group_id=Name(group.ref()),
        group_arn=CacheArn(Arn(arn)),
        user_name=Name(worker.ref()),
        user_arn=CacheUserArn(Arn(worker.get_att("Arn"))),
    )


def _users(t: Template, scope: Scope) -> tuple[elasticache.User, elasticache.UserGroup]:
    """Let workers in with an IAM token, and nobody by default.

    Users and groups of engine ``redis`` serve both engines, and only theirs holds a default user that can be seen to
    be off: one of engine ``valkey`` would need a password. An IAM user's name has to be its id.
    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html
    """
    worker = t.add_resource(
        elasticache.User(
            "Worker",
            UserId=scope.name("worker"),
            UserName=scope.name("worker"),
            Engine="redis",
            AuthenticationMode=elasticache.AuthenticationMode(Type="iam"),
            AccessString=WORKER_RIGHTS,
        )
    )
    default = t.add_resource(
        elasticache.User(
            "DefaultUser",
            UserId=scope.name("nobody"),
            UserName="default",
            Engine="redis",
            AuthenticationMode=elasticache.AuthenticationMode(Type="no-password-required"),
            AccessString=NO_RIGHTS,
        )
    )
    users = elasticache.UserGroup(
        "Users", UserGroupId=scope.name("cache"), Engine="redis", UserIds=[default.ref(), worker.ref()]
    )
    return worker, t.add_resource(users)


def _group(
    t: Template, scope: Scope, knobs: Knobs, *, network: Network, key: KeyArn, users: elasticache.UserGroup
) -> elasticache.ReplicationGroup:
    valkey = switch(t, "Valkey", Equals(knobs.cache_engine, "valkey"))
    several = switch(t, "SeveralNodes", Not(Equals(knobs.cache_nodes, "1")))
    subnets = t.add_resource(
        elasticache.SubnetGroup("Subnets", Description="Subnets with no way out", SubnetIds=network.data_subnets)
    )
    return t.add_resource(
        elasticache.ReplicationGroup(
            "Group",
            ReplicationGroupId=scope.name("cache"),
            ReplicationGroupDescription="Cache of the video workers",
            Engine=knobs.cache_engine,
            EngineVersion=valkey.pick(VERSIONS["valkey"], VERSIONS["redis"]),
            CacheParameterGroupName=valkey.pick(PARAMETERS["valkey"], PARAMETERS["redis"]),
            AutoMinorVersionUpgrade=True,
            CacheNodeType=knobs.cache_node_type,
            NumCacheClusters=knobs.cache_nodes,
            AutomaticFailoverEnabled=several.pick(True, False),
            MultiAZEnabled=several.pick(True, False),
            Port=CACHE_PORT,
            CacheSubnetGroupName=subnets.ref(),
            SecurityGroupIds=[network.cache_group],
            AtRestEncryptionEnabled=True,
            KmsKeyId=key,
            TransitEncryptionEnabled=True,
            TransitEncryptionMode="required",
            UserGroupIds=[users.ref()],
            SnapshotRetentionLimit=7,
            SnapshotWindow="03:00-04:00",
            PreferredMaintenanceWindow="sun:05:00-sun:06:00",
            LogDeliveryConfigurations=[_log(t, scope, key, kind) for kind in LOGS],
            DeletionPolicy=Snapshot,
            UpdateReplacePolicy=Snapshot,
        )
    )


def _log(t: Template, scope: Scope, key: KeyArn, kind: str) -> elasticache.LogDeliveryConfigurationRequest:
    """Deliver one kind of log to a group of its own.

    CloudWatch Logs adds the group to the account's policy for log delivery, of which there is one, of 5,120 characters.
    Groups whose names start like these are covered by a single entry; others fill it up, and then creation fails.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
    """
    title = kind.title().replace("-", "")
    name = sub(f"/aws/vendedlogs/{PROJECT}/${{environment}}/cache/{kind}", environment=scope.environment)
    logs = t.add_resource(log_group(title, name, key))
    return elasticache.LogDeliveryConfigurationRequest(
        LogType=kind,
        LogFormat="json",
        DestinationType="cloudwatch-logs",
        DestinationDetails=elasticache.DestinationDetails(
            CloudWatchLogsDetails=elasticache.CloudWatchLogsDestinationDetails(LogGroup=logs.ref())
        ),
    )
