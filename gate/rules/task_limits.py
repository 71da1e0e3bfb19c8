"""Values of task definitions that ECS refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gate.limits import (
    GIVEN,
    Limit,
    Shape,
    among,
    between,
    exceeded,
    having,
    like,
    may,
    needs,
    when,
    without,
)
from gate.rule import Hit, rule
from gate.tree import Tree

_TASK = ("AWS::ECS::TaskDefinition",)
_EACH = "ContainerDefinitions.*"
_REGISTER = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html"
_CONTAINER = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html"
_HEALTH = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html"
_LOGS = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html"
_PORTS = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html"

_IMAGE: Final = (
    r"^([a-zA-Z0-9][a-zA-Z0-9.-]*(:\d+)?/)?[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*"
    r"(:[\w][\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$"
)
"""https://github.com/distribution/reference/blob/main/reference.go"""
_AWSVPC: Shape = having(NetworkMode=among("awsvpc"))

LIMITS: Final = (
    Limit(
        _TASK, "Family", like("[A-Za-z0-9_-]{1,255}"), "A family has letters, digits, hyphens and underscores.",
        _REGISTER,
    ),
    Limit(
        _TASK, f"{_EACH}.Name", like("[A-Za-z0-9_-]{1,255}"),
        "A container's name has letters, digits, hyphens and underscores.", _CONTAINER,
    ),
    Limit(
        _TASK, f"{_EACH}.Image", {"pattern": _IMAGE},
        "An image is registry/repository:tag or @sha256:digest; a repository is in lower case.", _CONTAINER,
    ),
    Limit(_TASK, "EphemeralStorage.SizeInGiB", between(21, 200), "A task has 21 to 200 GiB of storage.", _REGISTER),
    Limit(_TASK, f"{_EACH}.HealthCheck", needs("Command"), "A health check needs a Command.", _HEALTH),
    Limit(
        _TASK, f"{_EACH}.HealthCheck.Command.0", among("CMD", "CMD-SHELL", "NONE"),
        "A command starts with CMD or CMD-SHELL.", _HEALTH,
    ),
    *(
        Limit(_TASK, f"{_EACH}.HealthCheck.{name}", between(low, high), f"{name} is {low} to {high}.", _HEALTH)
        for name, low, high in (("Interval", 5, 300), ("Timeout", 2, 60), ("Retries", 1, 10), ("StartPeriod", 0, 300))
    ),
    Limit(
        _TASK, f"{_EACH}.RestartPolicy.RestartAttemptPeriod", between(60, 1800), "A period is 60 to 1800 seconds.",
        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerRestartPolicy.html",
    ),
    Limit(_TASK, f"{_EACH}.Memory", {"minimum": 6}, "A container has 6 MiB or more.", _CONTAINER),
    Limit(_TASK, f"{_EACH}.PortMappings.*.ContainerPort", between(1, 65535), "A port is 1 to 65535.", _PORTS),
    Limit(_TASK, f"{_EACH}.PortMappings.*.HostPort", between(0, 65535), "A port is up to 65535.", _PORTS),
    Limit(
        _TASK, f"{_EACH}.PortMappings.*", when(having(ContainerPortRange=GIVEN), without("ContainerPort", "HostPort")),
        "Map a port or a range.", _PORTS,
    ),
    Limit(
        _TASK, f"{_EACH}.PortMappings.*.Name", like("[a-z0-9_][a-z0-9_-]{0,63}"),
        "A port's name has up to 64 lower-case letters, digits, underscores and hyphens.", _PORTS,
    ),
    Limit(
        _TASK, f"{_EACH}.LogConfiguration.LogDriver",
        among("awsfirelens", "awslogs", "fluentd", "gelf", "journald", "json-file", "syslog", "splunk"),
        "Take a log driver of ECS.", _LOGS,
    ),
    Limit(
        _TASK, f"{_EACH}.LogConfiguration", when(
            having(LogDriver=among("awslogs")), may(Options=may(**{
                "mode": among("blocking", "non-blocking"), "max-buffer-size": like(r"(?i:\d+\s?[bkmg]?(i?b)?)"),
                "awslogs-create-group": like("(?i:true|false|t|f|1|0)"),
            })),
        ),
        "mode is blocking or non-blocking, max-buffer-size a number of k or m, awslogs-create-group true or false.",
        _LOGS,
    ),
    Limit(
        _TASK, f"{_EACH}.Secrets.*.ValueFrom", like(r"arn:aws[a-z-]*:(secretsmanager|ssm):.*|[A-Za-z0-9_./-]+"),
        "A secret comes from the ARN of a secret or of a parameter, or from a parameter's name.",
        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html",
    ),
    Limit(
        _TASK, "", when(_AWSVPC, may(ContainerDefinitions={"items": without("Links", "Hostname", "ExtraHosts")})),
        "The network mode awsvpc has no links, host names and extra hosts.", _CONTAINER,
    ),
    Limit(
        _TASK, "", when(
            having(NetworkMode=among("host", "none")), may(ContainerDefinitions={"items": without("Links")})
        ),
        "Only the network mode bridge has links.", _CONTAINER,
    ),
    Limit(
        _TASK, "", when(
            having(NetworkMode=among("none")), may(ContainerDefinitions={"items": may(PortMappings={"maxItems": 0})})
        ),
        "Without a network no port is mapped.", _REGISTER,
    ),
    Limit(
        _TASK, "Volumes.*.EFSVolumeConfiguration.TransitEncryptionPort", between(1, 65535), "A port is 1 to 65535.",
        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSVolumeConfiguration.html",
    ),
    Limit(
        _TASK, "Volumes.*.Name", like("[A-Za-z0-9_-]{1,255}"),
        "A volume's name has letters, digits, hyphens and underscores.", _REGISTER,
    ),
)  # fmt: skip

_TEMPLATE = """
Parameters:
  Seconds: {{Type: Number, Default: {seconds}}}
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Cpu: 256
      Memory: 512
      ContainerDefinitions:
        - Name: web
          Image: public.ecr.aws/nginx/nginx:stable
          HealthCheck: {{Command: [CMD-SHELL, exit 0], Interval: !Ref Seconds}}
"""


@rule(
    id="E9124",
    title="A task definition has values that ECS takes",
    reason="ECS refuses names, images, timings, ports and options beyond what its API documents.",
    source=_REGISTER,
    good=_TEMPLATE.format(seconds=30),
    bad=_TEMPLATE.format(seconds=301),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Hold task definitions against the limits of the API."""
    yield from exceeded(tree, LIMITS)
