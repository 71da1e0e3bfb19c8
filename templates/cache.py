"""Cache tier: a Valkey replication group with failover, encryption and IAM logins."""

from __future__ import annotations

from kit.interface import interface, out
from kit.values import CacheArn, CacheUserArn, Host, Name, Number


@interface
class Cache:
    """What other tiers may use."""

    host: Host = out("Endpoint for reads and writes.", root=True)
    reader_host: Host = out("Endpoint for reads.", root=True)
    port: Number = out("Port of both endpoints.")
    group_id: Name = out("Identifier of the replication group, for metrics.")
    group_arn: CacheArn = out("The replication group, for grants.")
    user_name: Name = out("User that workers log in as, with an IAM token.")
    user_arn: CacheUserArn = out("User that workers log in as, for grants.")
