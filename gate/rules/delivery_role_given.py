"""Deliveries that need a role and have none."""

from __future__ import annotations

from collections.abc import Iterator

from gate.principals import spread
from gate.rule import Hit, rule
from gate.tree import Tree, as_text, dig

_KINDS = ("AWS::Kinesis::Stream", "AWS::KinesisFirehose::DeliveryStream")
_TARGETS = (*_KINDS, "AWS::ECS::Cluster", "AWS::StepFunctions::StateMachine")

_TEMPLATE = """
Resources:
  Logs: {{Type: AWS::Logs::LogGroup}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {{Effect: Allow, Principal: {{Service: cloudtrail.amazonaws.com}}, Action: sts:AssumeRole}}
      Policies:
        - PolicyName: write
          PolicyDocument: {{Statement: {{Effect: Allow, Action: "logs:*", Resource: "*"}}}}
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties:
      IsLogging: true
      S3BucketName: records
      CloudWatchLogsLogGroupArn: !GetAtt Logs.Arn
      {role}
"""


@rule(
    id="E9440",
    title="A delivery that needs a role has one",
    reason=(
        "Trails and flow logs write to CloudWatch Logs, log subscriptions to streams, and EventBridge to streams, "
        "tasks and state machines only with a role. Without one the resource is refused, or every delivery fails."
    ),
    source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html",
    good=_TEMPLATE.format(role="CloudWatchLogsRoleArn: !GetAtt Role.Arn"),
    bad=_TEMPLATE.format(role="EnableLogFileValidation: true"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at every delivery of these kinds."""
    fix = "Give it a role that the service may assume and that allows the delivery."
    for trail in tree.resources("AWS::CloudTrail::Trail"):
        if trail.get("CloudWatchLogsLogGroupArn") is not None and trail.get("CloudWatchLogsRoleArn") is None:
            yield Hit(trail, "CloudWatchLogsLogGroupArn", "the trail has a log group and no CloudWatchLogsRoleArn", fix)
    for log in tree.resources("AWS::EC2::FlowLog"):
        logs = as_text(log.get("LogDestinationType") or "cloud-watch-logs") == "cloud-watch-logs"
        if logs and log.get("DeliverLogsPermissionArn") is None:
            yield Hit(log, (), "the flow log goes to CloudWatch Logs and has no DeliverLogsPermissionArn", fix)
    for subscription in tree.resources("AWS::Logs::SubscriptionFilter"):
        stream = tree.target(subscription.get("DestinationArn"), *_KINDS)
        if stream and subscription.get("RoleArn") is None:
            yield Hit(subscription, "DestinationArn", f"it delivers to {stream.path} and has no RoleArn", fix)
    for rule_ in tree.resources("AWS::Events::Rule"):
        for path, body in spread(rule_, "Targets.*"):
            target = tree.target(dig(body, "Arn"), *_TARGETS)
            if target and dig(body, "RoleArn") is None:
                yield Hit(rule_, (*path, "Arn"), f"the target {target.path} has no RoleArn", fix)
