"""Node types and engine versions that ElastiCache does not offer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gate.conformance import breaches
from gate.extensions import Restriction, restricting
from gate.rule import Hit, rule
from gate.tree import Tree, Value, as_text

_NODES = Restriction("E3647", "aws_elasticache_cachecluster/cachenodetype_enum.json", "CacheNodeType", regional=True)
_VERSIONS = Restriction("E3695", "aws_elasticache_cachecluster/engine_version.json", "", regional=False)
"""cfn-lint's data on cache clusters; the nodes of a replication group are of the same kinds."""
_GROUPS = ("AWS::ElastiCache::ReplicationGroup", "AWS::ElastiCache::GlobalReplicationGroup")

_TEMPLATE = """
Parameters:
  Kind: {{Type: String, Default: {kind}}}
Resources:
  Cache:
    Type: AWS::ElastiCache::ReplicationGroup
    Properties:
      ReplicationGroupDescription: sessions
      CacheNodeType: !Ref Kind
      EngineVersion: "7.1"
"""


@rule(
    id="E9115",
    title="A replication group has a node type and a version that ElastiCache offers",
    reason="ElastiCache refuses a node type that the region does not have, and a version that the engine never had.",
    source="https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html",
    good=_TEMPLATE.format(kind="cache.t4g.small"),
    bad=_TEMPLATE.format(kind="db.t4g.small"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look up the node type and the version of every replication group."""
    for group in tree.resources(*_GROUPS):
        for _, message in breaches(restricting(_NODES, tree.context.region), group.get("CacheNodeType")):
            yield Hit(group, "CacheNodeType", message, "Take a cache.* node type of the region.")
        version = as_text(group.get("EngineVersion"))
        if version is None or re.fullmatch(r"\d+\.x", version):
            continue
        engine = "redis" if group.get("Engine") is None else as_text(group.get("Engine"))
        given: dict[str, Value] = {"Engine": engine.lower() if engine else None, "EngineVersion": version}
        for _, message in breaches(restricting(_VERSIONS, tree.context.region), given):
            yield Hit(group, "EngineVersion", message, f"Take a version of {engine}.")
