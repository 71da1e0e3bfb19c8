"""REST API stages that log without a role for API Gateway to do so."""

from __future__ import annotations

from collections.abc import Iterator

from gate.completeness import complete
from gate.rule import Hit, rule
from gate.tree import Resource, Tree, as_text, dig, items

_TEMPLATE = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {{Effect: Allow, Principal: {{Service: apigateway.amazonaws.com}}, Action: sts:AssumeRole}}
      ManagedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"]
  Account:
    Type: AWS::ApiGateway::Account
    Properties: {{{role}}}
  Stage:
    Type: AWS::ApiGateway::Stage
    DependsOn: Account
    Properties:
      RestApiId: a1b2c3d4e5
      DeploymentId: abcdef
      StageName: live
      MethodSettings: [{{HttpMethod: "*", ResourcePath: "/*", LoggingLevel: INFO}}]
"""


@rule(
    id="E9434",
    title="API Gateway has a role to log with",
    reason=(
        "Execution and access logs of REST APIs are written with one role for the whole account and region. Until it "
        "is set, a stage that logs is refused: 'CloudWatch Logs role ARN must be set in account settings'."
    ),
    source="https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html",
    good=_TEMPLATE.format(role="CloudWatchRoleArn: !GetAtt Role.Arn"),
    bad=_TEMPLATE.format(role=""),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look for the account's role if a stage logs."""
    accounts = list(tree.resources("AWS::ApiGateway::Account"))
    if any(account.get("CloudWatchRoleArn") is not None for account in accounts) or not complete(tree):
        return
    for stage in tree.resources("AWS::ApiGateway::Stage"):
        path = _logs(stage)
        if path:
            yield Hit(
                stage,
                path,
                "the stage logs, and no AWS::ApiGateway::Account of the tree gives API Gateway a role to do so",
                "Add one with CloudWatchRoleArn; suppress this where the account has it from elsewhere.",
            )


def _logs(stage: Resource) -> str | None:
    if as_text(dig(stage.get("AccessLogSetting"), "DestinationArn")) or isinstance(stage.get("AccessLogSetting"), dict):
        return "AccessLogSetting"
    levels = {as_text(dig(setting, "LoggingLevel")) for setting in items(stage.get("MethodSettings"))}
    return "MethodSettings" if levels & {"INFO", "ERROR"} else None
