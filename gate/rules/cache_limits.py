"""Values that ElastiCache refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gate.limits import (
    ABSENT,
    GIVEN,
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

_GROUP = ("AWS::ElastiCache::ReplicationGroup",)
_CLUSTER = ("AWS::ElastiCache::CacheCluster",)
_BOTH = (*_GROUP, *_CLUSTER)
_CREATE_GROUP = "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html"
_CREATE_CLUSTER = "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheCluster.html"
_CREATE_USER = "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateUser.html"
_FAILOVER = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoFailover.html"

_ACCESS: Final = (
    r"^\s*((on|off|reset|resetkeys|resetchannels|allkeys|allchannels|allcommands|nocommands|clearselectors"
    r"|[~&%+(-]\S+|\S+\))(\s+|$))+$"
)
_NEW: Shape = without("PrimaryClusterId", "GlobalReplicationGroupId", "SnapshotArns", "SnapshotName")
_SHARDED: Shape = having(NumNodeGroups={"minimum": 2})

LIMITS: Final = (
    Limit(
        _GROUP, "ReplicationGroupId", {"pattern": "^[a-zA-Z](-?[a-zA-Z0-9])*$", "maxLength": 40},
        "An id has at most 40 letters, digits and single hyphens, starts with a letter and ends with no hyphen.",
        _CREATE_GROUP,
    ),
    Limit(
        _CLUSTER, "ClusterName", {"pattern": "^[a-zA-Z](-?[a-zA-Z0-9])*$", "maxLength": 50},
        "A name has at most 50 letters, digits and single hyphens, starts with a letter and ends with no hyphen.",
        _CREATE_CLUSTER,
    ),
    Limit(
        ("AWS::ElastiCache::SubnetGroup",), "CacheSubnetGroupName",
        {"pattern": "^[a-zA-Z0-9-]{1,255}$", "not": among("default")},
        "A name has letters, digits and hyphens; default is reserved.",
        "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheSubnetGroup.html",
    ),
    Limit(_GROUP, "Engine", {"enumCaseInsensitive": ["redis", "valkey"]}, "Take redis or valkey.", _CREATE_GROUP),
    Limit(_BOTH, "Port", between(1, 65535), "A port is 1 to 65535.", _CREATE_GROUP),
    Limit(_BOTH, "SnapshotRetentionLimit", between(0, 35), "Snapshots are kept for up to 35 days.", _CREATE_GROUP),
    Limit(
        _GROUP, "AuthToken", {"pattern": "^[A-Za-z0-9!&#$^<>-]{16,128}$"},
        "A token has 16 to 128 letters, digits and of ! & # $ ^ < > -.", _CREATE_GROUP,
    ),
    Limit(
        _GROUP, "", when(having(AuthToken=GIVEN), having(TransitEncryptionEnabled=ON)),
        "A token needs TransitEncryptionEnabled: true.", _CREATE_GROUP,
    ),
    Limit(
        _GROUP, "", when(having(UserGroupIds={"minItems": 1}), having(TransitEncryptionEnabled=ON)),
        "User groups need TransitEncryptionEnabled: true.",
        "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html",
    ),
    Limit(
        _GROUP, "", when(having(AuthToken=GIVEN), without("UserGroupIds")),
        "Clients log on with a token or as users of a group, not both.",
        "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html",
    ),
    Limit(
        _GROUP, "", when(having(TransitEncryptionMode=GIVEN), having(TransitEncryptionEnabled=ON)),
        "A mode needs TransitEncryptionEnabled: true.", _CREATE_GROUP,
    ),
    Limit(
        _GROUP, "", when(having(KmsKeyId=GIVEN), either(
            having(AtRestEncryptionEnabled=ON), having(Engine=like("(?i:valkey)"), AtRestEncryptionEnabled=ABSENT))),
        "A key needs AtRestEncryptionEnabled: true.", _CREATE_GROUP,
    ),
    Limit(
        _GROUP, "", when(having(AutomaticFailoverEnabled=ON), may(NumCacheClusters={"minimum": 2})),
        "Failover needs two nodes or more.", _CREATE_GROUP,
    ),
    Limit(
        _GROUP, "", when(
            {"allOf": [_NEW, having(AutomaticFailoverEnabled=ON), without("NumNodeGroups", "NodeGroupConfiguration")]},
            either(needs("NumCacheClusters"), having(ReplicasPerNodeGroup={"minimum": 1})),
        ),
        "Failover needs two nodes or more: give NumCacheClusters or ReplicasPerNodeGroup.", _FAILOVER,
    ),
    Limit(
        _GROUP, "", when({"allOf": [_SHARDED, _NEW]}, having(AutomaticFailoverEnabled=ON)),
        "With several shards, set AutomaticFailoverEnabled to true.", _CREATE_GROUP,
    ),
    Limit(
        _GROUP, "", when(having(ClusterMode=like("(?i:enabled)")), may(AutomaticFailoverEnabled=ON)),
        "With cluster mode, set AutomaticFailoverEnabled to true.", _CREATE_GROUP,
    ),
    Limit(
        _GROUP, "", when(having(ClusterMode=like("(?i:disabled)")), may(NumNodeGroups={"maximum": 1})),
        "Several shards need cluster mode.", _CREATE_GROUP,
    ),
    Limit(_GROUP, "NumNodeGroups", between(1, 500), "A group has 1 to 500 shards.", _CREATE_GROUP),
    Limit(
        _GROUP, "", when(having(MultiAZEnabled=ON), having(AutomaticFailoverEnabled=ON)),
        "Multi-AZ needs AutomaticFailoverEnabled: true.", _FAILOVER,
    ),
    Limit(
        _GROUP, "", when(
            having(MultiAZEnabled=ON), may(NumCacheClusters={"minimum": 2}, ReplicasPerNodeGroup={"minimum": 1})
        ),
        "Multi-AZ needs a replica in another zone.", _FAILOVER,
    ),
    Limit(
        _GROUP, "", when(_SHARDED, without("NumCacheClusters")),
        "With several shards, give ReplicasPerNodeGroup instead of NumCacheClusters.", _CREATE_GROUP,
    ),
    Limit(
        _GROUP, "", when(having(CacheNodeType=like(r"cache\.r6gd\..*")), having(DataTieringEnabled=ON)),
        "Nodes of the r6gd family need DataTieringEnabled: true.", _CREATE_GROUP,
    ),
    Limit(
        _GROUP, "", when(having(DataTieringEnabled=ON), may(CacheNodeType=like(r"cache\.r6gd\..*"))),
        "Only nodes of the r6gd family tier data.", _CREATE_GROUP,
    ),
    Limit(
        _GROUP, "", when(_NEW, needs("CacheNodeType")),
        "A new group needs a node type.", _CREATE_GROUP,
    ),
    *(
        Limit(
            _BOTH, "LogDeliveryConfigurations.*", when(
                having(DestinationType=like(f"(?i:{kind})")), may(DestinationDetails=needs(details))
            ),
            "The details of a log's destination are of its type.",
            "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Log_Delivery.html",
        )
        for kind, details in (
            ("cloudwatch-logs", "CloudWatchLogsDetails"), ("kinesis-firehose", "KinesisFirehoseDetails"),
        )
    ),
    Limit(
        _CLUSTER, "", when(having(Engine=like("(?i:redis|valkey)")), may(NumCacheNodes={"maximum": 1})),
        "A Redis or Valkey cluster has one node: make a replication group for more.", _CREATE_CLUSTER,
    ),
    Limit(
        _CLUSTER, "", when(having(AZMode=like("(?i:cross-az)")), may(NumCacheNodes={"minimum": 2})),
        "Nodes in several zones are two or more.", _CREATE_CLUSTER,
    ),
    Limit(
        _CLUSTER, "", when(having(Engine=like("(?i:memcached)")), without("SnapshotArns", "SnapshotName")),
        "Memcached keeps no snapshots.", _CREATE_CLUSTER,
    ),
    Limit(
        ("AWS::ElastiCache::User",), "Passwords.*", {"minLength": 16, "maxLength": 128},
        "A password has 16 to 128 characters.", _CREATE_USER,
    ),
    Limit(
        ("AWS::ElastiCache::User",), "AuthenticationMode.Passwords.*", {"minLength": 16, "maxLength": 128},
        "A password has 16 to 128 characters.", _CREATE_USER,
    ),
    Limit(("AWS::ElastiCache::User",), "Passwords", {"maxItems": 2}, "A user has up to two passwords.", _CREATE_USER),
    Limit(
        ("AWS::ElastiCache::User",), "", when(having(NoPasswordRequired=ON), without("Passwords")),
        "Give passwords, or ask for none.", _CREATE_USER,
    ),
    Limit(
        ("AWS::ElastiCache::User",), "AuthenticationMode", when(having(Type=like("(?i:password)")), needs("Passwords")),
        "Passwords go with the type password.", _CREATE_USER,
    ),
    Limit(
        ("AWS::ElastiCache::User",), "AuthenticationMode", when(
            having(Type=like("(?i:iam|no-password-required)")), without("Passwords")),
        "Passwords go with the type password.", _CREATE_USER,
    ),
    Limit(
        ("AWS::ElastiCache::User",), "AccessString", {"pattern": _ACCESS},
        "Access is made of on or off, ~keys, &channels, and +commands or -commands, with blanks between them.",
        "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html",
    ),
    Limit(
        ("AWS::ElastiCache::User",), "UserId", like("[a-zA-Z][a-zA-Z0-9-]*"),
        "A user id starts with a letter, and has letters, digits and hyphens.", _CREATE_USER,
    ),
)  # fmt: skip

_TEMPLATE = """
Parameters:
  Nodes: {{Type: Number, Default: {nodes}}}
Resources:
  Cache:
    Type: AWS::ElastiCache::ReplicationGroup
    Properties:
      ReplicationGroupDescription: sessions
      CacheNodeType: cache.t4g.small
      NumCacheClusters: !Ref Nodes
      AutomaticFailoverEnabled: true
"""


@rule(
    id="E9114",
    title="A cache has values that go together",
    reason=(
        "ElastiCache refuses ids, tokens, numbers of nodes and pairs of settings beyond what its API documents, often "
        "ten minutes into the deployment."
    ),
    source=_CREATE_GROUP,
    good=_TEMPLATE.format(nodes=2),
    bad=_TEMPLATE.format(nodes=1),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Hold replication groups, clusters and users against the limits of the API."""
    yield from exceeded(tree, LIMITS)
