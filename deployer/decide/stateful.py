"""Which resources hold data, and the stack policy that keeps them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from deployer.model import join

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

STATEFUL = frozenset(
    {
        "AWS::Backup::BackupVault",
        "AWS::CloudTrail::EventDataStore",
        "AWS::Cognito::UserPool",
        "AWS::DocDB::DBCluster",
        "AWS::DocDB::DBInstance",
        "AWS::DynamoDB::GlobalTable",
        "AWS::DynamoDB::Table",
        "AWS::EC2::Volume",
        "AWS::ECR::Repository",
        "AWS::EFS::FileSystem",
        "AWS::EMR::Cluster",
        "AWS::ElastiCache::CacheCluster",
        "AWS::ElastiCache::ReplicationGroup",
        "AWS::ElastiCache::ServerlessCache",
        "AWS::Elasticsearch::Domain",
        "AWS::FSx::FileSystem",
        "AWS::KMS::Key",
        "AWS::Kinesis::Stream",
        "AWS::Logs::LogGroup",
        "AWS::MSK::Cluster",
        "AWS::Neptune::DBCluster",
        "AWS::Neptune::DBInstance",
        "AWS::OpenSearchService::Domain",
        "AWS::Organizations::Account",
        "AWS::QLDB::Ledger",
        "AWS::RDS::DBCluster",
        "AWS::RDS::DBInstance",
        "AWS::RDS::GlobalCluster",
        "AWS::Redshift::Cluster",
        "AWS::S3::Bucket",
        "AWS::SDB::Domain",
        "AWS::SQS::Queue",
        "AWS::SecretsManager::Secret",
    }
)
"""Types whose replacement or deletion loses data. The list is that of cfn-lint's rule I3011
(https://github.com/aws-cloudformation/cfn-lint/blob/main/src/cfnlint/data/AdditionalSpecs/StatefulResources.json)
without nested stacks, which are looked into instead, and with five types that it leaves out: event data stores, ECR
repositories, serverless caches, MSK clusters and RDS global clusters."""


def keepers(types: Mapping[str, str], stack_path: str) -> list[str]:
    """Return the logical ids of one stack's resources that hold data; ``types`` are the tree's, by resource path."""
    split = (path.rpartition("/") for path, kind in types.items() if kind in STATEFUL)
    return sorted({name for parent, _, name in split if parent == stack_path})


def policy(names: Collection[str], stack_path: str, lifted: Collection[str] = ()) -> str | None:
    """Return the stack policy that denies replacing or deleting ``names``, or None where there are none.

    ``lifted`` are resource paths that may be replaced this once. A policy binds only the stack that it is set on, so
    every nested stack needs its own:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/protect-stack-resources.html
    """
    if not names:
        return None
    kept = [name for name in names if join(stack_path, name) not in lifted]
    allow = {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}
    deny = {
        "Effect": "Deny",
        "Action": ["Update:Replace", "Update:Delete"],
        "Principal": "*",
        "Resource": [f"LogicalResourceId/{name}" for name in kept],
    }
    return json.dumps({"Statement": [allow, deny] if kept else [allow]}, separators=(",", ":"))


def same_policy(one: str | None, other: str | None) -> bool:
    """Whether two policy documents say the same, whatever their spacing."""
    return _decoded(one) == _decoded(other)


def _decoded(document: str | None) -> object:
    return json.loads(document) if document else None
