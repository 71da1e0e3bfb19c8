"""Buckets that do not take the logs which a service is to write there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from gate.rule import Hit, rule
from gate.tree import Path, Resource, Tree, Value, as_bool, as_text, dig, items
from gate.tree.arns import SOMETHING, account, arn_of
from gate.tree.iam import allows, resource_statements
from gate.tree.values import concat

_BUCKET: Final = "AWS::S3::Bucket"

_TEMPLATE = """
Resources:
  Records: {{Type: AWS::S3::Bucket}}
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Records
      PolicyDocument:
        Statement:
          - Effect: Allow
            Principal: {{Service: cloudtrail.amazonaws.com}}
            Action: s3:GetBucketAcl
            Resource: !GetAtt Records.Arn
          - Effect: Allow
            Principal: {{Service: cloudtrail.amazonaws.com}}
            Action: s3:PutObject
            Resource: !Sub "${{Records.Arn}}/{prefix}AWSLogs/${{AWS::AccountId}}/*"
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties: {{IsLogging: true, S3BucketName: !Ref Records, S3KeyPrefix: trail}}
"""


@dataclass(frozen=True)
class _Delivery:
    """A service that writes below ``prefix``, and asks for the access list of the bucket first if ``asks``."""

    by: Resource
    path: str | Path
    bucket: Resource
    service: str
    prefix: Value
    asks: bool = False
    context: dict[str, Value] = field(default_factory=dict)


@rule(
    id="E9451",
    title="A bucket takes the logs that a service writes there",
    reason=(
        "CloudTrail, load balancers and S3 write logs as themselves, so the bucket policy must let them: s3:PutObject "
        "below the prefix that is set, and s3:GetBucketAcl for CloudTrail. CloudTrail and load balancers refuse the "
        "bucket otherwise; access logs of S3 never arrive."
    ),
    source="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html",
    good=_TEMPLATE.format(prefix="trail/"),
    bad=_TEMPLATE.format(prefix=""),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Ask the policy of every bucket of the tree that a service writes logs to."""
    for delivery in _deliveries(tree):
        missing = _missing(tree, delivery)
        if missing:
            verbs = " and ".join(missing)
            yield Hit(
                delivery.by,
                delivery.path,
                f"the policy of {delivery.bucket.path} does not let {delivery.service} call {verbs}",
                f"Allow s3:GetBucketAcl on the bucket and s3:PutObject below its prefix to {delivery.service}."
                if delivery.asks
                else f"Allow s3:PutObject below its prefix to {delivery.service}.",
            )


def _missing(tree: Tree, delivery: _Delivery) -> list[str]:
    policy, arn = resource_statements(tree, delivery.bucket), arn_of(tree, delivery.bucket)
    wanted = [("s3:PutObject", concat((arn, "/", delivery.prefix)))]
    if delivery.asks:
        wanted.append(("s3:GetBucketAcl", arn))
    return [
        action
        for action, on in wanted
        if allows(tree, policy, action, on, delivery.service, context=delivery.context) is False
    ]


def _deliveries(tree: Tree) -> Iterator[_Delivery]:
    for trail in tree.resources("AWS::CloudTrail::Trail"):
        bucket = tree.target(trail.get("S3BucketName"), _BUCKET)
        if bucket:
            prefix = _below(trail.get("S3KeyPrefix"), concat(("AWSLogs/", account(tree), "/CloudTrail/", SOMETHING)))
            if as_bool(trail.get("IsOrganizationTrail")):
                prefix = _below(trail.get("S3KeyPrefix"), f"AWSLogs/{SOMETHING}")
            context: dict[str, Value] = {
                "aws:SourceArn": arn_of(tree, trail),
                "aws:SourceAccount": account(tree),
                "s3:x-amz-acl": "bucket-owner-full-control",
            }
            service = "cloudtrail.amazonaws.com"
            yield _Delivery(trail, "S3BucketName", bucket, service, prefix, asks=True, context=context)
    for balancer in tree.resources("AWS::ElasticLoadBalancingV2::LoadBalancer"):
        yield from _access_logs(tree, balancer)
    for source in tree.resources(_BUCKET):
        bucket = tree.target(source.get("LoggingConfiguration.DestinationBucketName"), _BUCKET)
        if bucket and as_text(bucket.get("AccessControl")) != "LogDeliveryWrite":
            prefix = concat((source.get("LoggingConfiguration.LogFilePrefix"), SOMETHING))
            path = "LoggingConfiguration.DestinationBucketName"
            context = {"aws:SourceArn": arn_of(tree, source), "aws:SourceAccount": account(tree)}
            yield _Delivery(source, path, bucket, "logging.s3.amazonaws.com", prefix, context=context)


def _access_logs(tree: Tree, balancer: Resource) -> Iterator[_Delivery]:
    """Access logs of an application load balancer; those of others are delivered in other ways.

    A statement for an account instead of the service is the older form, which some regions still need.
    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    """
    attributes = {
        as_text(dig(each, "Key")): (index, dig(each, "Value"))
        for index, each in enumerate(items(balancer.get("LoadBalancerAttributes")))
    }
    if as_text(balancer.get("Type")) not in {None, "application"}:
        return
    if not as_bool(attributes.get("access_logs.s3.enabled", (0, None))[1]):
        return
    index, value = attributes.get("access_logs.s3.bucket", (0, None))
    bucket = tree.target(value, _BUCKET)
    if bucket is None or any(
        principal.kind == "AWS"
        for statement in resource_statements(tree, bucket)
        for principal in statement.principals
        if statement.effect == "Allow"
    ):
        return
    start = attributes.get("access_logs.s3.prefix", (0, None))[1]
    prefix = _below(start, concat(("AWSLogs/", account(tree), "/", SOMETHING)))
    path: Path = ("LoadBalancerAttributes", index, "Value")
    yield _Delivery(balancer, path, bucket, "logdelivery.elasticloadbalancing.amazonaws.com", prefix)


def _below(prefix: Value, rest: Value) -> Value:
    return rest if prefix in (None, "") else concat((prefix, "/", rest))
