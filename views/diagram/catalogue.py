"""Which resource types a diagram draws, as what, and how it names them."""

from __future__ import annotations

import re
from typing import Final

from gate.tree import Resource

_DRAWN: Final = {
    "compute": {
        "ECS::Service": "ECS service",
        "Lambda::Function": "Lambda function",
        "EC2::Instance": "EC2 instance",
    },
    "network": {
        "EC2::VPC": "VPC",
        "EC2::Subnet": "subnet",
        "EC2::SecurityGroup": "security group",
        "EC2::InternetGateway": "internet gateway",
        "EC2::NatGateway": "NAT gateway",
        "EC2::VPCEndpoint": "VPC endpoint",
        "ElasticLoadBalancingV2::LoadBalancer": "load balancer",
        "ApiGateway::RestApi": "REST API",
        "ApiGatewayV2::Api": "HTTP API",
        "ApiGatewayV2::VpcLink": "VPC link",
    },
    "store": {
        "RDS::DBCluster": "database cluster",
        "RDS::DBInstance": "database instance",
        "ElastiCache::ReplicationGroup": "cache replication group",
        "EFS::FileSystem": "EFS file system",
        "EFS::MountTarget": "EFS mount target",
        "S3::Bucket": "S3 bucket",
        "DynamoDB::Table": "DynamoDB table",
    },
    "stream": {
        "Kinesis::Stream": "Kinesis stream",
        "KinesisFirehose::DeliveryStream": "Firehose stream",
        "SQS::Queue": "SQS queue",
        "SNS::Topic": "SNS topic",
    },
    "guard": {
        "KMS::Key": "KMS key",
        "SecretsManager::Secret": "secret",
        "WAFv2::WebACL": "web ACL",
        "CloudTrail::Trail": "CloudTrail trail",
        "EC2::FlowLog": "flow log",
    },
}
_KINDS: Final = {f"AWS::{name}": kind for kind, names in _DRAWN.items() for name in names}
_NAMES: Final = {f"AWS::{name}": said for names in _DRAWN.values() for name, said in names.items()}
PART: Final = "part"


def kind(resource: Resource) -> str:
    """Return as what a resource is drawn; ``PART`` for what is only part of others, or watches them."""
    return _KINDS.get(resource.type, PART)


def called(resource: Resource) -> str:
    """Return what a resource is called across stacks: ``Streaming.Ingest``."""
    stack = resource.stack.path.partition("/")[2]
    return f"{stack}.{resource.id}" if stack else resource.id


def type_name(resource: Resource) -> str:
    """Return the type as people say it: ``Kinesis stream``; of others the words of its name."""
    if resource.type in _NAMES:
        return _NAMES[resource.type]
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", resource.type.rpartition("::")[2]).split()
    return " ".join(word if word.isupper() else word.lower() for word in words)
