"""What writes or calls at once, but does not wait for the policy that lets it."""

from __future__ import annotations

from collections.abc import Iterator

from gate.ordering import before
from gate.rule import Hit, rule
from gate.tree import Path, Resource, Tree, Value, as_text, dig, items, references

_TEMPLATE = """
Resources:
  Logs: {{Type: AWS::S3::Bucket}}
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Logs
      PolicyDocument:
        Statement: [{{Effect: Allow, Principal: {{Service: cloudtrail.amazonaws.com}}, Action: "s3:*", Resource: "*"}}]
  Trail:
    Type: AWS::CloudTrail::Trail
    {waits}
    Properties: {{IsLogging: true, S3BucketName: !Ref Logs}}
"""
_POLICIES = {
    "AWS::S3::Bucket": ("AWS::S3::BucketPolicy", "Bucket"),
    "AWS::SNS::Topic": ("AWS::SNS::TopicPolicy", "Topics"),
    "AWS::SQS::Queue": ("AWS::SQS::QueuePolicy", "Queues"),
    "AWS::Lambda::Function": ("AWS::Lambda::Permission", "FunctionName"),
    "AWS::Serverless::Function": ("AWS::Lambda::Permission", "FunctionName"),
}


@rule(
    id="E9235",
    title="What a service tries at once waits for the policy that allows it",
    reason=(
        "CloudTrail and load balancers write to their bucket when they are created, S3 asks every target of a "
        "notification, Secrets Manager and CloudWatch Logs ask the function. They refer to the target, not to its "
        "policy, so CloudFormation may create them before it."
    ),
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html",
    good=_TEMPLATE.format(waits="DependsOn: Policy"),
    bad=_TEMPLATE.format(waits=""),
)
def check(tree: Tree) -> Iterator[Hit]:
    """For each use that is tried at once, look for a policy of the target that is created first."""
    for resource, path, value in _tried(tree):
        target = tree.target(value, *_POLICIES)
        if target is None:
            continue
        policies = list(_policies(tree, target))
        if policies and not any(before(policy, resource) for policy in policies):
            message = f"it may be created before {policies[0].path}, which lets it use {target.id}"
            yield Hit(resource, path, message, f"Add {policies[0].id} to DependsOn.")


def _policies(tree: Tree, target: Resource) -> Iterator[Resource]:
    kind, name = _POLICIES[target.type]
    for policy in tree.resources(kind):
        if any(tree.target(item, target.type) is target for item in items(policy.get(name))):
            yield policy


_PROPERTIES = {
    "AWS::CloudTrail::Trail": ("S3BucketName", "SnsTopicName"),
    "AWS::SecretsManager::RotationSchedule": ("RotationLambdaARN",),
    "AWS::Logs::SubscriptionFilter": ("DestinationArn",),
}
_NOTIFICATIONS = {"LambdaConfigurations": "Function", "TopicConfigurations": "Topic", "QueueConfigurations": "Queue"}


def _tried(tree: Tree) -> Iterator[tuple[Resource, Path, Value]]:
    """Yield each property that names a target which is tried when the resource is created."""
    for resource in tree.resources(*_PROPERTIES):
        for name in _PROPERTIES[resource.type]:
            yield resource, (name,), resource.get(name)
    for bucket in tree.resources("AWS::S3::Bucket"):
        for kind, name in _NOTIFICATIONS.items():
            for index, each in enumerate(items(bucket.get(("NotificationConfiguration", kind)))):
                yield bucket, ("NotificationConfiguration", kind, index, name), dig(each, name)
    for balancer in tree.resources("AWS::ElasticLoadBalancingV2::LoadBalancer"):
        for index, each in enumerate(items(balancer.get("LoadBalancerAttributes"))):
            if as_text(dig(each, "Key")) in {"access_logs.s3.bucket", "connection_logs.s3.bucket"}:
                value = dig(each, "Value")
                if references(value):
                    yield balancer, ("LoadBalancerAttributes", index, "Value"), value
