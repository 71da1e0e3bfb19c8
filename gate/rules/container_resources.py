"""Containers that ask for more than their task has, or for nothing where they must."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Resource, Tree, Value, as_number, as_text, dig
from gate.workloads import TASK, containers

_TEMPLATE = """
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      RequiresCompatibilities: [FARGATE]
      NetworkMode: awsvpc
      Cpu: 512
      Memory: 1024
      ContainerDefinitions:
        - {{Name: web, Image: web, Cpu: 384, Memory: 768}}
        - {{Name: proxy, Image: proxy, Cpu: {cpu}, Memory: 256}}
"""


@rule(
    id="E9126",
    title="The containers of a task fit into its CPU and memory",
    reason=(
        "ECS refuses a task definition whose containers reserve more than the task has, a container whose reservation "
        "is above its limit, and one without memory where the task has none either."
    ),
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html",
    good=_TEMPLATE.format(cpu=128),
    bad=_TEMPLATE.format(cpu=256),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Add up what the containers of each task ask for."""
    for task in tree.resources(TASK):
        listed = list(containers(task))
        cpu, memory = units(task.get("Cpu")), units(task.get("Memory"))
        asked = sum(as_number(dig(container, "Cpu")) or 0 for _, container in listed)
        reserved = sum(_reserved(container) for _, container in listed)
        for name, wanted, has in (("Cpu", asked, cpu), ("Memory", reserved, memory)):
            if has is not None and wanted > has:
                message = f"the containers ask for {wanted:g}; the task has {has:g}"
                yield Hit(task, name, message, f"Give the task more {name}, or the containers less.")
        for path, container in listed:
            limit, soft = as_number(dig(container, "Memory")), as_number(dig(container, "MemoryReservation"))
            if limit is not None and memory is not None and limit > memory >= reserved:
                message = f"the container may use {limit:g} MiB; the task has {memory:g}"
                yield Hit(task, (*path, "Memory"), message, "Give the task more Memory, or the container less.")
            if limit is not None and soft is not None and soft > limit:
                message = f"{soft:g} MiB are reserved of a limit of {limit:g}"
                yield Hit(task, (*path, "MemoryReservation"), message, "Reserve at most the limit.")
            yield from _nothing(task, path, container)


def units(value: Value) -> float | None:
    """Read CPU units or MiB, also written as vCPU or GB; None if it is not known."""
    found = re.fullmatch(r"(\d*\.?\d+)\s*(vcpu|gb)?", (as_text(value) or "").strip().lower())
    return float(found[1]) * (1024 if found[2] else 1) if found else None


def _reserved(container: Value) -> float:
    soft = dig(container, "MemoryReservation")
    return as_number(dig(container, "Memory") if soft is None else soft) or 0


def _nothing(task: Resource, path: tuple[str | int, ...], container: Value) -> Iterator[Hit]:
    if isinstance(container, dict) and not any(
        value is not None for value in (task.get("Memory"), container.get("Memory"), container.get("MemoryReservation"))
    ):
        message = "neither the container nor the task says how much memory it has"
        yield Hit(task, path, message, "Give the container Memory or MemoryReservation, or the task Memory.")
