"""A workload that gets the port or the credentials of a datastore, but not its address."""

from __future__ import annotations

from collections.abc import Iterator

from gate.datastores import HOSTS, datastores, has_host, hosts_of, owner, secrets
from gate.rule import Hit, rule
from gate.tree import Resource, Tree, references
from gate.workloads import Entry, entries, handed, readable, workloads

_TEMPLATE = """
Resources:
  Database:
    Type: AWS::RDS::DBCluster
    Properties: {{Engine: aurora-postgresql, MasterUsername: admin1, ManageMasterUserPassword: true}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - Name: app
          Image: app
          Environment:
            - {{Name: DB_PORT, Value: !GetAtt Database.Endpoint.Port}}
            {host}
"""


@rule(
    id="E9501",
    title="What gets the port or the credentials of a datastore gets its address",
    reason=(
        "The task starts, finds no host to connect to and exits. The secret that RDS manages holds user and password "
        "only; a secret holds the host once it is attached to the database."
    ),
    source="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html",
    good=_TEMPLATE.format(host="- {Name: DB_HOST, Value: !GetAtt Database.Endpoint.Address}"),
    bad=_TEMPLATE.format(host=""),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare what each workload is told about each datastore."""
    stores = list(datastores(tree))
    for workload in workloads(tree) if stores else ():
        known = handed(tree, workload)
        named = [entry for entry in entries(workload) if references(entry.value)]
        for store in stores:
            parts = [(entry, part) for entry in named if (part := _part(tree, entry, store, known))]
            if parts and not _told(tree, workload, store) and readable(tree, workload):
                entry, part = parts[0]
                message = f"{entry.name} is {part} of {store.path}, but no variable holds its address"
                fix = f"Add a variable with {HOSTS[store.type][0]} of {store.id}."
                yield Hit(workload, entry.path, message, fix)


def _part(tree: Tree, entry: Entry, store: Resource, known: tuple[object, ...]) -> str | None:
    for reference in references(entry.value):
        at = tree.at(reference)
        if reference.attribute.endswith("Port") and reference.type in HOSTS and owner(tree, at) is store:
            return "the port"
        if (at, reference.attribute) in secrets(tree, store) and not has_host(tree, at):
            identified = any(getattr(each, "id", None) == store.id for each in known if each != reference)
            return None if identified else "a secret"
    return None


def _told(tree: Tree, workload: Resource, store: Resource) -> bool:
    """Tell whether a workload knows the address of a datastore, or of a proxy in front of it."""
    known = handed(tree, workload)
    if hosts_of(tree, known, store):
        return True
    proxies = [use.resource for use in tree.referrers(store, "AWS::RDS::DBProxyTargetGroup")]
    return any(reference.type in {"AWS::RDS::DBProxy", "AWS::RDS::DBProxyEndpoint"} for reference in known) and bool(
        proxies
    )
