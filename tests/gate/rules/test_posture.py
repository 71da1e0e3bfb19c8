"""Production posture: what is safe by default, meant to be public or protected otherwise stays clean."""

from __future__ import annotations

from pathlib import Path

import pytest

from gate.rules import all_rules
from gate.tree import Context, Tree, load_tree
from tests.gate.rules.cases import tree_of

RULES = [rule for rule in all_rules() if rule.id.startswith("W96")]


def found(tree: Tree) -> list[str]:
    """Return the posture rules that find something, each with the resource."""
    return sorted({f"{finding.rule} {finding.logical_id}" for rule in RULES for finding in rule.findings(tree)})


def resources(folder: Path, text: str) -> list[str]:
    """Return what is found in a template with these resources."""
    return found(tree_of("Resources:\n" + text, folder))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Q: {Type: AWS::SQS::Queue}", ["W9640 Q"]),
        ("  JobsDlq: {Type: AWS::SQS::Queue}", []),
        ("  Q: {Type: AWS::SQS::Queue, Properties: {RedriveAllowPolicy: {redrivePermission: denyAll}}}", []),
        ("  B: {Type: AWS::S3::Bucket}", []),
        ("  B: {Type: AWS::S3::Bucket, Properties: {AccessControl: PublicRead}}", ["W9672 B"]),
        ("  B: {Type: AWS::S3::Bucket, Properties: {AccessControl: PublicRead, WebsiteConfiguration: {}}}", []),
        ("  K: {Type: AWS::KMS::Key, Properties: {KeySpec: RSA_2048, KeyPolicy: {}}}", []),
        ("  K: {Type: AWS::KMS::Key, Properties: {Origin: EXTERNAL, KeyPolicy: {}}}", []),
        ("  K: {Type: AWS::KMS::Key, Properties: {KeyPolicy: {}}}", ["W9674 K"]),
        ("  T: {Type: AWS::SNS::Topic}", []),
        (
            "  T: {Type: AWS::SNS::Topic}\n  K: {Type: AWS::KMS::Key, Properties: {EnableKeyRotation: true}}",
            [],
        ),
        ("  S: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}", ["W9610 S", "W9650 S"]),
    ],
)
def test_what_is_safe_by_default_is_clean(text: str, expected: list[str], tmp_path: Path) -> None:
    assert resources(tmp_path, text) == expected


INSTANCE = """
  D:
    Type: AWS::RDS::DBInstance
    Properties:
      DBInstanceClass: db.t4g.small
      {more}
"""
SAFE = "BackupRetentionPeriod: 7, StorageEncrypted: true, DeletionProtection: true, MultiAZ: true"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (SAFE, []),
        (SAFE.replace("7", "1"), ["W9601 D"]),
        (SAFE.replace("StorageEncrypted: true", "Port: 5432"), ["W9610 D"]),
        (SAFE.replace("StorageEncrypted: true", "DBSnapshotIdentifier: s"), []),
        (SAFE.replace("DeletionProtection: true", "DeletionProtection: 'false'"), ["W9620 D"]),
        (SAFE.replace("MultiAZ: true", "MultiAZ: false"), ["W9630 D"]),
        (SAFE + ", PubliclyAccessible: true", ["W9670 D"]),
        (SAFE + ", ManageMasterUserPassword: 'true'", []),
        (SAFE + ", MasterUserPassword: '{{resolve:secretsmanager:films:SecretString:password}}'", []),
        (SAFE + ", MasterUserPassword: correct-horse", ["W9660 D"]),
        ("SourceDBInstanceIdentifier: other", []),
        ("DBClusterIdentifier: other", []),
    ],
)
def test_instances(more: str, expected: list[str], tmp_path: Path) -> None:
    text = INSTANCE.format(more="\n      ".join(part.strip() for part in more.split(", ")))
    assert resources(tmp_path, text) == expected


@pytest.mark.parametrize(
    ("name", "value", "secret"),
    [
        ("DB_PASSWORD", "correct-horse", True),
        ("dbPassword", "correct-horse", True),
        ("API_KEY", "a1b2c3d4e5f6", True),
        ("TOKEN_TTL", "correct-horse", False),
        ("DB_PASSWORD", "films/prod/db", False),
        ("DB_SECRET", "arn:aws:secretsmanager:us-east-1:123456789012:secret:films", False),
        ("USE_SECRET", "true", False),
        ("SECRET_NAME", "films", False),
        ("DB_PASSWORD", "change-me", False),
        ("DATABASE_URL", "postgres://films:correct-horse@db.example.net/films", True),
        ("DATABASE_URL", "postgres://db.example.net/films", False),
        ("KEY", "AKIA" + "QWERTYUIOPASDFGH", True),
    ],
)
def test_variables(name: str, value: str, secret: bool, tmp_path: Path) -> None:
    task = f"{{Name: app, Image: app, Environment: [{{Name: {name}, Value: '{value}'}}]}}"
    text = f"  T: {{Type: AWS::ECS::TaskDefinition, Properties: {{ContainerDefinitions: [{task}]}}}}"
    assert bool(resources(tmp_path, text)) is secret


PASSWORD = """
Parameters: {Word: {Type: String, NoEcho: %s%s}}
Resources:
  C:
    Type: AWS::ElastiCache::ReplicationGroup
    Properties:
      ReplicationGroupDescription: cache
      AuthToken: !Ref Word
      AtRestEncryptionEnabled: true
      TransitEncryptionEnabled: true
      AutomaticFailoverEnabled: true
      MultiAZEnabled: true
"""


@pytest.mark.parametrize(
    ("hidden", "default", "given", "expected"),
    [
        ("true", "", "correct-horse-battery", []),
        ("true", "", None, []),
        ("false", "", "correct-horse-battery", ["W9660 C", "W9662 "]),
        ("false", "", None, ["W9662 "]),
        ("true", ", Default: correct-horse-battery", None, ["W9660 C", "W9662 "]),
    ],
)
def test_a_password_by_a_parameter(
    hidden: str, default: str, given: str | None, expected: list[str], tmp_path: Path
) -> None:
    (tmp_path / "root.yaml").write_text(PASSWORD % (hidden, default))
    parameters = None if given is None else {"Word": given}
    tree = load_tree(tmp_path / "root.yaml", parameters=parameters, context=Context())
    assert found(tree) == expected


@pytest.mark.parametrize(
    ("who", "condition", "expected"),
    [
        ('"*"', "", ["W9677 P"]),
        ('{AWS: "*"}', "", ["W9677 P"]),
        ('"*"', ", Condition: {StringEquals: {aws:SourceAccount: '123456789012'}}", []),
        ("{Service: sns.amazonaws.com}", "", []),
    ],
)
def test_who_is_let_in(who: str, condition: str, expected: list[str], tmp_path: Path) -> None:
    text = f"""
  FailedJobs: {{Type: AWS::SQS::Queue}}
  P:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref FailedJobs]
      PolicyDocument:
        Statement:
          - {{Effect: Allow, Principal: {who}, Action: sqs:SendMessage, Resource: !GetAtt FailedJobs.Arn{condition}}}
"""
    assert resources(tmp_path, text) == expected


@pytest.mark.parametrize(
    ("rule", "open_to_all"),
    [
        ("IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0", False),
        ("IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 10.0.0.0/8", False),
        ("IpProtocol: tcp, FromPort: 5000, ToPort: 6000, CidrIpv6: '::/0'", True),
        ("IpProtocol: '-1', CidrIp: 0.0.0.0/0", True),
        ("IpProtocol: icmp, FromPort: 8, ToPort: -1, CidrIp: 0.0.0.0/0", False),
    ],
)
def test_ports_that_are_open_to_all(rule: str, open_to_all: bool, tmp_path: Path) -> None:
    text = f"""
  G:
    Type: AWS::EC2::SecurityGroup
    Properties: {{GroupDescription: films, VpcId: vpc-1, SecurityGroupIngress: [{{{rule}}}]}}
"""
    assert resources(tmp_path, text) == (["W9671 G"] if open_to_all else [])
