"""Workloads that are handed an address and cannot reach it: no security group opens the port."""

from __future__ import annotations

from collections.abc import Iterator

from gate.datastores import targets
from gate.rule import Hit, rule
from gate.security_groups import admits, groups
from gate.tree import Tree
from gate.workloads import placements, workloads

_TEMPLATE = """
Resources:
  Vpc: {{Type: AWS::EC2::VPC, Properties: {{CidrBlock: 10.0.0.0/16}}}}
  Clients: {{Type: AWS::EC2::SecurityGroup, Properties: {{GroupDescription: clients, VpcId: !Ref Vpc}}}}
  Servers:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: servers
      VpcId: !Ref Vpc
      SecurityGroupIngress:
        - {{IpProtocol: tcp, FromPort: {port}, ToPort: {port}, SourceSecurityGroupId: !Ref Clients}}
  Database:
    Type: AWS::RDS::DBCluster
    Properties:
      Engine: aurora-mysql
      MasterUsername: root1
      ManageMasterUserPassword: true
      VpcSecurityGroupIds: [!Ref Servers]
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      Role: arn:aws:iam::123456789012:role/x
      Code: {{ZipFile: ""}}
      VpcConfig: {{SubnetIds: [subnet-1], SecurityGroupIds: [!Ref Clients]}}
      Environment: {{Variables: {{DB_HOST: !GetAtt Database.Endpoint.Address}}}}
"""


@rule(
    id="E9510",
    title="A datastore lets in the workloads that are handed its address",
    reason=(
        "Packets that no rule of the target's security groups admits are dropped: the client waits until it times out, "
        "a file system is not mounted and the task does not start."
    ),
    source="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    good=_TEMPLATE.format(port=3306),
    bad=_TEMPLATE.format(port=5432),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Follow each address and each mounted file system to the security groups of its owner."""
    for workload in workloads(tree):
        for service in targets(tree, workload):
            servers = groups(tree, service.resource.get(service.path))
            for where in placements(tree, workload) if servers else ():
                clients = groups(tree, where.groups)
                if (
                    servers
                    and clients
                    and not any(
                        admits(tree, servers, port, service.protocol, clients) is not False for port in service.ports
                    )
                ):
                    names = " and ".join(group.path for group in clients)
                    message = f"no rule lets {names} into port {service.ports[0]}, but {workload.path} is handed it"
                    fix = f"Add an ingress rule for port {service.ports[0]} from {clients[0].id} to {servers[0].id}."
                    yield Hit(service.resource, service.path, message, fix)
