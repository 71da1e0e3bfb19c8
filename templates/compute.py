"""Compute tier: the worker service on Fargate, on demand and Spot, with every endpoint that a worker needs."""

from __future__ import annotations

from typing import Final, TypeVar

from troposphere import AWSHelperFn, Equals, Not, applicationautoscaling, cloudwatch, ecs, iam

from kit import fargate
from kit.conditions import is_given
from kit.grants import (
    connect_cache,
    connect_database,
    mount_files,
    read_secret,
    read_stream,
    service_role,
    use_key,
    write_dead_letters,
    write_stream,
)
from kit.interface import interface, knob, out
from kit.retention import log_group
from kit.rules import Rule, in_production
from kit.scope import Scope
from kit.template import Template
from kit.values import Name, Number, Text
from templates.cache import Cache
from templates.database import Database
from templates.egress import Egress
from templates.egress import Knobs as EgressKnobs
from templates.network import Network
from templates.security import Security
from templates.storage import Storage
from templates.streaming import Streaming

S = TypeVar("S", ecs.CapacityProviderStrategy, ecs.CapacityProviderStrategyItem)

MEDIA: Final = "/media"
"""Where a worker finds the shared file system."""

DATABASE_USER: Final = "worker"
"""Database user that workers log in as with an IAM token, once the application's first migration has made it."""

LAG_MS: Final = 60_000
"""Milliseconds that a record may wait in the ingest stream before workers are added."""


@interface
class Knobs:
    """What params/<env>.json may set."""

    worker_image: Text = knob(
        "Image of the worker.", default=fargate.PLACEHOLDER_IMAGE, MinLength=1, AllowedPattern=r"^\S+$"
    )
    worker_command: Text = knob(
        "Command of the worker, its words parted by commas; empty for the image's own.",
        default="python,-c,import signal; signal.pause()",
    )
    worker_health_command: Text = knob(
        "Shell command that says whether a worker is healthy; the default asks for a file system that it can write.",
        default=f"test -w {MEDIA}",
        MinLength=1,
    )
    worker_architecture: Text = knob(
        "Processor that the worker's image is built for.", default="X86_64", AllowedValues=fargate.ARCHITECTURES
    )
    worker_cpu: Number = knob("CPU units of a worker; 1024 are one vCPU.", default=2048, AllowedValues=fargate.CPU)
    worker_memory: Number = knob("Memory of a worker in MiB.", default=4096, AllowedValues=fargate.MEMORY)
    worker_min: Number = knob("Workers to keep at least.", default=2, AllowedValues=fargate.LEAST)
    worker_max: Number = knob("Workers to run at most.", default=20, AllowedValues=fargate.MOST)
    on_demand_base: Number = knob("Workers that are never on Spot.", default=1, MinValue=0, MaxValue=100)
    on_demand_weight: Number = knob(
        "Share of the workers above the base that run on demand.", default=1, MinValue=0, MaxValue=1000
    )
    spot_weight: Number = knob(
        "Share of the workers above the base that run on Spot.", default=4, MinValue=0, MaxValue=1000
    )


@interface
class Compute:
    """What other tiers may use."""

    cluster_name: Name = out("ECS cluster of the workers.", root=True)
    service_name: Name = out("ECS service of the workers.", root=True)


def rules(scope: Scope, knobs: Knobs, egress: EgressKnobs) -> tuple[Rule, ...]:
    """Refuse workers that could not start, could not scale, or would be too few."""
    return (
        Rule(
            "WorkerSize",
            "WorkerMemory is not one that Fargate offers with this WorkerCpu.",
            fargate.fits(knobs.worker_cpu, knobs.worker_memory),
        ),
        Rule(
            "WorkerCount",
            "WorkerMin must be at most WorkerMax.",
            fargate.in_order(knobs.worker_min, knobs.worker_max),
        ),
        Rule(
            "WorkerShares",
            "OnDemandWeight and SpotWeight must not both be 0.",
            (Not(Equals(knobs.on_demand_weight, "0")),),
            when=Equals(knobs.spot_weight, "0"),
        ),
        Rule(
            "WorkerReach",
            "With NatMode none no public image can be pulled: give WorkerImage one from this account's registry.",
            (Not(Equals(knobs.worker_image, fargate.PLACEHOLDER_IMAGE)),),
            when=Equals(egress.nat_mode, "none"),
        ),
        Rule(
            "WorkerSpread",
            "Production needs WorkerMin 2 or more and OnDemandBase 1 or more.",
            (Not(Equals(knobs.worker_min, "1")), Not(Equals(knobs.on_demand_base, "0"))),
            when=in_production(scope.environment),
        ),
    )


def build(
    t: Template,
    scope: Scope,
    knobs: Knobs,
    *,
    network: Network,
    egress: Egress,  # noqa: ARG001 - a worker pulls its image through it
    security: Security,
    streaming: Streaming,
    storage: Storage,
    database: Database,
    cache: Cache,
) -> Compute:
    """Add the cluster, the worker task and the worker service, which scales on CPU and on ingest lag."""
    cluster = t.add_resource(fargate.cluster(scope.name("cluster"), security.key_arn))
    capacity = t.add_resource(
        ecs.ClusterCapacityProviderAssociations(
            "Capacity",
            Cluster=cluster.ref(),
            CapacityProviders=["FARGATE", "FARGATE_SPOT"],
            DefaultCapacityProviderStrategy=_shares(ecs.CapacityProviderStrategy, knobs),
        )
    )
    group = t.add_resource(log_group("Logs", scope.path("worker"), security.key_arn))
    execution = t.add_resource(fargate.execution_role(group, security.key_arn, database.secret_arn))
    identity = t.add_resource(_identity(security, streaming, storage, database, cache))
    container = fargate.container(
        scope,
        "worker",
        knobs.worker_image,
        group,
        command=fargate.words(is_given(t, "OwnCommand", knobs.worker_command), knobs.worker_command),
        environment=_endpoints(streaming, database, cache),
        secrets={"DATABASE_SECRET": database.secret_arn},
        # Spot gives two minutes, and Fargate no more
        StopTimeout=120,
        HealthCheck=ecs.HealthCheck(
            Command=["CMD-SHELL", knobs.worker_health_command], Interval=30, Timeout=5, Retries=3, StartPeriod=60
        ),
        MountPoints=[ecs.MountPoint(SourceVolume="media", ContainerPath=MEDIA, ReadOnly=False)],
    )
    task = t.add_resource(
        fargate.task(
            scope.name("worker"),
            container,
            cpu=knobs.worker_cpu,
            memory=knobs.worker_memory,
            architecture=knobs.worker_architecture,
            execution=execution,
            identity=identity,
            Volumes=[_media(storage)],
        )
    )
    service = t.add_resource(
        fargate.service(
            cluster,
            task,
            network.private_subnets,
            network.worker_group,
            CapacityProviderStrategy=_shares(ecs.CapacityProviderStrategyItem, knobs),
            DependsOn=[capacity.title],
        )
    )
    target, on_cpu = fargate.scaling(cluster, service, knobs.worker_min, knobs.worker_max)
    t.add_resource(target)
    t.add_resource(on_cpu)
    on_lag = t.add_resource(_scale_on_lag(target))
    t.add_resource(_lag(streaming, on_lag))
    return Compute(cluster_name=Name(cluster.ref()), service_name=Name(service.get_att("Name")))


def _shares(kind: type[S], knobs: Knobs) -> list[S]:
    """Share the workers out: the first on demand, of the rest most on Spot."""
    return [
        kind(CapacityProvider="FARGATE", Base=knobs.on_demand_base, Weight=knobs.on_demand_weight),
        kind(CapacityProvider="FARGATE_SPOT", Weight=knobs.spot_weight),
    ]


def _identity(security: Security, streaming: Streaming, storage: Storage, database: Database, cache: Cache) -> iam.Role:
    """Say what a worker may do: its job, and nothing else."""
    return service_role(
        "WorkerRole",
        "ecs-tasks",
        read_stream(streaming.ingest_arn),
        write_stream(streaming.analytics_arn),
        write_dead_letters(streaming.dead_letters_arn),
        read_secret(database.secret_arn),
        connect_database(database.cluster_resource_id, DATABASE_USER),
        connect_cache(cache.group_arn, cache.user_arn),
        mount_files(storage.file_system_arn, storage.access_point_arn),
        use_key(security.key_arn, "kinesis", "secretsmanager", "sqs"),
    )


def _endpoints(streaming: Streaming, database: Database, cache: Cache) -> dict[str, AWSHelperFn | str]:
    """Tell a worker everything that it talks to."""
    return {
        "INGEST_STREAM_NAME": streaming.ingest_name,
        "INGEST_STREAM_ARN": streaming.ingest_arn,
        "ANALYTICS_STREAM_NAME": streaming.analytics_name,
        "ANALYTICS_STREAM_ARN": streaming.analytics_arn,
        "DEAD_LETTER_QUEUE_URL": streaming.dead_letters_url,
        "DATABASE_WRITER_HOST": database.writer_host,
        "DATABASE_READER_HOST": database.reader_host,
        "DATABASE_PORT": database.port,
        "DATABASE_NAME": database.name,
        "DATABASE_USER": DATABASE_USER,
        # the password rotates while workers run, so they must be able to read it again
        "DATABASE_SECRET_ARN": database.secret_arn,
        "CACHE_HOST": cache.host,
        "CACHE_READER_HOST": cache.reader_host,
        "CACHE_PORT": cache.port,
        # an IAM token of ElastiCache is signed for the replication group's name
        "CACHE_NAME": cache.group_id,
        "CACHE_USER": cache.user_name,
        "MEDIA_PATH": MEDIA,
    }


def _media(storage: Storage) -> ecs.Volume:
    """Mount the file system over TLS, as the worker's role, through the access point."""
    return ecs.Volume(
        Name="media",
        EFSVolumeConfiguration=ecs.EFSVolumeConfiguration(
            FilesystemId=storage.file_system_id,
            TransitEncryption="ENABLED",
            AuthorizationConfig=ecs.AuthorizationConfig(AccessPointId=storage.access_point_id, IAM="ENABLED"),
        ),
    )


def _scale_on_lag(target: applicationautoscaling.ScalableTarget) -> applicationautoscaling.ScalingPolicy:
    """Add half as many workers when records wait, as many again when they wait for five minutes.

    In steps, because target tracking takes a metric to fall in proportion to the number of tasks, and lag does not:
    after an outage it would ask for the maximum at once. Only CPU takes workers away.

    https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-step-scaling-policies.html
    """
    wide = 4 * LAG_MS
    return applicationautoscaling.ScalingPolicy(
        "ScaleOnLag",
        PolicyName="lag",
        PolicyType="StepScaling",
        ScalingTargetId=target.ref(),
        StepScalingPolicyConfiguration=applicationautoscaling.StepScalingPolicyConfiguration(
            AdjustmentType="PercentChangeInCapacity",
            MinAdjustmentMagnitude=1,
            MetricAggregationType="Maximum",
            Cooldown=120,
            StepAdjustments=[
                applicationautoscaling.StepAdjustment(
                    MetricIntervalLowerBound=0, MetricIntervalUpperBound=wide, ScalingAdjustment=50
                ),
                applicationautoscaling.StepAdjustment(MetricIntervalLowerBound=wide, ScalingAdjustment=100),
            ],
        ),
    )


def _lag(streaming: Streaming, policy: applicationautoscaling.ScalingPolicy) -> cloudwatch.Alarm:
    """Watch how long records wait; without a reader there is no such metric, and nothing to scale."""
    return cloudwatch.Alarm(
        "IngestLag",
        AlarmDescription="Adds workers while records wait in the ingest stream for more than a minute.",
        Namespace="AWS/Kinesis",
        MetricName="GetRecords.IteratorAgeMilliseconds",
        Dimensions=[cloudwatch.MetricDimension(Name="StreamName", Value=streaming.ingest_name)],
        Statistic="Maximum",
        Period=60,
        EvaluationPeriods=2,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        Threshold=LAG_MS,
        TreatMissingData="notBreaching",
        AlarmActions=[policy.ref()],
    )
