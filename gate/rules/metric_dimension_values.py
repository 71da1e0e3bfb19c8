"""Dimensions whose value denotes the wrong thing, or the right one by the wrong attribute."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from gate.completeness import complete
from gate.metrics import Watched, watched
from gate.origins import written_here
from gate.rule import Hit, rule
from gate.tree import Reference, Resource, Text, Tree, Value, as_text, items

_TEMPLATE = """
Resources:
  Queue: {{Type: AWS::SQS::Queue}}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/SQS
      MetricName: ApproximateNumberOfMessagesVisible
      Dimensions: [{{Name: QueueName, Value: !GetAtt Queue.{attribute}}}]
      Statistic: Maximum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 0
      ComparisonOperator: GreaterThanThreshold
"""
_VALUES: Mapping[tuple[str, str], Mapping[str, tuple[str, ...]]] = {
    ("AWS/SQS", "QueueName"): {"AWS::SQS::Queue": ("QueueName",)},
    ("AWS/SNS", "TopicName"): {"AWS::SNS::Topic": ("TopicName",)},
    ("AWS/Kinesis", "StreamName"): {"AWS::Kinesis::Stream": ("Ref",)},
    ("AWS/ECS", "ClusterName"): {"AWS::ECS::Cluster": ("Ref",)},
    ("AWS/ECS", "ServiceName"): {"AWS::ECS::Service": ("Name",)},
    ("ECS/ContainerInsights", "ClusterName"): {"AWS::ECS::Cluster": ("Ref",)},
    ("ECS/ContainerInsights", "ServiceName"): {"AWS::ECS::Service": ("Name",)},
    ("AWS/RDS", "DBClusterIdentifier"): {"AWS::RDS::DBCluster": ("Ref", "DBClusterIdentifier")},
    ("AWS/RDS", "DBInstanceIdentifier"): {"AWS::RDS::DBInstance": ("Ref", "DBInstanceIdentifier")},
    ("AWS/RDS", "ProxyName"): {"AWS::RDS::DBProxy": ("Ref",)},
    ("AWS/ElastiCache", "CacheClusterId"): {"AWS::ElastiCache::CacheCluster": ("Ref",)},
    ("AWS/ElastiCache", "ReplicationGroupId"): {"AWS::ElastiCache::ReplicationGroup": ("Ref",)},
    ("AWS/EFS", "FileSystemId"): {"AWS::EFS::FileSystem": ("Ref", "FileSystemId")},
    ("AWS/Lambda", "FunctionName"): {"AWS::Lambda::Function": ("Ref",)},
    ("AWS/DynamoDB", "TableName"): {"AWS::DynamoDB::Table": ("Ref",), "AWS::DynamoDB::GlobalTable": ("Ref", "TableId")},
    ("AWS/S3", "BucketName"): {"AWS::S3::Bucket": ("Ref",)},
    ("AWS/ApplicationELB", "LoadBalancer"): {"AWS::ElasticLoadBalancingV2::LoadBalancer": ("LoadBalancerFullName",)},
    ("AWS/ApplicationELB", "TargetGroup"): {"AWS::ElasticLoadBalancingV2::TargetGroup": ("TargetGroupFullName",)},
    ("AWS/NetworkELB", "LoadBalancer"): {"AWS::ElasticLoadBalancingV2::LoadBalancer": ("LoadBalancerFullName",)},
    ("AWS/NetworkELB", "TargetGroup"): {"AWS::ElasticLoadBalancingV2::TargetGroup": ("TargetGroupFullName",)},
    ("AWS/ApiGateway", "ApiName"): {"AWS::ApiGateway::RestApi": (), "AWS::Serverless::Api": ()},
    ("AWS/ApiGateway", "ApiId"): {
        "AWS::ApiGatewayV2::Api": ("Ref", "ApiId"),
        "AWS::Serverless::HttpApi": ("Ref",),
    },
    ("AWS/ApiGateway", "Stage"): {"AWS::ApiGateway::Stage": ("Ref",), "AWS::ApiGatewayV2::Stage": ("Ref",)},
    ("AWS/WAFV2", "WebACL"): {"AWS::WAFv2::WebACL": ()},
    ("AWS/Logs", "LogGroupName"): {"AWS::Logs::LogGroup": ("Ref",)},
    ("AWS/Events", "RuleName"): {"AWS::Events::Rule": ("Ref",)},
    ("AWS/States", "StateMachineArn"): {"AWS::StepFunctions::StateMachine": ("Ref", "Arn")},
    ("AWS/NATGateway", "NatGatewayId"): {"AWS::EC2::NatGateway": ("Ref", "NatGatewayId")},
    ("AWS/Firehose", "DeliveryStreamName"): {"AWS::KinesisFirehose::DeliveryStream": ("Ref",)},
    ("AWS/EC2", "InstanceId"): {"AWS::EC2::Instance": ("Ref", "InstanceId")},
    ("AWS/EC2", "AutoScalingGroupName"): {"AWS::AutoScaling::AutoScalingGroup": ("Ref",)},
}
"""What a dimension denotes, and the attributes that are the text CloudWatch has ("Return values" of each type)."""
_NODE = re.compile(r"-\d{3}(-\d{4})?|-\d{4}-\d{3}")


@rule(
    id="E9552",
    title="A dimension has the name by which CloudWatch knows the resource",
    reason=(
        "The value is compared as a text: a queue goes by its name, not its URL or ARN; an ECS service by its name, "
        "not its ARN; a load balancer by its full name; a REST API by its name, not its id; a node of a cache by the "
        "id of the group and its number. Any other value finds no data."
    ),
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html",
    good=_TEMPLATE.format(attribute="QueueName"),
    bad=_TEMPLATE.format(attribute="Arn"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare each value with the attribute that the dimension wants."""
    for metric in watched(tree):
        for name, value in (metric.dimensions or {}).items():
            wanted = _VALUES.get((metric.namespace, name))
            message = _wrong(tree, metric, name, value, wanted) if wanted is not None else None
            if wanted is not None and message:
                attributes = [f"{type_} {attribute}" for type_, each in wanted.items() for attribute in each]
                fix = f"Use {' or '.join(attributes)}." if attributes else "Use the name that the resource is given."
                yield Hit(metric.place, _path(metric, name), message, fix)


def _path(metric: Watched, name: str) -> tuple[str | int, ...]:
    """Return where the value stands."""
    listed = items(metric.place.get((*metric.path, "Dimensions"))) if "DashboardBody" not in metric.path else []
    for index, item in enumerate(listed):
        if isinstance(item, dict) and as_text(item.get("Name")) == name:
            return (*metric.path, "Dimensions", index, "Value")
    return metric.path


def _wrong(tree: Tree, metric: Watched, name: str, value: Value, wanted: Mapping[str, tuple[str, ...]]) -> str | None:
    if isinstance(value, Reference):
        if value.type not in wanted and value.type.startswith("AWS::"):
            if name == "CacheClusterId" and value.type == "AWS::ElastiCache::ReplicationGroup":
                return f"{value} is the group; its nodes are {value}-001, {value}-002..."
            return f"{name} is {value}, which is no {' or '.join(wanted)}"
        given = tree.literal(value)
        if value.type in wanted and value.attribute not in wanted[value.type] and isinstance(given, Reference):
            return f"{name} is {value}, which is not the text that CloudWatch knows it by"
        return None
    if isinstance(value, Text):
        first = value.parts[0]
        if name == "CacheClusterId" and len(value.parts) == 2 and isinstance(first, Reference):
            group = first.type == "AWS::ElastiCache::ReplicationGroup"
            return f"{value} is no node of a group" if group and not _NODE.fullmatch(str(value.parts[1])) else None
        arn = isinstance(first, str) and first.startswith("arn:") and not name.endswith("Arn")
        return f"{name} is an ARN: {value}" if arn else None
    text = as_text(value)
    if text is None:
        return None
    if text.startswith("arn:") and not name.endswith("Arn"):
        return f"{name} is an ARN: {text}"
    return _nobody(tree, metric, name, text, wanted)


def _nobody(tree: Tree, metric: Watched, name: str, text: str, wanted: Mapping[str, tuple[str, ...]]) -> str | None:
    """Say that a literal name is that of no resource, where the tree has such resources and writes the name itself."""
    known = list(tree.resources(*wanted))
    if not known or "DashboardBody" in metric.path or not complete(tree) or name in {"WebACL", "Stage"}:
        return None
    names = [tree.name(resource) or _made_up(resource) for resource in known]
    if any(tree.same(text, each) is not False for each in names) or not written_here(metric.place, _path(metric, name)):
        return None
    return f"{name} is {text}, but no {' or '.join(wanted)} of the tree has this name"


def _made_up(resource: Resource) -> str:
    """Stand for a name that the deployment makes up: nobody can have written it."""
    return f"\ue000{resource.path}"
