"""Entries of a list with a key that another entry has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from gate.places import each
from gate.rule import Hit, rule
from gate.tree import Tree, as_text, dig

_TEMPLATE = """
Parameters:
  Second: {{Type: String, Default: {second}}}
Resources:
  Errors:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: Films
      MetricName: Errors
      Statistic: Sum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 1
      ComparisonOperator: GreaterThanThreshold
      Dimensions: [{{Name: Cluster, Value: films}}, {{Name: !Ref Second, Value: web}}]
"""
_KEYS: Final[Mapping[str, Sequence[tuple[str, str]]]] = {
    "AWS::ApiGateway::Method": (("MethodResponses", "StatusCode"), ("Integration.IntegrationResponses", "StatusCode")),
    "AWS::CloudWatch::Alarm": (("Dimensions", "Name"), ("Metrics", "Id"),
        ("Metrics.*.MetricStat.Metric.Dimensions", "Name")),
    "AWS::DynamoDB::Table": (
        ("AttributeDefinitions", "AttributeName"), ("GlobalSecondaryIndexes", "IndexName"),
        ("LocalSecondaryIndexes", "IndexName"),
    ),
    "AWS::ECS::TaskDefinition": (
        ("Volumes", "Name"), ("ContainerDefinitions.*.Secrets", "Name"), ("ContainerDefinitions.*.Ulimits", "Name"),
        ("ContainerDefinitions.*.MountPoints", "ContainerPath"),
    ),
    "AWS::EC2::Instance": (("BlockDeviceMappings", "DeviceName"),),
    "AWS::ElastiCache::ReplicationGroup": (("LogDeliveryConfigurations", "LogType"),),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": (("LoadBalancerAttributes", "Key"),),
    "AWS::ElasticLoadBalancingV2::TargetGroup": (("TargetGroupAttributes", "Key"),),
    "AWS::Events::Rule": (("Targets", "Id"),),
    "AWS::IAM::Role": (("Policies", "PolicyName"),),
    "AWS::S3::Bucket": (("LifecycleConfiguration.Rules", "Id"), ("CorsConfiguration.CorsRules", "Id")),
    "AWS::SecretsManager::Secret": (("ReplicaRegions", "Region"),),
}  # fmt: skip


@rule(
    id="E9178",
    title="Entries of a list have keys of their own",
    reason=(
        "A dimension, metric, volume, secret, mount path, target, attribute or response that is there twice is "
        "refused, or the second one silently takes the place of the first."
    ),
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html",
    good=_TEMPLATE.format(second="Service"),
    bad=_TEMPLATE.format(second="Cluster"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the keys of every list whose entries have some."""
    for resource in tree.resources(*_KEYS):
        for pattern, key in _KEYS[resource.type]:
            for path, entries in each(resource.properties, pattern):
                seen: dict[str, int] = {}
                for place, entry in enumerate(entries if isinstance(entries, list) else []):
                    given = as_text(dig(entry, key))
                    if given is not None and seen.setdefault(given, place) != place:
                        message = f"{given} is the {key} of entry {seen[given]}, too"
                        yield Hit(resource, ("Properties", *path, place, key), message, "Keep one of the two.")
