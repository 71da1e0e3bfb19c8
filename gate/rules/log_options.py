"""Log drivers without the options that they need, or with options that they do not know."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Tree, as_text, dig
from gate.workloads import TASK, containers, fargate

_TEMPLATE = """
Resources:
  Logs: {{Type: AWS::Logs::LogGroup, Properties: {{RetentionInDays: 30}}}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      RequiresCompatibilities: [FARGATE]
      ContainerDefinitions:
        - Name: app
          Image: app
          LogConfiguration:
            LogDriver: awslogs
            Options:
              {group}: !Ref Logs
              awslogs-region: !Ref AWS::Region
              awslogs-stream-prefix: app
"""
_NEEDED = {"awslogs": ("awslogs-group", "awslogs-region"), "splunk": ("splunk-token", "splunk-url")}
_ON_FARGATE = {"awslogs": ("awslogs-stream-prefix",)}
_KNOWN = {
    "awslogs-create-group",
    "awslogs-credentials-endpoint",
    "awslogs-datetime-format",
    "awslogs-endpoint",
    "awslogs-force-flush-interval-seconds",
    "awslogs-format",
    "awslogs-group",
    "awslogs-max-buffered-events",
    "awslogs-multiline-pattern",
    "awslogs-region",
    "awslogs-stream",
    "awslogs-stream-prefix",
}
"""Options of awslogs itself; those of every driver (mode, tag, env...) have no such prefix.

Sources (2026-11): https://docs.docker.com/engine/logging/drivers/awslogs/ and the page of the rule.
"""


@rule(
    id="E9515",
    title="A log driver gets the options that it needs",
    reason=(
        "ECS refuses a task definition whose awslogs options lack the group or region (and, on Fargate, the prefix of "
        "streams); an option that the driver does not know keeps the container from starting."
    ),
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html",
    good=_TEMPLATE.format(group="awslogs-group"),
    bad=_TEMPLATE.format(group="awslogs-log-group"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the options of each container with those of its driver."""
    for task in tree.resources(TASK):
        for path, container in containers(task):
            driver = as_text(dig(container, "LogConfiguration.LogDriver"))
            options = dig(container, "LogConfiguration.Options")
            given = options if isinstance(options, dict) else {}
            if driver is None or not (options is None or isinstance(options, dict)):
                continue
            at = (*path, "LogConfiguration", "Options")
            secret = str(dig(container, "LogConfiguration.SecretOptions"))
            for name in (*_NEEDED.get(driver, ()), *(_ON_FARGATE.get(driver, ()) if fargate(tree, task) else ())):
                if given.get(name) is None and name not in secret:
                    yield Hit(task, at, f"the driver {driver} needs the option {name}", f"Add {name}.")
            for name in given if driver == "awslogs" else ():
                if name.startswith("awslogs-") and name not in _KNOWN:
                    message = f"the driver awslogs has no option {name}"
                    yield Hit(task, (*at, name), message, f"Write one of {', '.join(sorted(_KNOWN))}.")
