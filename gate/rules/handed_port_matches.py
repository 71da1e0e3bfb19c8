"""A port that is written out beside an address, and is another one than the datastore's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gate.datastores import is_host, listening, owner
from gate.rule import Hit, rule
from gate.tree import Reference, Text, Tree, Value, as_int
from gate.workloads import entries, workloads

_TEMPLATE = """
Resources:
  Database:
    Type: AWS::RDS::DBCluster
    Properties: {{Engine: aurora-postgresql, Port: 5432, MasterUsername: admin1, ManageMasterUserPassword: true}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - Name: app
          Image: app
          Environment:
            - {{Name: DB_HOST, Value: !GetAtt Database.Endpoint.Address}}
            - {{Name: DB_PORT, Value: "{port}"}}
"""
_NAME = re.compile(r"(.*?)_?(HOST|HOSTNAME|ADDRESS|ENDPOINT|WRITER_HOST|READER_HOST)", re.IGNORECASE)
_AFTER = re.compile(r":(\d{1,5})(?:/|$)")


@rule(
    id="E9506",
    title="The port that is handed out is the one that the datastore listens on",
    reason="A client that knocks at another port gets no answer.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html",
    good=_TEMPLATE.format(port=5432),
    bad=_TEMPLATE.format(port=3306),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare literal ports with the datastore whose address has the same prefix, or stands before them."""
    for workload in workloads(tree):
        known = {entry.name: entry for entry in entries(workload)}
        for name, entry in known.items():
            listens = _listens(tree, entry.value)
            if not listens:
                continue
            inside = _inside(entry.value)
            match = _NAME.fullmatch(name)
            beside = known.get(f"{match[1]}_PORT") if match else None
            for where, given in ((entry, inside), (beside, as_int(beside.value) if beside else None)):
                if where and given is not None and given not in listens:
                    message = f"{where.name} says port {given}; what {name} names listens on {listens[0]}"
                    yield Hit(workload, where.path, message, "Take the port from the resource by Fn::GetAtt.")


def _listens(tree: Tree, value: Value) -> tuple[int, ...]:
    parts = value.parts if isinstance(value, Text) else (value,)
    stores = [tree.at(part) for part in parts if isinstance(part, Reference) and is_host(part)]
    service = listening(tree).get(owner(tree, stores[0])) if len(stores) == 1 else None
    return service.ports if service else ()


def _inside(value: Value) -> int | None:
    """Return the literal port that follows the host in a URL or ``host:port``."""
    if not isinstance(value, Text):
        return None
    for before, part in zip(value.parts, value.parts[1:], strict=False):
        if isinstance(before, Reference) and is_host(before) and isinstance(part, str):
            found = _AFTER.match(part)
            return int(found[1]) if found else None
    return None
