"""A datastore that workloads are let into, and whose address nobody gets."""

from __future__ import annotations

from collections.abc import Iterator

from gate.completeness import complete
from gate.datastores import HOSTS, datastores, is_host, listening, owner
from gate.rule import Hit, rule
from gate.security_groups import groups as known_groups
from gate.security_groups import ingress
from gate.tree import Reference, Resource, Tree, references
from gate.workloads import handed, placements, readable, workloads

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
        - {{IpProtocol: tcp, FromPort: 6379, ToPort: 6379, SourceSecurityGroupId: !Ref Clients}}
  Cache:
    Type: AWS::ElastiCache::ReplicationGroup
    Properties:
      {{ReplicationGroupDescription: cache, Engine: valkey, Port: 6379, SecurityGroupIds: [!Ref Servers]}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - {{Name: app, Image: app, Environment: [{{Name: MODE, Value: fast}}{host}]}}
  Service:
    Type: AWS::ECS::Service
    Properties:
      TaskDefinition: !Ref Task
      NetworkConfiguration:
        AwsvpcConfiguration: {{Subnets: [subnet-1], SecurityGroups: [!Ref Clients]}}
"""


@rule(
    id="E9502",
    title="The address of a datastore is handed to somebody who is let in",
    reason=(
        "A security group that admits a workload says that it is meant to connect. Names of databases and caches are "
        "made up when they are created: without being told, the workload cannot know where to connect to. The same "
        "holds for a cluster of which only the readers' address is handed out: nobody can write."
    ),
    source="https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Endpoints.html",
    good=_TEMPLATE.format(host=", {Name: CACHE_HOST, Value: !GetAtt Cache.PrimaryEndPoint.Address}"),
    bad=_TEMPLATE.format(host=""),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look for anybody who uses the address of each datastore that a workload is let into."""
    if not complete(tree):
        return
    for store in datastores(tree):
        used = _used(tree, store)
        hosts = HOSTS[store.type]
        writers = {name for name in hosts if "Read" not in name}
        if used & writers or (store.type == "AWS::RDS::DBCluster" and "instance" in used):
            continue
        if used:
            message = f"only the readers' address of {store.path} is handed out; nobody can write"
            yield Hit(store, (), message, f"Hand {hosts[0]} to who writes.")
            continue
        for workload in workloads(tree):
            if _let_in(tree, workload, store) and readable(tree, workload) and not _by_secret(tree, workload, store):
                message = f"it is let into {store.path}, whose address nobody is handed"
                yield Hit(workload, (), message, f"Add a variable with {hosts[0]} of {store.id}.")


def _used(tree: Tree, store: Resource) -> set[str]:
    """Return the attributes of a datastore that any resource or export uses as its address."""
    found = set()
    members = [store, *(use.resource for use in tree.referrers(store, "AWS::RDS::DBInstance"))]
    for member in members:
        for use in tree.referrers(member):
            if is_host(use.reference) and not use.resource.type.startswith("AWS::CloudWatch::"):
                found.add(use.reference.attribute if member is store else "instance")
    for stack in tree.stacks.values():
        for name, value in stack.outputs.items():
            for reference in references(value):
                if is_host(reference) and owner(tree, tree.at(reference)) is store and stack.export_name(name):
                    found.add(reference.attribute)
    if any(use.resource.type.startswith("AWS::RDS::DBProxy") for use in tree.referrers(store)):
        found.add(HOSTS[store.type][0])
    return found


def _let_in(tree: Tree, workload: Resource, store: Resource) -> bool:
    service = listening(tree).get(store)
    own = known_groups(tree, store.get(service.path)) if service else None
    if service is None or own is None:
        return False
    friends = [group for where in placements(tree, workload) for group in known_groups(tree, where.groups) or []]
    return any(
        any(opening.covers("tcp", port) for port in service.ports)
        and isinstance(source := opening.rule_property("SourceSecurityGroupId"), Reference)
        and tree.at(source) in friends
        for group in own
        for opening in ingress(tree, group) or []
    )


def _by_secret(tree: Tree, workload: Resource, store: Resource) -> bool:
    """Tell whether a workload gets a secret that is attached to the datastore: the host is in it."""
    attached = {
        reference
        for attachment in tree.resources("AWS::SecretsManager::SecretTargetAttachment")
        if store in tree.targets(attachment.get("TargetId"))
        for reference in (attachment.reference, *references(attachment.get("SecretId")))
    }
    return any(reference in attached for reference in handed(tree, workload))
