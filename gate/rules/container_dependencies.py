"""Containers that wait for what another container never does."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Path, Resource, Tree, Unknown, Value, as_int, as_text, dig, items
from gate.workloads import TASK, containers

_TEMPLATE = """
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Memory: 512
      ContainerDefinitions:
        - {{Name: setup, Image: setup, Essential: {essential}}}
        - Name: web
          Image: web
          DependsOn: [{{ContainerName: setup, Condition: SUCCESS}}]
"""


@rule(
    id="E9127",
    title="The containers of a task go together",
    reason=(
        "ECS refuses a task definition whose container waits for the health of one without a health check, for the end "
        "of an essential one, or in a circle. A secret with the name of a variable, a soft limit above the hard one "
        "and a log router that is not there are refused, too."
    ),
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html",
    good=_TEMPLATE.format(essential="false"),
    bad=_TEMPLATE.format(essential="true"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at each dependency of each container."""
    for task in tree.resources(TASK):
        listed = {name: container for _, container in containers(task) if (name := as_text(dig(container, "Name")))}
        for path, container in containers(task):
            own = as_text(dig(container, "Name"))
            for place, dependency in enumerate(items(dig(container, "DependsOn"))):
                name = as_text(dig(dependency, "ContainerName")) or ""
                condition = as_text(dig(dependency, "Condition"))
                message = _impossible(listed[name], name, condition) if name in listed else None
                if own and own in _reached(listed, name):
                    message = f"{own} and {name} wait for each other"
                if message:
                    at = (*path, "DependsOn", place)
                    yield Hit(task, at, message, "Wait for another condition, or let the container meet it.")
            yield from _limits(task, path, container)
            if as_text(dig(container, "LogConfiguration.LogDriver")) == "awsfirelens" and not any(
                dig(other, "FirelensConfiguration") is not None for _, other in containers(task)
            ):
                message = "it logs by awsfirelens, and no container has a FirelensConfiguration"
                yield Hit(task, (*path, "LogConfiguration"), message, "Add a container with a log router.")
            secrets = {as_text(dig(secret, "Name")) for secret in items(dig(container, "Secrets"))} - {None}
            for place, variable in enumerate(items(dig(container, "Environment"))):
                if as_text(dig(variable, "Name")) in secrets:
                    message = f"{as_text(dig(variable, 'Name'))} is a secret, too"
                    yield Hit(task, (*path, "Environment", place, "Name"), message, "Keep one of the two.")


def _limits(task: Resource, path: Path, container: Value) -> Iterator[Hit]:
    for place, limit in enumerate(items(dig(container, "Ulimits"))):
        soft, hard = as_int(dig(limit, "SoftLimit")), as_int(dig(limit, "HardLimit"))
        if soft is not None and hard is not None and soft > hard:
            message = f"the soft limit of {soft} is above the hard one of {hard}"
            yield Hit(task, (*path, "Ulimits", place, "SoftLimit"), message, "Let it be at most the hard limit.")


def _impossible(container: Value, name: str, condition: str | None) -> str | None:
    if condition == "HEALTHY" and dig(container, "HealthCheck") is None:
        return f"{name} has no health check, so it is never healthy"
    essential = dig(container, "Essential")
    ends = condition in ("COMPLETE", "SUCCESS")
    if ends and not isinstance(essential, Unknown) and as_text(essential) not in ("false", "False"):
        return f"{name} is essential: when it ends, the task stops"
    return None


def _reached(listed: dict[str, Value], start: str) -> set[str]:
    """Give every container that one waits for, at any distance."""
    found: set[str] = set()
    todo = [start]
    while todo:
        for dependency in items(dig(listed.get(todo.pop()), "DependsOn")):
            name = as_text(dig(dependency, "ContainerName"))
            if name and name not in found:
                found.add(name)
                todo.append(name)
    return found
