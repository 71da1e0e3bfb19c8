"""Who calls whom inside AWS: which service invokes, publishes or sends on behalf of a resource of the tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from gate.principals import spread
from gate.tree import Path, Resource, Tree, Value, dig
from gate.tree.arns import SOMETHING, account, arn_of
from gate.tree.values import concat

FUNCTION, TOPIC, QUEUE = "AWS::Lambda::Function", "AWS::SNS::Topic", "AWS::SQS::Queue"

_ALARM: Final = dict.fromkeys(("AlarmActions.*", "OKActions.*", "InsufficientDataActions.*"), "cloudwatch")
_ROWS: Final[Mapping[str, Mapping[str, str]]] = {
    "AWS::ApiGateway::Authorizer": {"AuthorizerUri": "apigateway"},
    "AWS::ApiGateway::Method": {"Integration.Uri": "apigateway"},
    "AWS::ApiGatewayV2::Authorizer": {"AuthorizerUri": "apigateway"},
    "AWS::ApiGatewayV2::Integration": {"IntegrationUri": "apigateway"},
    "AWS::Backup::BackupVault": {"Notifications.SNSTopicArn": "backup"},
    "AWS::Budgets::Budget": {"NotificationsWithSubscribers.*.Subscribers.*.Address": "budgets"},
    "AWS::CloudTrail::Trail": {"SnsTopicName": "cloudtrail"},
    "AWS::CloudWatch::Alarm": _ALARM,
    "AWS::CloudWatch::CompositeAlarm": _ALARM,
    "AWS::Cognito::UserPool": {"LambdaConfig.*": "cognito-idp"},
    "AWS::Config::ConfigRule": {"Source.SourceIdentifier": "config"},
    "AWS::ElasticLoadBalancingV2::TargetGroup": {"Targets.*.Id": "elasticloadbalancing"},
    "AWS::Events::Rule": {"Targets.*.Arn": "events", "Targets.*.DeadLetterConfig.Arn": "events"},
    "AWS::Logs::SubscriptionFilter": {"DestinationArn": "logs"},
    "AWS::RDS::EventSubscription": {"SnsTopicArn": "events.rds"},
    "AWS::S3::Bucket": {
        "NotificationConfiguration.LambdaConfigurations.*.Function": "s3",
        "NotificationConfiguration.QueueConfigurations.*.Queue": "s3",
        "NotificationConfiguration.TopicConfigurations.*.Topic": "s3",
    },
    "AWS::SNS::Subscription": {"Endpoint": "sns", "RedrivePolicy.deadLetterTargetArn": "sns"},
    "AWS::SNS::Topic": {"Subscription.*.Endpoint": "sns"},
    "AWS::SecretsManager::RotationSchedule": {"RotationLambdaARN": "secretsmanager"},
}
"""The service that calls what a property names (each service's page on permissions, 2026-11)."""

_INSTEAD: Final = ("Credentials", "CredentialsArn", "AuthorizerCredentials", "AuthorizerCredentialsArn", "RoleArn")
"""Where one of these stands beside the property, the service acts with a role instead."""


@dataclass(frozen=True)
class Sender:
    """A service that calls ``target`` because the property ``path`` of ``by`` says so.

    ``source`` is what the service gives as ``aws:SourceArn``; None if that is not known.
    """

    by: Resource
    path: Path
    service: str
    target: Resource
    source: Value

    def context(self, tree: Tree) -> dict[str, Value]:
        """Return the condition keys that the service sets."""
        own: dict[str, Value] = {"aws:SourceAccount": account(tree)}
        return own if self.source is None else {**own, "aws:SourceArn": self.source}


def senders(tree: Tree, *types: str) -> Iterator[Sender]:
    """Yield every call to a function, topic or queue of the tree, of these types."""
    for by in tree.resources(*_ROWS):
        for written, service in _ROWS[by.type].items():
            for path, value in spread(by, written):
                target = tree.target(value, *types)
                beside = dig(by.properties, path[:-1])
                if target is None or any(dig(beside, key) is not None for key in _INSTEAD if isinstance(beside, dict)):
                    continue
                alarm = service == "cloudwatch" and target.type == FUNCTION
                name = "lambda.alarms.cloudwatch" if alarm else service
                yield Sender(by, path, f"{name}.amazonaws.com", target, _source(tree, by))


def _source(tree: Tree, by: Resource) -> Value:
    api = by.get("RestApiId") or by.get("ApiId")
    if api is not None:
        named = tree.target(api, "AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api")
        return concat((arn_of(tree, named), "/", SOMETHING)) if named else None
    if by.type == "AWS::SNS::Subscription":
        return by.get("TopicArn")
    if by.type == "AWS::SecretsManager::RotationSchedule":
        secret = tree.target(tree.literal(by.get("SecretId")), "AWS::SecretsManager::Secret")
        return arn_of(tree, secret) if secret else None
    if by.type == "AWS::Logs::SubscriptionFilter":
        group = tree.target(by.get("LogGroupName"), "AWS::Logs::LogGroup")
        return arn_of(tree, group) if group else None
    known = {"AWS::S3::Bucket", "AWS::Events::Rule", "AWS::CloudTrail::Trail", "AWS::SNS::Topic"}
    known |= {"AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"}
    return arn_of(tree, by) if by.type in known else None
