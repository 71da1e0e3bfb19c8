"""User groups of caches with users that do not go together."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Resource, Tree, Unknown, as_bool, as_list, as_text, items

_TEMPLATE = """
Resources:
  Default:
    Type: AWS::ElastiCache::User
    Properties: {{UserId: films, UserName: {name}, Engine: redis, NoPasswordRequired: true, AccessString: "off"}}
  Users:
    Type: AWS::ElastiCache::UserGroup
    Properties: {{UserGroupId: films, Engine: redis, UserIds: [!Ref Default]}}
"""


@rule(
    id="E9275",
    title="The users of a cache's user group go together",
    reason=(
        "ElastiCache refuses a Redis OSS user group without a user of the name default, two users of one name, users "
        "and groups of different engines, and a user group on a cache without encryption in transit."
    ),
    source="https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html",
    good=_TEMPLATE.format(name="default"),
    bad=_TEMPLATE.format(name="films"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at the users of each user group, and at the caches that use the group."""
    for group in tree.resources("AWS::ElastiCache::UserGroup"):
        yield from _users(tree, group)
    for cache in tree.resources("AWS::ElastiCache::ReplicationGroup"):
        if not items(cache.get("UserGroupIds")):
            continue
        encrypted = cache.get("TransitEncryptionEnabled")
        if encrypted is None or as_bool(tree.literal(encrypted)) is False:
            message = "a user group needs encryption in transit"
            yield Hit(cache, "UserGroupIds", message, "Write TransitEncryptionEnabled: true.")
        for value in items(cache.get("UserGroupIds")):
            members = tree.target(value, "AWS::ElastiCache::UserGroup")
            engine = _engine(tree, cache, "redis")
            own = _engine(tree, members, None) if members else None
            if members and engine and own == "valkey" and engine == "redis":
                message = f"{members.path} is for {own}; the engine of the cache is {engine}"
                yield Hit(cache, "UserGroupIds", message, "Let both have the same engine.")


def _users(tree: Tree, group: Resource) -> Iterator[Hit]:
    listed = as_list(group.get("UserIds")) or []
    users = [tree.target(value, "AWS::ElastiCache::User") for value in listed]
    if None in users or not users or any(isinstance(value, Unknown) for value in listed):
        return
    names = [as_text(tree.literal(user.get("UserName"))) for user in users if user]
    engine = _engine(tree, group, None)
    if engine == "redis" and "default" not in names and None not in names:
        message = "no user of the group has the UserName default"
        yield Hit(group, "UserIds", message, "Add a user with UserName: default; its AccessString may be 'off -@all'.")
    for index, name in enumerate(names):
        if name is not None and name in names[:index]:
            message = f"two users have the name {name}"
            yield Hit(group, ("UserIds", index), message, "Give each user a name of its own.")
    for user in users:
        other = _engine(tree, user, None) if user else None
        if user and engine == "redis" and other == "valkey":
            message = f"{user.path} is for {other}; the group is for {engine}"
            yield Hit(group, "UserIds", message, "Let both have the same engine.")


def _engine(tree: Tree, resource: Resource, default: str | None) -> str | None:
    value = resource.get("Engine")
    given = default if value is None else as_text(tree.literal(value))
    return given.lower() if given else None
