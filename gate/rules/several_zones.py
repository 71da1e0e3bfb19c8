"""Databases and caches that live in one zone."""

from __future__ import annotations

from collections.abc import Iterator

from gate.completeness import complete
from gate.rule import Hit, rule
from gate.stateful import INSTANCE, databases
from gate.tree import Resource, Tree, Unknown, as_bool, as_text

_TEMPLATE = """
Resources:
  Cluster:
    Type: AWS::RDS::DBCluster
    Properties: {{Engine: aurora-postgresql, MasterUsername: admin1, ManageMasterUserPassword: true}}
  Writer:
    Type: AWS::RDS::DBInstance
    Properties: {{DBClusterIdentifier: !Ref Cluster, Engine: aurora-postgresql, DBInstanceClass: db.serverless}}
  Reader:
    Type: AWS::RDS::DBInstance
    Properties: {{{reader}Engine: aurora-postgresql, DBInstanceClass: db.serverless{alone}}}
"""


@rule(
    id="W9630",
    title="A database and a cache survive the loss of a zone",
    reason=(
        "With one instance in one zone, an outage lasts until a new one is made. A cluster fails over to a second "
        "instance, an RDS instance to its standby, a cache to its replica. Security Hub: RDS.5, RDS.15, ElastiCache.3."
    ),
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html",
    good=_TEMPLATE.format(reader="DBClusterIdentifier: !Ref Cluster, ", alone=""),
    bad=_TEMPLATE.format(reader="", alone=", MultiAZ: true"),
    profile="production",
)
def check(tree: Tree) -> Iterator[Hit]:
    """Count the instances of clusters; look at the switches of instances and caches."""
    for database in databases(tree):
        if database.type == INSTANCE:
            engine = as_text(tree.literal(database.get("Engine"))) or ""
            given = database.get("MultiAZ")
            if (given is None or as_bool(tree.literal(given)) is False) and not engine.startswith(
                ("aurora", "sqlserver")
            ):
                yield Hit(database, "MultiAZ", "it has no standby in another zone", "Write MultiAZ: true.")
        elif complete(tree) and _members(tree, database) == 1:
            message = "its only instance has nothing to fail over to"
            yield Hit(database, (), message, "Add a second instance, in another zone.")
    for cache in tree.resources("AWS::ElastiCache::ReplicationGroup"):
        yield from _cache(tree, cache)


def _members(tree: Tree, cluster: Resource) -> int | None:
    """Count the instances of a cluster that surely exist; None if that is not known."""
    kind = cluster.type.replace("DBCluster", "DBInstance")
    found = 0
    for instance in tree.resources(kind):
        home = instance.get("DBClusterIdentifier")
        if isinstance(home, Unknown):
            return None
        if home is not None and tree.target(home, cluster.type) is cluster:
            if instance.condition is None:
                return None
            found += 1
    targets = tree.resources("AWS::ApplicationAutoScaling::ScalableTarget")
    scaled = any(tree.target(each.get("ResourceId"), cluster.type) is cluster for each in targets)
    return None if scaled else found


def _cache(tree: Tree, cache: Resource) -> Iterator[Hit]:
    """Judge a replication group; both switches are off by default."""
    fix = "Write AutomaticFailoverEnabled: true and MultiAZEnabled: true, with at least two nodes."
    for name, wrong in (
        ("AutomaticFailoverEnabled", "no replica takes over"),
        ("MultiAZEnabled", "its replicas may all be in one zone"),
    ):
        given = cache.get(name)
        if given is None or as_bool(tree.literal(given)) is False:
            yield Hit(cache, name, wrong, fix)
            return
