"""Roles that may not write the logs they are meant for."""

from __future__ import annotations

from collections.abc import Iterator

from gate.needs import Need, lacking, log_stream
from gate.rule import Hit, rule
from gate.tree import Resource, Tree, Value
from gate.tree.arns import SOMETHING

_WRITE = ("logs:CreateLogStream", "logs:PutLogEvents")
_ACCOUNT_WIDE = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogGroups", "logs:PutLogEvents")

_TEMPLATE = """
Resources:
  Logs: {{Type: AWS::Logs::LogGroup}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {{Effect: Allow, Principal: {{Service: vpc-flow-logs.amazonaws.com}}, Action: sts:AssumeRole}}
      Policies:
        - PolicyName: write
          PolicyDocument: {{Statement: {{Effect: Allow, Action: [{actions}], Resource: !GetAtt Logs.Arn}}}}
  FlowLog:
    Type: AWS::EC2::FlowLog
    Properties:
      ResourceId: vpc-0123456789abcdef0
      ResourceType: VPC
      TrafficType: ALL
      LogGroupName: !Ref Logs
      DeliverLogsPermissionArn: !GetAtt Role.Arn
"""


@rule(
    id="E9438",
    title="The role of a log delivery may write the logs",
    reason=(
        "Flow logs, trails, API Gateway and enhanced monitoring write to CloudWatch Logs with the role that they are "
        "given. CloudTrail and API Gateway refuse one that may not; elsewhere the logs never arrive."
    ),
    source="https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html",
    good=_TEMPLATE.format(actions='"logs:CreateLogStream", "logs:PutLogEvents"'),
    bad=_TEMPLATE.format(actions='"logs:CreateLogGroup", "logs:PutLogEvents"'),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Ask the role of every such delivery."""
    yield from lacking(tree, _needs(tree))


def _needs(tree: Tree) -> Iterator[Need]:
    for log in tree.resources("AWS::EC2::FlowLog"):
        group = log.get("LogGroupName") or log.get("LogDestination")
        yield from _writing(tree, log, "DeliverLogsPermissionArn", log_stream(tree, group, SOMETHING))
    for trail in tree.resources("AWS::CloudTrail::Trail"):
        stream = log_stream(tree, trail.get("CloudWatchLogsLogGroupArn"), SOMETHING)
        yield from _writing(tree, trail, "CloudWatchLogsRoleArn", stream)
    for database in tree.resources("AWS::RDS::DBInstance", "AWS::RDS::DBCluster"):
        yield from _writing(tree, database, "MonitoringRoleArn", log_stream(tree, "RDSOSMetrics", SOMETHING))
    for account in tree.resources("AWS::ApiGateway::Account"):
        role = tree.target(account.get("CloudWatchRoleArn"), "AWS::IAM::Role")
        if role:
            yield Need(account, ("CloudWatchRoleArn",), role, _ACCOUNT_WIDE, None)


def _writing(tree: Tree, consumer: Resource, role_property: str, stream: Value) -> Iterator[Need]:
    role = tree.target(consumer.get(role_property), "AWS::IAM::Role")
    if role and stream is not None:
        yield Need(consumer, (role_property,), role, _WRITE, stream)
