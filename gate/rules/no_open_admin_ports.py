"""Security groups that let everybody in where only few belong."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.security_groups import PORTS, Opening, openings
from gate.tree import Tree, as_text

_TEMPLATE = """
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: films
      VpcId: vpc-0123456789abcdef0
      SecurityGroupIngress: [{{IpProtocol: tcp, FromPort: {port}, ToPort: {port}, CidrIp: 0.0.0.0/0}}]
"""
_EVERYBODY = {"0.0.0.0/0", "::/0"}
_CLOSED = {
    "SSH": (22,),
    "Telnet": (23,),
    "RPC": (135,),
    "SMB": (445,),
    "NFS": (2049,),
    "RDP": (3389,),
    "SQL Server": (1433, 1434),
    "Oracle": (1521,),
    "MySQL": (3306,),
    "PostgreSQL": (5432,),
    "Redshift": (5439,),
    "Redis": (6379,),
    "OpenSearch": (9200, 9300),
    "Memcached": (11211,),
    "MongoDB": (27017,),
}
"""Ports of administration and of datastores (EC2.13, EC2.14, EC2.19 and the services' default ports, 2026-11)."""


@rule(
    id="W9671",
    title="Nobody but the own network is let in to administration and databases",
    reason=(
        "Such ports are found and attacked within minutes when they are open to the internet. Security Hub: EC2.13, "
        "EC2.14, EC2.18, EC2.19."
    ),
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html",
    good=_TEMPLATE.format(port=443),
    bad=_TEMPLATE.format(port=22),
    profile="production",
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at ingress rules from everywhere."""
    for opening in openings(tree):
        sources = {as_text(tree.literal(opening.rule_property(name))) for name in ("CidrIp", "CidrIpv6")}
        what = _open(opening) if opening.direction == "ingress" and sources & _EVERYBODY else None
        if what:
            message = f"everybody is let in to {what}"
            yield Hit(opening.place, opening.path, message, "Name the security group or the addresses of who needs it.")


def _open(opening: Opening) -> str | None:
    if opening.protocol == "-1":
        return "every port"
    if opening.protocol not in PORTS or opening.ports is None:
        return None
    found = [name for name, ports in _CLOSED.items() if any(opening.covers(opening.protocol, port) for port in ports)]
    return ", ".join(found[:3]) + (" and more" if len(found) > 3 else "") if found else None
