"""Environment variables whose name promises another thing than they hold."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gate.datastores import CACHES, DATABASES, HOSTS, is_host
from gate.rule import Hit, rule
from gate.tree import Reference, Tree
from gate.workloads import Entry, entries, workloads

_TEMPLATE = """
Resources:
  Database:
    Type: AWS::RDS::DBCluster
    Properties: {{Engine: aurora-postgresql, MasterUsername: admin1, ManageMasterUserPassword: true}}
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      Role: arn:aws:iam::123456789012:role/x
      Code: {{ZipFile: ""}}
      Environment: {{Variables: {{DB_HOST: !GetAtt Database.{attribute}}}}}
"""
_DATABASE = {"DB", "DATABASE", "POSTGRES", "POSTGRESQL", "PG", "PGHOST", "MYSQL", "RDS", "AURORA"}
_CACHE = {"REDIS", "CACHE", "VALKEY", "ELASTICACHE", "MEMCACHED", "MEMCACHE"}
_HOST = {"HOST", "HOSTNAME", "ADDRESS", "PGHOST"}


@rule(
    id="E9505",
    title="A variable holds what its name says",
    reason=(
        "An identifier or ARN is no host name, and a cache does not answer a database client. Ref of a cluster is its "
        "identifier, Ref of a queue its URL; what a program takes from the wrong attribute fails when it connects."
    ),
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getatt.html",
    good=_TEMPLATE.format(attribute="Endpoint.Address"),
    bad=_TEMPLATE.format(attribute="Endpoint.Port"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the words of each name with the attribute that is its value."""
    for workload in workloads(tree):
        for entry in entries(workload):
            if isinstance(entry.value, Reference) and not entry.secret:
                wrong = _wrong(entry, entry.value)
                if wrong:
                    message = f"{entry.name} is {entry.value}, {wrong}"
                    yield Hit(workload, entry.path, message, "Use the attribute that the name promises.")


def _wrong(entry: Entry, value: Reference) -> str | None:
    words = set(re.split(r"[_\W]+", entry.name.upper()))
    last = re.split(r"[_\W]+", entry.name.upper())[-1]
    if value.type in HOSTS:
        if last in _HOST and not is_host(value):
            return "which is no host name"
        if last == "PORT" and not value.attribute.endswith(("Port", "Ports")):
            return "which is no port"
    if value.type in CACHES and words & _DATABASE and not words & _CACHE:
        return "which belongs to a cache"
    if value.type in DATABASES and words & _CACHE and not words & _DATABASE:
        return "which belongs to a database"
    if value.type == "AWS::SQS::Queue" and {"QUEUE", "URL"} <= words and value.attribute not in {"Ref", "QueueUrl"}:
        return "which is not the URL of the queue"
    if last == "ARN" and value.type in _NAMED_BY_REF and value.attribute == "Ref":
        return "which is a name or URL, not an ARN"
    return None


_NAMED_BY_REF = {
    "AWS::Kinesis::Stream",
    "AWS::SQS::Queue",
    "AWS::S3::Bucket",
    "AWS::DynamoDB::Table",
    "AWS::Lambda::Function",
    "AWS::ECS::Cluster",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::KMS::Key",
    "AWS::IAM::Role",
    "AWS::EFS::FileSystem",
    "AWS::Logs::LogGroup",
}
"""Types whose ``Ref`` is no ARN (their "Return values" in the template reference, 2026-11)."""
