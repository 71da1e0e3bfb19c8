"""Database clusters without an instance."""

from __future__ import annotations

from collections.abc import Iterator

from gate.completeness import complete
from gate.network import denotes
from gate.rule import Hit, rule
from gate.tree import Tree, Unknown, as_text

_TEMPLATE = """
Resources:
  Cluster:
    Type: AWS::RDS::DBCluster
    Properties:
      Engine: aurora-postgresql
      MasterUsername: admin1
      ManageMasterUserPassword: true
      ServerlessV2ScalingConfiguration: {{MinCapacity: 0.5, MaxCapacity: 4}}
  Instance:
    Type: {type}
    Properties: {{DBClusterIdentifier: !Ref Cluster, Engine: aurora-postgresql, DBInstanceClass: db.serverless}}
"""
_MEMBERS = {
    "AWS::RDS::DBCluster": "AWS::RDS::DBInstance",
    "AWS::DocDB::DBCluster": "AWS::DocDB::DBInstance",
    "AWS::Neptune::DBCluster": "AWS::Neptune::DBInstance",
}


@rule(
    id="E9570",
    title="A database cluster has an instance",
    reason=(
        "The storage of a cluster is made without any instance, and its endpoint then resolves to nothing: every "
        "connection fails. Serverless v2 needs instances of the class db.serverless, too."
    ),
    source="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.create-cluster.html",
    good=_TEMPLATE.format(type="AWS::RDS::DBInstance"),
    bad=_TEMPLATE.format(type="Custom::Instance"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look for the instances of each cluster that does not make its own."""
    if not complete(tree):
        return
    for cluster in tree.resources(*_MEMBERS):
        members = list(tree.resources(_MEMBERS[cluster.type]))
        names = [each.get("DBClusterIdentifier") for each in members]
        engine = as_text(tree.literal(cluster.get("Engine")))
        own = cluster.type == "AWS::RDS::DBCluster" and not (engine or "").startswith("aurora")
        serverless = as_text(tree.literal(cluster.get("EngineMode"))) in {"serverless", "parallelquery"}
        found = any(
            isinstance(name, Unknown)
            or denotes(tree, name, cluster)
            or tree.same(name, tree.name(cluster)) is not False
            for name in names
            if name is not None
        )
        if not (own or serverless or found or cluster.get("DBClusterInstanceClass") is not None):
            message = "no instance belongs to it: its endpoint leads nowhere"
            yield Hit(cluster, (), message, f"Add an {_MEMBERS[cluster.type]} with its DBClusterIdentifier.")
