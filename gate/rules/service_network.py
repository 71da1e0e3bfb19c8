"""Services whose network settings or launch type do not go with their task definition."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tasks import runs_on_fargate
from gate.tree import Resource, Tree, Unknown, as_list, as_text

_TEMPLATE = """
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties: {{NetworkMode: awsvpc, ContainerDefinitions: [{{Name: web, Image: web}}]}}
  Service:
    Type: AWS::ECS::Service
    Properties:
      TaskDefinition: !Ref Task
      {network}
"""


@rule(
    id="E9267",
    title="A service runs its tasks in the way that they are defined",
    reason=(
        "Tasks in awsvpc mode need a NetworkConfiguration, tasks in another mode refuse one, and Fargate refuses a "
        "task definition that does not list FARGATE in RequiresCompatibilities."
    ),
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html",
    good=_TEMPLATE.format(network="NetworkConfiguration: {AwsvpcConfiguration: {Subnets: [subnet-0123456789abcdef0]}}"),
    bad=_TEMPLATE.format(network=""),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare each service with its task definition."""
    for service in tree.resources("AWS::ECS::Service", "AWS::ECS::TaskSet"):
        task = tree.target(service.get("TaskDefinition"), "AWS::ECS::TaskDefinition")
        if task is None:
            continue
        yield from _network(tree, service, task)
        listed = as_list(tree.literal(task.get("RequiresCompatibilities")))
        kinds = [as_text(kind) for kind in listed or []]
        if listed is not None and None not in kinds and "FARGATE" not in kinds and runs_on_fargate(tree, service, None):
            message = f"{task.path} does not list FARGATE in RequiresCompatibilities"
            yield Hit(service, "TaskDefinition", message, "Write RequiresCompatibilities: [FARGATE].")


def _network(tree: Tree, service: Resource, task: Resource) -> Iterator[Hit]:
    mode = "bridge" if task.get("NetworkMode") is None else as_text(tree.literal(task.get("NetworkMode")))
    given = service.get("NetworkConfiguration")
    if mode == "awsvpc" and given is None:
        message = f"{task.path} is in awsvpc mode, but the service has no NetworkConfiguration"
        fix = "Give NetworkConfiguration.AwsvpcConfiguration with subnets and security groups."
        yield Hit(service, "NetworkConfiguration", message, fix)
    elif mode not in {"awsvpc", None} and given is not None and not isinstance(given, Unknown):
        message = f"{task.path} is in {mode} mode, which takes no NetworkConfiguration"
        yield Hit(service, "NetworkConfiguration", message, "Write NetworkMode: awsvpc in the task definition.")
