"""Names inside a task definition that denote nothing."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tasks import containers
from gate.tree import Path, Resource, Tree, Value, as_bool, as_int, as_text, dig, items

_TEMPLATE = """
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      NetworkMode: awsvpc
      Volumes: [{{Name: films}}]
      ContainerDefinitions:
        - Name: web
          Image: web
          MountPoints: [{{SourceVolume: {volume}, ContainerPath: /films}}]
"""

_USES = (
    ("MountPoints", "SourceVolume", "volume"),
    ("DependsOn", "ContainerName", "container"),
    ("VolumesFrom", "SourceContainer", "container"),
)


@rule(
    id="E9288",
    title="Names inside a task definition are defined there",
    reason=(
        "ECS refuses a task definition whose containers mount a volume, depend on a container or take volumes from one "
        "that it does not define, two containers of one name or port, and one without an essential container."
    ),
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html",
    good=_TEMPLATE.format(volume="films"),
    bad=_TEMPLATE.format(volume="songs"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look up each name that a container uses, and compare the containers with each other."""
    for task in tree.resources("AWS::ECS::TaskDefinition"):
        listed = containers(tree, task)
        volumes = [as_text(tree.literal(dig(volume, "Name"))) for volume in items(task.get("Volumes"))]
        names = [as_text(dig(container, "Name")) for container in listed]
        for index, container in enumerate(listed):
            at: Path = ("ContainerDefinitions", index)
            for list_, key, what in _USES:
                for place, message in _unknown(container, list_, key, volumes if what == "volume" else names):
                    text = f"the task has no {what} {message}"
                    yield Hit(task, (*at, list_, place, key), text, f"Define the {what}, or name one that is there.")
            if names[index] is not None and names[index] in names[:index]:
                message = f"two containers have the name {names[index]}"
                yield Hit(task, (*at, "Name"), message, "Give each container a name of its own.")
        yield from _essential(task, listed)
        if as_text(tree.literal(task.get("NetworkMode"))) == "awsvpc":
            yield from _ports(task, listed)


def _unknown(container: Value, list_: str, key: str, known: list[str | None]) -> Iterator[tuple[int, str]]:
    for index, entry in enumerate(items(dig(container, list_))):
        name = as_text(dig(entry, key))
        if name is not None and name not in known and None not in known:
            yield index, f"{name}; it has {', '.join(map(str, known)) or 'none'}"


def _essential(task: Resource, listed: list[Value]) -> Iterator[Hit]:
    flags = [as_bool(dig(container, "Essential")) for container in listed]
    if flags and all(flag is False for flag in flags):
        message = "no container is essential"
        yield Hit(task, "ContainerDefinitions", message, "Let one container have Essential: true.")


def _ports(task: Resource, listed: list[Value]) -> Iterator[Hit]:
    """In awsvpc mode all containers share one network interface."""
    taken: dict[tuple[int, str], str] = {}
    for index, container in enumerate(listed):
        for place, mapping in enumerate(items(dig(container, "PortMappings"))):
            port, host = as_int(dig(mapping, "ContainerPort")), as_int(dig(mapping, "HostPort"))
            path: Path = ("ContainerDefinitions", index, "PortMappings", place)
            if port is None:
                continue
            if host not in (None, 0, port):
                message = f"HostPort is {host}, ContainerPort {port}; in awsvpc mode they are the same"
                yield Hit(task, (*path, "HostPort"), message, "Remove HostPort.")
            protocol = dig(mapping, "Protocol")
            key = (port, "tcp" if protocol is None else as_text(protocol) or "?")
            owner = taken.setdefault(key, str(index))
            if owner != str(index) and key[1] != "?":
                message = f"two containers map {key[1]} {port}; in awsvpc mode they share their ports"
                yield Hit(task, (*path, "ContainerPort"), message, "Give each container a port of its own.")
