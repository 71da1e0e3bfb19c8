"""Container health checks that cannot pass."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Tree, Value, as_int, as_text, dig, items, unknown
from gate.workloads import TASK, containers

_TEMPLATE = """
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      NetworkMode: awsvpc
      ContainerDefinitions:
        - Name: app
          Image: app
          PortMappings: [{{ContainerPort: 8080}}]
          HealthCheck: {{Command: [CMD-SHELL, "curl -f http://localhost:{port}/health || exit 1"]}}
"""
_LOCAL = re.compile(r"(?:localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0):(\d{1,5})\b")
_FIRST = {"CMD", "CMD-SHELL", "NONE"}


@rule(
    id="E9530",
    title="A container's health check asks the container",
    reason=(
        "ECS replaces a task whose container is unhealthy. A command that does not begin with CMD or CMD-SHELL is "
        "refused, and one that asks a port on which no container of the task listens fails for ever."
    ),
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html",
    good=_TEMPLATE.format(port=8080),
    bad=_TEMPLATE.format(port=80),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the command of each check with the ports of the task."""
    for task in tree.resources(TASK):
        ports = _ports(tree, task.get("ContainerDefinitions"))
        for path, container in containers(task):
            at = (*path, "HealthCheck", "Command")
            given = dig(container, "HealthCheck.Command")
            command = items(given)
            first = as_text(command[0]) if command else None
            if isinstance(given, list) and (not command or (first is not None and first not in _FIRST)):
                message = (
                    f"a health command begins with CMD or CMD-SHELL, not with {first!r}" if command else "no command"
                )
                yield Hit(task, at, message, 'Write ["CMD-SHELL", "..."].')
            if first == "CMD-SHELL" and len(command) != 2:
                message = f"CMD-SHELL takes one command line, not {len(command) - 1}"
                yield Hit(task, at, message, "Write the command as one text, or use CMD.")
            if dig(container, "PortMappings") is None or ports is None:
                continue
            for asked in _LOCAL.findall(" ".join(as_text(part) or "" for part in command)):
                if int(asked) not in ports:
                    message = f"it asks port {asked}; the containers of the task map {sorted(ports)}"
                    yield Hit(task, at, message, "Ask the port on which the container listens.")


def _ports(tree: Tree, given: Value) -> set[int] | None:
    """Return the ports that the containers of a task map; None if one is not known."""
    if unknown(given) or not isinstance(given, list):
        return None
    found: set[int] = set()
    for container in given:
        for mapping in items(dig(container, "PortMappings")):
            port = as_int(tree.literal(dig(mapping, "ContainerPort")))
            if port is None:
                return None
            found.add(port)
    return found
