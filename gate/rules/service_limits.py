"""Settings of an ECS service that exclude each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gate.limits import (
    GIVEN,
    ON,
    Limit,
    Shape,
    among,
    between,
    either,
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

_SERVICE = ("AWS::ECS::Service",)
_CREATE = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html"
_PARAMETERS = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_definition_parameters.html"
_BALANCING = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html"
_FARGATE: Shape = having(LaunchType=among("FARGATE"))
_ELSEWHERE: Shape = having(DeploymentController=having(Type=among("CODE_DEPLOY", "EXTERNAL")))
_REBALANCED: Shape = having(AvailabilityZoneRebalancing=among("ENABLED"))

LIMITS: Final = (
    Limit(
        _SERVICE, "ServiceName", like("[A-Za-z0-9_-]{1,255}"), "A name has letters, digits, hyphens and underscores.",
        _CREATE,
    ),
    Limit(
        ("AWS::ECS::Cluster",), "ClusterName", like("[A-Za-z0-9_-]{1,255}"),
        "A name has letters, digits, hyphens and underscores.",
        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html",
    ),
    Limit(
        ("AWS::ECS::Cluster",), "ClusterSettings.*", when(
            having(Name=among("containerInsights")), may(Value=among("enabled", "disabled", "enhanced"))
        ), "Container Insights is enabled, enhanced or disabled.",
        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ClusterSetting.html",
    ),
    Limit(
        ("AWS::ECS::Cluster",), "ClusterSettings.*.Name", among("containerInsights"),
        "The setting is containerInsights.",
        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ClusterSetting.html",
    ),
    Limit(
        ("AWS::ECS::Cluster",), "Configuration.ExecuteCommandConfiguration", when(
            having(Logging=among("OVERRIDE")), needs("LogConfiguration")
        ), "Where logging is overridden, say where to.",
        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ExecuteCommandConfiguration.html",
    ),
    Limit(
        _SERVICE, "", when(having(CapacityProviderStrategy={"minItems": 1}), without("LaunchType")),
        "Give a capacity provider strategy or a launch type, not both.", _CREATE,
    ),
    Limit(_SERVICE, "", when(_FARGATE, needs("NetworkConfiguration")), "Fargate needs NetworkConfiguration.", _CREATE),
    Limit(
        _SERVICE, "", when(_FARGATE, without("PlacementConstraints", "PlacementStrategies")),
        "Fargate places tasks by itself.", _CREATE,
    ),
    Limit(
        _SERVICE, "", when(having(LaunchType=among("EC2", "EXTERNAL")), without("PlatformVersion")),
        "Only Fargate has platform versions.", _CREATE,
    ),
    Limit(
        _SERVICE, "PlatformVersion", like(r"LATEST|\d+\.\d+\.\d+"), "Take LATEST, or a version such as 1.4.0.",
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-linux-fargate.html",
    ),
    Limit(
        _SERVICE, "", when(
            having(HealthCheckGracePeriodSeconds={"exclusiveMinimum": 0}),
            either(
                having(LoadBalancers={"minItems": 1}), having(ServiceRegistries={"minItems": 1}),
                having(VpcLatticeConfigurations={"minItems": 1}), having(GatewayConnectors={"minItems": 1}),
            ),
        ), "A grace period needs a load balancer.", _CREATE,
    ),
    Limit(_SERVICE, "HealthCheckGracePeriodSeconds", between(0, 2147483647), "Give seconds.", _CREATE),
    Limit(
        _SERVICE, "", when(having(SchedulingStrategy=among("DAEMON")), without("DesiredCount", "PlacementStrategies")),
        "A daemon runs once on each instance: leave DesiredCount out.", _CREATE,
    ),
    Limit(_SERVICE, "DesiredCount", {"minimum": 0}, "A count is 0 or more.", _CREATE),
    Limit(
        _SERVICE, "", when(_ELSEWHERE, may(DeploymentConfiguration=without("DeploymentCircuitBreaker", "Alarms"))),
        "Only the deployment controller ECS has a circuit breaker and alarms.", _PARAMETERS,
    ),
    Limit(
        _SERVICE, "", when(_REBALANCED, may(DeploymentConfiguration=may(MaximumPercent={"exclusiveMinimum": 100}))),
        "Zone rebalancing needs a MaximumPercent above 100.", _BALANCING,
    ),
    Limit(
        _SERVICE, "", when(_REBALANCED, may(SchedulingStrategy=among("REPLICA"), LoadBalancers={
            "items": without("LoadBalancerName")})),
        "Zone rebalancing needs replicas, and no Classic Load Balancer.", _BALANCING,
    ),
    Limit(
        _SERVICE, "", when(having(NetworkConfiguration=GIVEN, Role=GIVEN), without("Role")),
        "Tasks with their own network interface use the service-linked role: leave Role out.", _CREATE,
    ),
    Limit(
        _SERVICE, "", when(having(Role=GIVEN), having(LoadBalancers={"minItems": 1})),
        "A role is for a load balancer.", _CREATE,
    ),
    Limit(
        _SERVICE, "LoadBalancers.*", needs("ContainerName", "ContainerPort"),
        "A load balancer needs ContainerName and ContainerPort.",
        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LoadBalancer.html",
    ),
    Limit(
        _SERVICE, "LoadBalancers.*", either(needs("TargetGroupArn"), needs("LoadBalancerName")),
        "A load balancer needs TargetGroupArn.",
        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LoadBalancer.html",
    ),
    Limit(_SERVICE, "LoadBalancers.*.ContainerPort", between(1, 65535), "A port is 1 to 65535.", _CREATE),
    Limit(
        _SERVICE, "NetworkConfiguration.AwsvpcConfiguration", needs("Subnets"), "Tasks need subnets.",
        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html",
    ),
    Limit(
        _SERVICE, "NetworkConfiguration.AwsvpcConfiguration", may(
            Subnets={"minItems": 1, "maxItems": 16}, SecurityGroups={"maxItems": 5}),
        "Tasks have 1 to 16 subnets and up to 5 security groups.",
        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html",
    ),
    Limit(
        _SERVICE, "DeploymentConfiguration", when(
            having(Alarms=having(Enable=ON)), may(Alarms=may(AlarmNames={"minItems": 1}))
        ), "Name the alarms that roll a deployment back.", _PARAMETERS,
    ),
    Limit(
        _SERVICE, "DeploymentConfiguration.MinimumHealthyPercent", between(0, 200), "Give a percentage.", _PARAMETERS
    ),
    Limit(
        _SERVICE, "PlacementStrategies.*", when(having(Type=among("binpack")), may(Field=like("(?i:cpu|memory)"))),
        "binpack is by cpu or memory.",
        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PlacementStrategy.html",
    ),
)  # fmt: skip

_TEMPLATE = """
Parameters:
  Seconds: {{Type: Number, Default: {seconds}}}
Resources:
  Service:
    Type: AWS::ECS::Service
    Properties: {{DesiredCount: 2, HealthCheckGracePeriodSeconds: !Ref Seconds}}
"""


@rule(
    id="E9130",
    title="A service has settings that go together",
    reason="ECS refuses a service whose launch type, strategy, scheduling, roles and checks exclude each other.",
    source=_CREATE,
    good=_TEMPLATE.format(seconds=0),
    bad=_TEMPLATE.format(seconds=60),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Hold services and clusters against the limits of the API."""
    yield from exceeded(tree, LIMITS)
