"""Parameter groups of another engine or version than what uses them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Resource, Tree, Value, as_text

_TEMPLATE = """
Parameters:
  Version: {{Type: String, Default: "{version}"}}
Resources:
  Settings:
    Type: AWS::RDS::DBParameterGroup
    Properties: {{Description: films, Family: postgres16, Parameters: {{}}}}
  Films:
    Type: AWS::RDS::DBInstance
    Properties: {{Engine: postgres, EngineVersion: !Ref Version, DBParameterGroupName: !Ref Settings}}
"""
_USERS = {
    "AWS::RDS::DBCluster": ("DBClusterParameterGroupName", "AWS::RDS::DBClusterParameterGroup", "Family"),
    "AWS::RDS::DBInstance": ("DBParameterGroupName", "AWS::RDS::DBParameterGroup", "Family"),
    "AWS::DocDB::DBCluster": ("DBClusterParameterGroupName", "AWS::DocDB::DBClusterParameterGroup", "Family"),
    "AWS::ElastiCache::ReplicationGroup": (
        "CacheParameterGroupName",
        "AWS::ElastiCache::ParameterGroup",
        "CacheParameterGroupFamily",
    ),
    "AWS::ElastiCache::CacheCluster": (
        "CacheParameterGroupName",
        "AWS::ElastiCache::ParameterGroup",
        "CacheParameterGroupFamily",
    ),
}
_FAMILY = re.compile(r"([a-z-]*[a-z])-?([0-9][0-9.]*)(?:\.x)?")


@rule(
    id="E9274",
    title="A parameter group is of the engine and version that uses it",
    reason=(
        "RDS and ElastiCache refuse a parameter group whose family is not that of the engine version (the parameter "
        "group with family ... cannot be used for this instance)."
    ),
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithParamGroups.html",
    good=_TEMPLATE.format(version="16.4"),
    bad=_TEMPLATE.format(version="15.8"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the engine and version of each user of a parameter group with the group's family."""
    for user in tree.resources(*_USERS):
        property_, kind, family_name = _USERS[user.type]
        value = user.get(property_)
        group = tree.target(value, kind)
        family = as_text(tree.literal(group.get(family_name))) if group else _default(tree, value)
        engine, version = _engine(tree, user)
        match = _FAMILY.fullmatch(family or "")
        if not match or not family:
            continue
        if engine and match[1] != engine:
            message = f"the parameter group is for {match[1]} ({family}); the engine is {engine}"
            yield Hit(user, property_, message, "Use a parameter group of the engine.")
        elif version and engine and not _major(version, match[2]):
            message = f"the parameter group is for {family}; the version is {version}"
            yield Hit(user, property_, message, "Let family and version be of one major version.")


def _default(tree: Tree, value: Value) -> str | None:
    """Return the family of one of AWS's own groups, ``default.postgres16`` or ``default.redis7.cluster.on``."""
    name = as_text(tree.literal(value)) or ""
    return name.removeprefix("default.").removesuffix(".cluster.on") if name.startswith("default.") else None


def _engine(tree: Tree, user: Resource) -> tuple[str | None, str | None]:
    cluster = tree.target(user.get("DBClusterIdentifier"), "AWS::RDS::DBCluster")
    engine, version = (
        as_text(tree.literal(user.get(name) if user.get(name) is not None or not cluster else cluster.get(name)))
        for name in ("Engine", "EngineVersion")
    )
    if engine is None and user.type == "AWS::ElastiCache::ReplicationGroup" and user.get("Engine") is None:
        engine = "redis"
    return engine, version


def _major(version: str, family: str) -> bool:
    """Tell whether a version starts with the numbers of a family; a shorter version is taken to be any below it."""
    own, wanted = version.split("."), family.rstrip(".").split(".")
    return all(one == other for one, other in zip(own, wanted, strict=False))
