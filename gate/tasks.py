"""Tasks of ECS: their containers, the ports these map, and where they run.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
"""

from __future__ import annotations

from gate.tree import Resource, Tree, Unknown, Value, as_int, as_list, as_text, dig, items


def containers(tree: Tree, task: Resource) -> list[Value]:
    """Return the containers of a task definition, with the names and values that are known written out."""
    return as_list(tree.literal(task.get("ContainerDefinitions"))) or []


def mapped_ports(container: Value) -> set[int] | None:
    """Return the container ports that a container maps; None if they are not all known."""
    ports = [as_int(dig(mapping, "ContainerPort")) for mapping in items(dig(container, "PortMappings"))]
    ranged = any(dig(mapping, "ContainerPortRange") is not None for mapping in items(dig(container, "PortMappings")))
    hidden = isinstance(dig(container, "PortMappings"), Unknown)
    return None if None in ports or ranged or hidden else {port for port in ports if port is not None}


def runs_on_fargate(tree: Tree, service: Resource, task: Resource | None) -> bool:
    """Tell whether the tasks of a service run on Fargate for certain."""
    if as_text(tree.literal(service.get("LaunchType"))) == "FARGATE":
        return True
    strategy = items(service.get("CapacityProviderStrategy"))
    if strategy:
        return all(
            (as_text(tree.literal(dig(each, "CapacityProvider"))) or "").startswith("FARGATE") for each in strategy
        )
    compatible = items(task.get("RequiresCompatibilities")) if task else []
    return [as_text(tree.literal(each)) for each in compatible] == ["FARGATE"]
