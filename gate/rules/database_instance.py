"""Database instances that do not go with their cluster, and clusters without any."""

from __future__ import annotations

from collections.abc import Iterator

from gate.completeness import complete
from gate.rule import Hit, rule
from gate.tree import Resource, Tree, as_text

_TEMPLATE = """
Resources:
  Cluster:
    Type: AWS::RDS::DBCluster
    Properties:
      Engine: aurora-postgresql
      ServerlessV2ScalingConfiguration: {{MinCapacity: 0.5, MaxCapacity: 4}}
  Writer:
    Type: AWS::RDS::DBInstance
    Properties: {{DBClusterIdentifier: !Ref Cluster, Engine: {engine}, DBInstanceClass: db.serverless}}
"""


@rule(
    id="E9272",
    title="The instances of a cluster go with it",
    reason=(
        "RDS refuses an instance with another engine or version than its cluster, and one of class db.serverless in a "
        "cluster without a scaling configuration."
    ),
    source="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.create.html",
    good=_TEMPLATE.format(engine="aurora-postgresql"),
    bad=_TEMPLATE.format(engine="aurora-mysql"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare each instance with the cluster that it belongs to."""
    for instance in tree.resources("AWS::RDS::DBInstance"):
        cluster = tree.target(instance.get("DBClusterIdentifier"), "AWS::RDS::DBCluster")
        if cluster is None:
            continue
        for name in ("Engine", "EngineVersion"):
            own, outer = as_text(tree.literal(instance.get(name))), as_text(tree.literal(cluster.get(name)))
            if own and outer and own.lower() != outer.lower():
                message = f"{name} is {own}; that of {cluster.path} is {outer}"
                yield Hit(instance, name, message, "Let the instance have what the cluster has.")
        group, outer_group = instance.get("DBSubnetGroupName"), cluster.get("DBSubnetGroupName")
        if group is not None and outer_group is not None and tree.same(group, outer_group) is False:
            message = f"the subnet group is not that of {cluster.path}"
            yield Hit(instance, "DBSubnetGroupName", message, "Let the instance have what the cluster has.")
        yield from _class(tree, instance, cluster)


def _class(tree: Tree, instance: Resource, cluster: Resource) -> Iterator[Hit]:
    kind = as_text(tree.literal(instance.get("DBInstanceClass")))
    scales = cluster.get("ServerlessV2ScalingConfiguration") is not None
    if kind == "db.serverless" and not scales and complete(tree):
        message = f"db.serverless needs a ServerlessV2ScalingConfiguration on {cluster.path}"
        yield Hit(instance, "DBInstanceClass", message, "Give the cluster its capacity range.")
    elif kind is None and instance.get("DBInstanceClass") is None:
        message = "an instance of a cluster has no class"
        yield Hit(instance, "DBInstanceClass", message, "Give DBInstanceClass, for instance db.serverless.")
