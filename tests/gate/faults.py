"""Mistakes that stopped real deployments, made in a correct tree: each function breaks one thing.

They find their place by resource type and property, not by name, so they break any tree that has such a resource.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

Properties: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Built:
    """A tree in memory: templates by file name, and the root's values."""

    templates: dict[str, dict[str, Any]]
    values: dict[str, str]

    def copy(self) -> Built:
        return Built(deepcopy(self.templates), dict(self.values))

    def resources(self, type_: str) -> Iterator[tuple[dict[str, Any], str, Properties]]:
        """Give template, logical id and properties of each resource of a type."""
        for template in self.templates.values():
            for name, resource in template["Resources"].items():
                if resource["Type"] == type_:
                    yield template, name, resource.setdefault("Properties", {})

    def one(self, type_: str, *needed: str) -> Properties:
        """Give the properties of the first resource of a type that has these."""
        return next(body for _, _, body in self.resources(type_) if all(name in body for name in needed))

    def every(self, type_: str) -> Iterator[Properties]:
        return (body for _, _, body in self.resources(type_))


def statements(tree: Built, action: str) -> Iterator[list[dict[str, Any]]]:
    """Give the statement lists of role policies in which some statement allows an action."""
    for role in tree.every("AWS::IAM::Role"):
        for policy in role.get("Policies", []):
            listed: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
            if any(action in _actions(statement) for statement in listed):
                yield listed


def _actions(statement: dict[str, Any]) -> list[str]:
    given = statement["Action"]
    return [given] if isinstance(given, str) else given


# --- the failures of the platform's predecessor -----------------------------------------------------------------------


def route_without_destination(tree: Built) -> None:
    del tree.one("AWS::EC2::Route", "GatewayId")["DestinationCidrBlock"]


def lifecycle_of_another_value(tree: Built) -> None:
    tree.one("AWS::EFS::FileSystem", "LifecyclePolicies")["LifecyclePolicies"] = [{"TransitionToIA": "AFTER_31_DAYS"}]


def lifecycle_of_another_shape(tree: Built) -> None:
    tree.one("AWS::EFS::FileSystem", "LifecyclePolicies")["LifecyclePolicies"] = {"TransitionToIA": "AFTER_30_DAYS"}


def stream_encrypted_without_key(tree: Built) -> None:
    del tree.one("AWS::Kinesis::Stream", "StreamEncryption")["StreamEncryption"]["KeyId"]


def strategy_with_other_names(tree: Built) -> None:
    body = tree.one("AWS::ECS::ClusterCapacityProviderAssociations")
    body["DefaultCapacityProviderStrategy"] = [{"capacity_provider": "FARGATE", "weight": 1}]


def failover_as_another_type(tree: Built) -> None:
    tree.one("AWS::ElastiCache::ReplicationGroup")["AutomaticFailoverEnabled"] = "enabled"


def one_zone_only(tree: Built) -> None:
    for body in tree.every("AWS::EC2::Subnet"):
        body["AvailabilityZone"] = {"Fn::Select": [0, {"Fn::GetAZs": ""}]}


def database_without_instances(tree: Built) -> None:
    for template in tree.templates.values():
        gone = [name for name, body in template["Resources"].items() if body["Type"] == "AWS::RDS::DBInstance"]
        template["Resources"] = {name: body for name, body in template["Resources"].items() if name not in gone}


def database_without_encryption(tree: Built) -> None:
    tree.one("AWS::RDS::DBCluster")["StorageEncrypted"] = False


def password_in_the_template(tree: Built) -> None:
    body = tree.one("AWS::RDS::DBCluster")
    body.pop("ManageMasterUserPassword", None)
    body.pop("MasterUserSecret", None)
    body["MasterUserPassword"] = "correct-horse-battery"


def shard_metric_that_does_not_exist(tree: Built) -> None:
    tree.one("AWS::Kinesis::Stream", "DesiredShardLevelMetrics")["DesiredShardLevelMetrics"] = ["IncomingByte"]


# --- others of the same kinds -----------------------------------------------------------------------------------------


def property_misspelt(tree: Built) -> None:
    body = tree.one("AWS::SQS::Queue", "MessageRetentionPeriod")
    body["MessageRetentionPeriods"] = body.pop("MessageRetentionPeriod")


def unfit_cpu_and_memory(tree: Built) -> None:
    tree.one("AWS::ECS::TaskDefinition").update(Cpu="256", Memory="8192")


def subnets_that_overlap(tree: Built) -> None:
    first, second, *_ = tree.every("AWS::EC2::Subnet")
    second["CidrBlock"] = first["CidrBlock"]


def output_renamed(tree: Built) -> None:
    for template in tree.templates.values():
        outputs = template.get("Outputs", {})
        if "VpcId" in outputs:
            outputs["Vpc"] = outputs.pop("VpcId")
            return


def parameter_not_passed(tree: Built) -> None:
    passed = tree.one("AWS::CloudFormation::Stack", "Parameters")["Parameters"]
    passed.pop(next(iter(passed)))


def child_template_missing(tree: Built) -> None:
    tree.one("AWS::CloudFormation::Stack")["TemplateURL"] = "no-such-file.json"


def value_out_of_range(tree: Built) -> None:
    tree.values["RetentionHours"] = "9000"


def secret_that_nobody_may_read(tree: Built) -> None:
    for listed in statements(tree, "secretsmanager:GetSecretValue"):
        listed[:] = [one for one in listed if "secretsmanager:GetSecretValue" not in _actions(one)]


def role_that_another_service_trusts(tree: Built) -> None:
    for role in tree.every("AWS::IAM::Role"):
        for statement in role["AssumeRolePolicyDocument"]["Statement"]:
            if statement["Principal"].get("Service") == "ecs-tasks.amazonaws.com":
                statement["Principal"]["Service"] = "ec2.amazonaws.com"


def alarm_on_no_metric(tree: Built) -> None:
    tree.one("AWS::CloudWatch::Alarm", "MetricName", "Namespace")["MetricName"] = "NoSuchMetric"


def target_port_that_nothing_listens_on(tree: Built) -> None:
    tree.one("AWS::ElasticLoadBalancingV2::TargetGroup", "Port")
    for body in tree.every("AWS::ECS::Service"):
        for balancer in body.get("LoadBalancers", []):
            balancer["ContainerPort"] = 1


ALL: Final[tuple[Callable[[Built], None], ...]] = (
    route_without_destination,
    lifecycle_of_another_value,
    lifecycle_of_another_shape,
    stream_encrypted_without_key,
    strategy_with_other_names,
    failover_as_another_type,
    one_zone_only,
    database_without_instances,
    database_without_encryption,
    password_in_the_template,
    shard_metric_that_does_not_exist,
    property_misspelt,
    unfit_cpu_and_memory,
    subnets_that_overlap,
    output_renamed,
    parameter_not_passed,
    child_template_missing,
    value_out_of_range,
    secret_that_nobody_may_read,
    role_that_another_service_trusts,
    alarm_on_no_metric,
    target_port_that_nothing_listens_on,
)
