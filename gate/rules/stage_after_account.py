"""API stages with logs that may be created before the account may write logs."""

from __future__ import annotations

from collections.abc import Iterator

from gate.ordering import unordered
from gate.rule import Hit, rule
from gate.tree import Resource, Tree, as_text, dig, items

_TEMPLATE = """
Resources:
  Account:
    Type: AWS::ApiGateway::Account
    Properties: {{CloudWatchRoleArn: "arn:aws:iam::123456789012:role/api-logs"}}
  Api: {{Type: AWS::ApiGateway::RestApi, Properties: {{Name: films}}}}
  Stage:
    Type: AWS::ApiGateway::Stage
    {waits}
    Properties:
      RestApiId: !Ref Api
      StageName: live
      DeploymentId: abc123
      MethodSettings: [{{HttpMethod: "*", ResourcePath: /*, LoggingLevel: INFO}}]
"""


@rule(
    id="E9234",
    title="A stage that logs waits for the account's role",
    reason=(
        "API Gateway refuses logging while the account settings name no role (CloudWatch Logs role ARN must be set in "
        "account settings), and nothing refers from a stage to the account settings."
    ),
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-account.html",
    good=_TEMPLATE.format(waits="DependsOn: Account"),
    bad=_TEMPLATE.format(waits=""),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at the order between the account settings of the tree and each stage that logs."""
    accounts = [each for each in tree.resources("AWS::ApiGateway::Account") if each.get("CloudWatchRoleArn")]
    for stage in tree.resources("AWS::ApiGateway::Stage", "AWS::ApiGateway::Deployment"):
        for account in unordered(accounts, stage) if _logs(stage) else []:
            message = f"it writes logs, but may be created before {account.path}"
            yield Hit(stage, (), message, f"Add {account.id} (or the stack that has it) to DependsOn.")


def _logs(stage: Resource) -> bool:
    outer = "" if stage.type == "AWS::ApiGateway::Stage" else "StageDescription."
    levels = [dig(setting, "LoggingLevel") for setting in items(stage.get(f"{outer}MethodSettings"))]
    levels.append(stage.get("StageDescription.LoggingLevel"))
    return stage.get(f"{outer}AccessLogSetting") is not None or any(
        as_text(level) in {"INFO", "ERROR"} for level in levels
    )
