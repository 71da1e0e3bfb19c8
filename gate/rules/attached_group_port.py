"""Security groups that do not open the port of what they are attached to."""

from __future__ import annotations

from collections.abc import Iterator

from gate.ports import Service, services
from gate.rule import Hit, rule
from gate.security_groups import admits, groups, ingress
from gate.tree import Resource, Tree

_TEMPLATE = """
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: database
      VpcId: vpc-0123456789abcdef0
      SecurityGroupIngress: [{{IpProtocol: tcp, FromPort: {port}, ToPort: {port}, CidrIp: 10.0.0.0/16}}]
  Films:
    Type: AWS::RDS::DBInstance
    Properties: {{Engine: postgres, VPCSecurityGroups: [!GetAtt Group.GroupId]}}
"""


@rule(
    id="E9306",
    title="A security group opens the port of what it is attached to",
    reason=(
        "A database, cache, file system, endpoint or load balancer listens on a port of its own. If none of its "
        "security groups opens that port (because the port is wrong, or the group is meant for something else), every "
        "connection times out and nothing reports an error."
    ),
    source="https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html",
    good=_TEMPLATE.format(port=5432),
    bad=_TEMPLATE.format(port=1521),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the port of each resource that listens with the ingress of its security groups."""
    for service in services(tree):
        attached = groups(tree, service.resource.get(service.path))
        if attached is None or any(
            admits(tree, attached, port, service.protocol) is not False for port in service.ports
        ):
            continue
        if not _imported(tree, attached):
            names = " and ".join(group.path for group in attached)
            message = f"it listens on {service.protocol} {service.ports[0]}, which {names} does not open"
            fix = f"Attach the group that is meant for it, or open port {service.ports[0]} in this one."
            yield Hit(service.resource, service.path, message, fix)


def _imported(tree: Tree, attached: list[Resource]) -> bool:
    """Tell whether the groups have no rule at all and nothing of the tree connects: others may open them later."""
    empty = not any(ingress(tree, group) for group in attached)
    return empty and next(tree.resources(*Service.CONSUMERS), None) is None
