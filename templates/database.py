"""Database tier: Aurora PostgreSQL Serverless v2, with a writer and a reader in different zones."""

from __future__ import annotations

from kit.interface import interface, out
from kit.values import Host, Name, Number, SecretArn, Text


@interface
class Database:
    """What other tiers may use."""

    writer_host: Host = out("Endpoint for reads and writes.", root=True)
    reader_host: Host = out("Endpoint for reads.", root=True)
    port: Number = out("Port of both endpoints.")
    name: Name = out("Name of the database inside the cluster.")
    secret_arn: SecretArn = out("Secret that RDS keeps the master password in.", root=True)
    cluster_id: Name = out("Identifier of the cluster, for metrics.")
    cluster_resource_id: Text = out("Immutable identifier of the cluster, for IAM logins.")
