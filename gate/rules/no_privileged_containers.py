"""Containers that are root on the machine that they run on."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Tree, as_bool, as_text, dig
from gate.workloads import TASK, containers

_TEMPLATE = """
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties: {{ContainerDefinitions: [{{Name: app, Image: app, Privileged: {privileged}}}]}}
"""


@rule(
    id="W9680",
    title="A container has no more rights than its program needs",
    reason=(
        "A privileged container, or one that shares the process namespace of its host, is root on that host. Security "
        "Hub: ECS.3, ECS.4."
    ),
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html",
    good=_TEMPLATE.format(privileged="false"),
    bad=_TEMPLATE.format(privileged="true"),
    profile="production",
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at the switches of each task definition."""
    for task in tree.resources(TASK):
        if as_text(tree.literal(task.get("PidMode"))) == "host":
            yield Hit(task, "PidMode", "its containers see the processes of the host", "Remove PidMode.")
        for path, container in containers(task):
            if as_bool(tree.literal(dig(container, "Privileged"))):
                yield Hit(task, (*path, "Privileged"), "it is root on its host", "Write Privileged: false.")
