"""Database clusters that nobody can connect to, because they have no instance."""

from __future__ import annotations

from collections.abc import Iterator

from gate.completeness import complete
from gate.rule import Hit, rule
from gate.tree import Tree, Unknown, as_text

_TEMPLATE = """
Resources:
  Cluster: {{Type: AWS::RDS::DBCluster, Properties: {{Engine: aurora-mysql}}}}
  {writer}
"""
_CLUSTERS = {
    "AWS::RDS::DBCluster": "AWS::RDS::DBInstance",
    "AWS::DocDB::DBCluster": "AWS::DocDB::DBInstance",
    "AWS::Neptune::DBCluster": "AWS::Neptune::DBInstance",
}


@rule(
    id="E9273",
    title="A database cluster has an instance",
    reason=(
        "An Aurora cluster is storage and an endpoint; instances answer the connections. A cluster without one is "
        "created without an error, and every connection to it times out."
    ),
    source="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Overview.html",
    good=_TEMPLATE.format(
        writer="Writer: {Type: AWS::RDS::DBInstance, Properties: {DBClusterIdentifier: !Ref Cluster, "
        "Engine: aurora-mysql, DBInstanceClass: db.r6g.large}}"
    ),
    bad=_TEMPLATE.format(writer=""),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look for an instance of each cluster that has none of its own."""
    if not complete(tree):
        return
    for cluster in tree.resources(*_CLUSTERS):
        mode = cluster.get("EngineMode")
        own = cluster.get("DBClusterInstanceClass") is not None or cluster.get("GlobalClusterIdentifier") is not None
        if own or not (mode is None or as_text(tree.literal(mode)) == "provisioned"):
            continue  # Multi-AZ clusters and Serverless v1 bring their own; a global secondary may be headless
        homes = [each.get("DBClusterIdentifier") for each in tree.resources(_CLUSTERS[cluster.type])]
        found = any(tree.target(home, cluster.type) is cluster for home in homes)
        if not found and not any(isinstance(home, Unknown) for home in homes):
            kind = _CLUSTERS[cluster.type]
            yield Hit(cluster, (), "the cluster has no instance", f"Add an {kind} with its DBClusterIdentifier.")
