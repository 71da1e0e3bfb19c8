"""What a Fargate task asks for and Fargate does not have."""

from __future__ import annotations

from collections.abc import Iterator

from gate.conformance import breaches
from gate.limits import ABSENT, OFF, Shape, among, between, may
from gate.rule import Hit, rule
from gate.tree import Tree
from gate.workloads import TASK, fargate

_CONTAINER: Shape = may(
    Privileged=OFF,
    Links=ABSENT,
    DockerSecurityOptions=ABSENT,
    StopTimeout=between(2, 120),
    StartTimeout=between(2, 120),
    ResourceRequirements={"items": may(Type={"not": among("GPU")})},
    LinuxParameters=may(
        Devices={"maxItems": 0},
        SharedMemorySize=ABSENT,
        MaxSwap=ABSENT,
        Swappiness=ABSENT,
        Capabilities=may(Add={"items": among("SYS_PTRACE")}),
    ),
)
_ALLOWED: Shape = may(
    IpcMode=ABSENT,
    PidMode=among("task"),
    InferenceAccelerators={"maxItems": 0},
    ContainerDefinitions={"items": _CONTAINER},
    Volumes={"items": may(DockerVolumeConfiguration=ABSENT, Host=may(SourcePath=ABSENT))},
)

_TEMPLATE = """
Parameters:
  Privileged: {{Type: String, Default: "{privileged}"}}
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      RequiresCompatibilities: [FARGATE]
      NetworkMode: awsvpc
      Cpu: 256
      Memory: 512
      ContainerDefinitions: [{{Name: web, Image: web, Privileged: !Ref Privileged}}]
"""


@rule(
    id="E9125",
    title="A Fargate task asks for nothing that Fargate does not have",
    reason=(
        "ECS refuses a Fargate task with privileged containers, links, host paths, devices, swap, shared memory, GPUs, "
        "Docker volumes or capabilities: Fargate shares no host."
    ),
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html",
    good=_TEMPLATE.format(privileged="false"),
    bad=_TEMPLATE.format(privileged="true"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Hold every task definition for Fargate against what it has."""
    for task in tree.resources(TASK):
        if fargate(tree, task):
            for path, wrong in breaches(_ALLOWED, task.properties):
                yield Hit(task, ("Properties", *path), f"{path[-1]}: {wrong} on Fargate", "Remove it, or use EC2.")
