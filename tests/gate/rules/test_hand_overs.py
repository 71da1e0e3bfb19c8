"""Hand-overs through two levels of stacks: what arrives is judged where it is used, with where it comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from gate.rules import all_rules
from tests.gate.rules.cases import tree_of

BY_ID = {rule.id: rule for rule in all_rules()}

ROOT = """
Resources:
  Network: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: network.yaml}}
  Platform:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: platform.yaml
      Parameters:
        Vpc: !GetAtt Network.Outputs.Vpc
        Subnets: !GetAtt Network.Outputs.Subnets
        Group: !GetAtt Network.Outputs.Group
        Role: !GetAtt Network.Outputs.Role
"""
NETWORK = """
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Other: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.1.0.0/16}}
  A: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24, AvailabilityZone: us-east-1a}}
  B: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24, AvailabilityZone: us-east-1b}}
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: database
      VpcId: !Ref Vpc
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 3306, ToPort: 3306, CidrIp: 10.0.0.0/16}]
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: web
      VpcId: !Ref Vpc
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}]
  Foreign:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: elsewhere
      VpcId: !Ref Other
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 3306, ToPort: 3306, CidrIp: 10.0.0.0/16}]
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: monitoring.rds.amazonaws.com}, Action: "sts:AssumeRole"}]
Outputs:
  Vpc: {Value: !Ref Vpc}
  Subnets: {Value: !Join [",", [!Ref A, !Ref B]]}
  Single: {Value: !Ref A}
  Twice: {Value: !Join [",", [!Ref A, !Ref A]]}
  Group: {Value: !GetAtt Group.GroupId}
  Web: {Value: !GetAtt Web.GroupId}
  Foreign: {Value: !GetAtt Foreign.GroupId}
  Role: {Value: !GetAtt Role.Arn}
  RoleName: {Value: !Ref Role}
"""
PLATFORM = """
Parameters:
  Vpc: {Type: String}
  Subnets: {Type: CommaDelimitedList}
  Group: {Type: String}
  Role: {Type: String}
Resources:
  Database:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: database.yaml
      Parameters:
        Vpc: !Ref Vpc
        Subnets: !Join [",", !Ref Subnets]
        Group: !Ref Group
        Role: !Ref Role
"""
DATABASE = """
Parameters:
  Vpc: {Type: String}
  Subnets: {Type: CommaDelimitedList}
  Group: {Type: String}
  Role: {Type: String}
Resources:
  Places: {Type: AWS::RDS::DBSubnetGroup, Properties: {DBSubnetGroupDescription: films, SubnetIds: !Ref Subnets}}
  Cluster:
    Type: AWS::RDS::DBCluster
    Properties:
      Engine: aurora-mysql
      DBSubnetGroupName: !Ref Places
      VpcSecurityGroupIds: [!Ref Group]
  Writer:
    Type: AWS::RDS::DBInstance
    Properties:
      Engine: aurora-mysql
      DBClusterIdentifier: !Ref Cluster
      DBInstanceClass: db.r6g.large
      MonitoringInterval: 60
      MonitoringRoleArn: !Ref Role
  Targets:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {TargetType: ip, Port: 443, Protocol: TCP, VpcId: !Ref Vpc}
"""


def findings(root: str, folder: Path) -> list[tuple[str, str, str]]:
    files = {"root.yaml": root, "network.yaml": NETWORK, "platform.yaml": PLATFORM, "database.yaml": DATABASE}
    tree = tree_of(files, folder)
    return [
        (finding.rule, finding.stack, finding.logical_id)
        for rule in BY_ID.values()
        if rule.id.startswith(("E92", "E93"))
        for finding in rule.findings(tree)
    ]


def test_the_tree_as_it_should_be_is_clean(tmp_path: Path) -> None:
    assert findings(ROOT, tmp_path) == []


@pytest.mark.parametrize(
    ("right", "wrong", "rule", "logical_id"),
    [
        ("Outputs.Vpc", "Outputs.Group", "E9301", "Targets"),
        ("Outputs.Role", "Outputs.Vpc", "E9301", "Writer"),
        ("Outputs.Role", "Outputs.RoleName", "E9302", "Writer"),
        ("Outputs.Vpc", "Outputs.Subnets", "E9307", "Targets"),
        ("Outputs.Subnets", "Outputs.Single", "E9204", "Places"),
        ("Outputs.Subnets", "Outputs.Twice", "E9204", "Places"),
        ("Outputs.Group", "Outputs.Web", "E9306", "Cluster"),
        ("Outputs.Group", "Outputs.Foreign", "E9305", "Cluster"),
    ],
)
def test_a_wrong_hand_over_is_found_where_it_is_used(
    right: str, wrong: str, rule: str, logical_id: str, tmp_path: Path
) -> None:
    assert (rule, "root/Platform/Database", logical_id) in findings(ROOT.replace(right, wrong), tmp_path)


def test_what_comes_from_outside_the_tree_is_judged_by_its_form_only(tmp_path: Path) -> None:
    given = ROOT.replace("!GetAtt Network.Outputs.Vpc", "vpc-0123456789abcdef0")
    assert findings(given, tmp_path) == []
    assert ("E9303", "root/Platform/Database", "Targets") in findings(
        ROOT.replace("!GetAtt Network.Outputs.Vpc", "igw-0123456789abcdef0"), tmp_path
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("arn:aws:iam::123456789012:role/monitoring", False),
        ("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/monitoring", False),
        ("arn:aws:iam::123456789012:user/monitoring", True),
        ("arn:aws:sns:us-east-1:123456789012:monitoring", True),
    ],
)
def test_arns_that_are_written_out_are_read(value: str, expected: bool, tmp_path: Path) -> None:
    found = findings(ROOT.replace("!GetAtt Network.Outputs.Role", f'!Sub "{value}"'), tmp_path)
    assert (("E9303", "root/Platform/Database", "Writer") in found) is expected


def test_an_attribute_that_repeats_a_property_is_what_the_property_is(tmp_path: Path) -> None:
    text = """
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Group: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: web, VpcId: !Ref Vpc}}
  Other: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: web, VpcId: !GetAtt Group.VpcId}}
"""
    tree = tree_of(text, tmp_path)
    assert list(BY_ID["E9301"].findings(tree)) == []
