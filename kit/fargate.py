"""Fargate as the platform runs it: hardened containers, self-healing services, sizes that exist."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from troposphere import And, AWSHelperFn, Equals, Or, Ref, Region, Split, applicationautoscaling, ecs, iam, logs

from kit.conditions import Switch
from kit.grants import log_in_to_registry, pull_images, read_secret, service_role, use_key, write_logs
from kit.rules import Contains, at_most
from kit.scope import Scope
from kit.text import sub
from kit.values import Arn, KeyArn, LogGroupArn, Number, SecretArn, SecurityGroupId, SubnetIds, Text

SIZES: Final[Mapping[int, tuple[int, ...]]] = MappingProxyType(
    {
        256: (512, 1024, 2048),
        512: (1024, 2048, 3072, 4096),
        1024: (2048, 3072, 4096, 6144, 8192),
        2048: (4096, 6144, 8192, 12288, 16384),
        4096: (8192, 12288, 16384, 24576, 30720),
        8192: (16384, 24576, 32768, 49152, 61440),
        16384: (32768, 49152, 65536, 98304, 122880),
    }
)
"""CPU units of a task -> memory in MiB to choose from; Fargate offers steps between, a rule must spell out each.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
"""

CPU: Final = tuple(SIZES)
"""CPU units that a task may have."""

MEMORY: Final = tuple(sorted({memory for sizes in SIZES.values() for memory in sizes}))
"""Memory in MiB that some task may have."""

LEAST: Final = (1, 2, 3, 4, 5, 6, 8, 10)
"""Numbers of tasks to keep at least."""

MOST: Final = (*LEAST, 12, 15, 20, 30, 50, 100)
"""Numbers of tasks to run at most."""

ARCHITECTURES: Final = ("X86_64", "ARM64")
"""Processors that an image may be built for."""

PLACEHOLDER_IMAGE: Final = "public.ecr.aws/docker/library/python:3.13-alpine"
"""Public image that stands in until the application's own is given."""

USER: Final = "1000:1000"
"""Who every process is: nobody special, and the owner of what the file system's access point shows."""

SCRATCH_MIB: Final = 64
"""Memory in MiB that /tmp may take, the one place on the root file system that can be written."""

CPU_TARGET: Final = 70
"""Percent of CPU that scaling aims at."""


def fits(cpu: AWSHelperFn, memory: AWSHelperFn) -> tuple[AWSHelperFn, ...]:
    """Assert, in a root rule, that a task of this CPU and memory exists."""
    sizes = (
        And(Equals(cpu, str(units)), Contains([str(size) for size in offered], memory))
        for units, offered in SIZES.items()
    )
    return (Or(*sizes),)


def in_order(least: AWSHelperFn, most: AWSHelperFn) -> tuple[AWSHelperFn, ...]:
    """Assert, in a root rule, that the one of ``LEAST`` is not above the one of ``MOST``."""
    return at_most(least, most, LEAST)


def cluster(name: AWSHelperFn, key: KeyArn) -> ecs.Cluster:
    """Make the cluster ``Cluster`` with Container Insights, whose tasks' own disks are encrypted with ``key``.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-storage-encryption.html
    """
    return ecs.Cluster(
        "Cluster",
        ClusterName=name,
        ClusterSettings=[ecs.ClusterSetting(Name="containerInsights", Value="enhanced")],
        Configuration=ecs.ClusterConfiguration(
            ManagedStorageConfiguration=ecs.ManagedStorageConfiguration(FargateEphemeralStorageKmsKeyId=key)
        ),
    )


def execution_role(group: logs.LogGroup, key: KeyArn, *secrets: SecretArn) -> iam.Role:
    """Make the role that starts a task: it pulls the image, opens the log and hands over the secrets."""
    return service_role(
        "ExecutionRole",
        "ecs-tasks",
        log_in_to_registry(),
        pull_images(),
        write_logs(LogGroupArn(Arn(group.get_att("Arn")))),
        read_secret(*secrets),
        use_key(key, "secretsmanager"),
    )


def container(
    scope: Scope,
    name: str,
    image: Text,
    group: logs.LogGroup,
    *,
    command: AWSHelperFn,
    environment: Mapping[str, AWSHelperFn | str],
    secrets: Mapping[str, AWSHelperFn],
    **more: Any,  # noqa: ANN401 - any property of a container
) -> ecs.ContainerDefinition:
    """Make a task's one container: no root, no capabilities, nothing to write but /tmp in memory.

    It is told the environment and the region besides ``environment``. ``secrets`` are ARNs; their values at the
    task's start become variables, too.

    https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html
    """
    told = {"ENVIRONMENT": scope.environment, "AWS_REGION": Region, **environment}
    return ecs.ContainerDefinition(
        Name=name,
        Image=image,
        Command=command,
        Essential=True,
        User=USER,
        ReadonlyRootFilesystem=True,
        LinuxParameters=ecs.LinuxParameters(
            InitProcessEnabled=True,
            Capabilities=ecs.KernelCapabilities(Drop=["ALL"]),
            Tmpfs=[ecs.Tmpfs(ContainerPath="/tmp", Size=SCRATCH_MIB, MountOptions=["nodev", "nosuid", "noexec"])],  # noqa: S108 - in the container
        ),
        Environment=[ecs.Environment(Name=key, Value=value) for key, value in told.items()],
        Secrets=[ecs.Secret(Name=key, ValueFrom=arn) for key, arn in secrets.items()],
        LogConfiguration=ecs.LogConfiguration(
            LogDriver="awslogs",
            Options={
                "awslogs-group": group.ref(),
                "awslogs-region": Region,
                "awslogs-stream-prefix": name,
                # a full log must not stop the work
                "mode": "non-blocking",
                "max-buffer-size": "25m",
            },
        ),
        **more,
    )


def words(given: Switch, command: Text) -> AWSHelperFn:
    """Read a command from a knob, its words parted by commas; without one, the image's own command runs."""
    return given.pick(Split(",", command))


def task(
    family: AWSHelperFn,
    only: ecs.ContainerDefinition,
    *,
    cpu: Number,
    memory: Number,
    architecture: Text,
    execution: iam.Role,
    identity: iam.Role,
    **more: Any,  # noqa: ANN401 - any property of a task definition
) -> ecs.TaskDefinition:
    """Make the task definition ``Task`` of one container that acts as the role ``identity``."""
    return ecs.TaskDefinition(
        "Task",
        Family=family,
        ContainerDefinitions=[only],
        Cpu=cpu,
        Memory=memory,
        NetworkMode="awsvpc",
        RequiresCompatibilities=["FARGATE"],
        RuntimePlatform=ecs.RuntimePlatform(CpuArchitecture=architecture, OperatingSystemFamily="LINUX"),
        ExecutionRoleArn=execution.get_att("Arn"),
        TaskRoleArn=identity.get_att("Arn"),
        **more,
    )


def service(
    home: ecs.Cluster,
    work: ecs.TaskDefinition,
    subnets: SubnetIds,
    group: SecurityGroupId,
    **more: Any,  # noqa: ANN401 - any property of a service
) -> ecs.Service:
    """Make the service ``Service``: private, spread over the zones, and back to the last good version by itself.

    It states no desired count: it starts with one task, scaling keeps the number, and an update leaves it alone.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ecs-service.html#cfn-ecs-service-desiredcount
    """
    return ecs.Service(
        "Service",
        Cluster=home.ref(),
        TaskDefinition=work.ref(),
        PlatformVersion="LATEST",
        NetworkConfiguration=ecs.NetworkConfiguration(
            AwsvpcConfiguration=ecs.AwsvpcConfiguration(
                AssignPublicIp="DISABLED", SecurityGroups=[group], Subnets=subnets
            )
        ),
        DeploymentConfiguration=ecs.DeploymentConfiguration(
            DeploymentCircuitBreaker=ecs.DeploymentCircuitBreaker(Enable=True, Rollback=True),
            # rebalancing starts the new task first, so there must be room above 100 %
            MinimumHealthyPercent=100,
            MaximumPercent=200,
        ),
        AvailabilityZoneRebalancing="ENABLED",
        EnableECSManagedTags=True,
        PropagateTags="SERVICE",
        **more,
    )


def scaling(
    home: ecs.Cluster, run: ecs.Service, low: Number, high: Number
) -> tuple[applicationautoscaling.ScalableTarget, applicationautoscaling.ScalingPolicy]:
    """Make ``Scaling``, the range of the service's number of tasks, and ``ScaleOnCpu``, which moves in it.

    The service-linked role of Application Auto Scaling acts; it appears with the first target.
    """
    target = applicationautoscaling.ScalableTarget(
        "Scaling",
        ServiceNamespace="ecs",
        ScalableDimension="ecs:service:DesiredCount",
        ResourceId=sub("service/${cluster}/${service}", cluster=Ref(home), service=run.get_att("Name")),
        MinCapacity=low,
        MaxCapacity=high,
    )
    on_cpu = applicationautoscaling.ScalingPolicy(
        "ScaleOnCpu",
        PolicyName="cpu",
        PolicyType="TargetTrackingScaling",
        ScalingTargetId=target.ref(),
        TargetTrackingScalingPolicyConfiguration=applicationautoscaling.TargetTrackingScalingPolicyConfiguration(
            PredefinedMetricSpecification=applicationautoscaling.PredefinedMetricSpecification(
                PredefinedMetricType="ECSServiceAverageCPUUtilization"
            ),
            TargetValue=CPU_TARGET,
            ScaleOutCooldown=60,
            ScaleInCooldown=300,
        ),
    )
    return target, on_cpu
