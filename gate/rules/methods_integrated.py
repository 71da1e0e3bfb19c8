"""Methods without an integration in an API that is deployed."""

from __future__ import annotations

from collections.abc import Iterator

from gate.network import denotes
from gate.rule import Hit, rule
from gate.tree import Tree

_TEMPLATE = """
Resources:
  Api: {{Type: AWS::ApiGateway::RestApi, Properties: {{Name: films}}}}
  Get:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !GetAtt Api.RootResourceId
      HttpMethod: GET
      AuthorizationType: AWS_IAM
      {integration}
  Deployment: {{Type: AWS::ApiGateway::Deployment, DependsOn: Get, Properties: {{RestApiId: !Ref Api}}}}
"""


@rule(
    id="E9282",
    title="Every method of a deployed API has an integration",
    reason="API Gateway refuses a deployment while a method leads nowhere (No integration defined for method).",
    source="https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html",
    good=_TEMPLATE.format(integration="Integration: {Type: MOCK}"),
    bad=_TEMPLATE.format(integration=""),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at the methods of each API with a deployment."""
    for deployment in tree.resources("AWS::ApiGateway::Deployment"):
        api = tree.target(deployment.get("RestApiId"), "AWS::ApiGateway::RestApi")
        for method in tree.resources("AWS::ApiGateway::Method") if api else ():
            if api and denotes(tree, method.get("RestApiId"), api) and method.get("Integration") is None:
                message = "the method has no integration"
                yield Hit(method, "Integration", message, "Give Integration, with its Type.")
