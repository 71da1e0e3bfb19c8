"""Workloads whose own security group keeps them from what they are handed."""

from __future__ import annotations

from collections.abc import Iterator

from gate.datastores import targets
from gate.rule import Hit, rule
from gate.security_groups import emits, groups
from gate.tree import Tree
from gate.workloads import placements, workloads

_TEMPLATE = """
Resources:
  Vpc: {{Type: AWS::EC2::VPC, Properties: {{CidrBlock: 10.0.0.0/16}}}}
  Clients:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: clients
      VpcId: !Ref Vpc
      SecurityGroupEgress: [{{IpProtocol: tcp, FromPort: {port}, ToPort: {port}, CidrIp: 0.0.0.0/0}}]
  Servers:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: servers
      VpcId: !Ref Vpc
      SecurityGroupIngress:
        - {{IpProtocol: tcp, FromPort: 6379, ToPort: 6379, SourceSecurityGroupId: !Ref Clients}}
  Cache:
    Type: AWS::ElastiCache::ReplicationGroup
    Properties: {{ReplicationGroupDescription: cache, Engine: redis, SecurityGroupIds: [!Ref Servers]}}
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      Role: arn:aws:iam::123456789012:role/x
      Code: {{ZipFile: ""}}
      VpcConfig: {{SubnetIds: [subnet-1], SecurityGroupIds: [!Ref Clients]}}
      Environment: {{Variables: {{CACHE_HOST: !GetAtt Cache.PrimaryEndPoint.Address}}}}
"""


@rule(
    id="E9511",
    title="A workload's security group lets it out to what it is handed",
    reason="A group with egress rules of its own sends nothing else: what they do not list is dropped.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    good=_TEMPLATE.format(port=6379),
    bad=_TEMPLATE.format(port=443),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look for an egress rule to each datastore and file system that a workload connects to."""
    for workload in workloads(tree):
        for service in targets(tree, workload):
            servers = groups(tree, service.resource.get(service.path))
            for where in placements(tree, workload):
                clients = groups(tree, where.groups)
                if clients and not any(
                    emits(tree, clients, port, service.protocol, servers) is not False for port in service.ports
                ):
                    what = f"port {service.ports[0]} of {service.resource.path}"
                    message = f"its egress rules leave out {what}, which {workload.path} connects to"
                    fix = f"Add an egress rule to port {service.ports[0]}."
                    yield Hit(clients[0], "SecurityGroupEgress", message, fix)
