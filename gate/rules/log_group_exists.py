"""Containers that log to a group which nobody makes, or that is in another region."""

from __future__ import annotations

from collections.abc import Iterator

from gate.completeness import complete
from gate.origins import written_here
from gate.rule import Hit, rule
from gate.tree import Tree, Unknown, as_bool, as_text, dig, show, unknown
from gate.workloads import TASK, containers

_TEMPLATE = """
Resources:
  Logs: {{Type: AWS::Logs::LogGroup, Properties: {{LogGroupName: /films/app, RetentionInDays: 30}}}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - Name: app
          Image: app
          LogConfiguration:
            LogDriver: awslogs
            Options: {{awslogs-group: {group}, awslogs-region: !Ref AWS::Region, awslogs-stream-prefix: app}}
"""


@rule(
    id="E9516",
    title="The log group of a container exists in the region that it logs to",
    reason=(
        "The task stops before it has begun (ResourceInitializationError: failed to validate logger args) if the log "
        "group is not there, unless awslogs-create-group is on."
    ),
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html",
    good=_TEMPLATE.format(group="/films/app"),
    bad=_TEMPLATE.format(group="/films/apps"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look for the log group of each container in a tree that makes log groups."""
    made = list(tree.resources("AWS::Logs::LogGroup"))
    for task in tree.resources(TASK):
        for path, container in containers(task):
            options = dig(container, "LogConfiguration.Options")
            if as_text(dig(container, "LogConfiguration.LogDriver")) != "awslogs" or not isinstance(options, dict):
                continue
            group, region = options.get("awslogs-group"), as_text(tree.literal(options.get("awslogs-region")))
            at = (*path, "LogConfiguration", "Options")
            own = tree.target(group, "AWS::Logs::LogGroup")
            if own and region and region != tree.context.region:
                message = f"{own.path} is in {tree.context.region}, but the container logs to {region}"
                yield Hit(task, (*at, "awslogs-region"), message, "Write the region by Ref of AWS::Region.")
            creates = options.get("awslogs-create-group")
            if own or group is None or unknown(group) or as_bool(creates) or isinstance(creates, Unknown):
                continue
            others = [tree.name(each) for each in made]
            missing = all(tree.same(group, each) is False for each in others if each is not None)
            if made and missing and complete(tree) and written_here(task, (*at, "awslogs-group")):
                message = f"no log group {show(tree.literal(group))} is made"
                yield Hit(task, (*at, "awslogs-group"), message, "Use Ref of the log group.")
