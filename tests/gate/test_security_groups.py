from __future__ import annotations

from pathlib import Path

import pytest

from gate.security_groups import admits, ingress
from gate.tree import Resource, Tree, load_tree
from tests.gate.rules.cases import tree_of

TEMPLATE = """
Resources:
  Client: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: client}}
  Stranger: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: stranger}}
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: server
      SecurityGroupIngress:
        - {IpProtocol: "6", FromPort: 8000, ToPort: 8100, CidrIp: 10.0.0.0/8}
        - {IpProtocol: udp, FromPort: 53, ToPort: 53, CidrIp: 10.0.0.0/8}
  Own:
    Type: AWS::EC2::SecurityGroupIngress
    Properties:
      GroupId: !GetAtt Group.GroupId
      IpProtocol: tcp
      FromPort: 5432
      ToPort: 5432
      SourceSecurityGroupId: !Ref Client
"""


def group(tree: Tree, name: str) -> Resource:
    found = tree.resource(f"root.{name}")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("port", "protocol", "peer", "expected"),
    [
        (8080, "tcp", "Stranger", True),  # addresses count for all
        (8080, "udp", "Stranger", False),
        (53, "udp", "Client", True),
        (5432, "tcp", "Client", True),
        (5432, "tcp", "Stranger", False),
        (3306, "tcp", "Client", False),
    ],
)
def test_a_group_admits_what_its_rules_say(port: int, protocol: str, peer: str, expected: bool, tmp_path: Path) -> None:
    tree = tree_of(TEMPLATE, tmp_path)
    assert admits(tree, [group(tree, "Group")], port, protocol, [group(tree, peer)]) is expected


def test_rules_without_protocol_limits_admit_all(tmp_path: Path) -> None:
    tree = tree_of(TEMPLATE.replace('IpProtocol: "6"', 'IpProtocol: "-1"'), tmp_path)
    assert admits(tree, [group(tree, "Group")], 1) is True


def test_what_cannot_be_known_is_not_said(tmp_path: Path) -> None:
    text = "Parameters:\n  Port: {Type: Number}\n" + TEMPLATE.replace("5432", "!Ref Port")
    (tmp_path / "root.yaml").write_text(text)
    tree = load_tree(tmp_path / "root.yaml")
    assert admits(tree, [group(tree, "Group")], 5432) is None


def test_rules_may_be_in_a_stack_that_is_not_in_the_tree(tmp_path: Path) -> None:
    text = TEMPLATE + (
        "  More:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: https://example.com/rules.yaml}\n"
    )
    tree = tree_of(text, tmp_path)
    assert ingress(tree, group(tree, "Group")) is None
