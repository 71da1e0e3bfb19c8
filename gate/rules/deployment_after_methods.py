"""API deployments that may be taken before the methods are there."""

from __future__ import annotations

from collections.abc import Iterator

from gate.completeness import complete
from gate.network import denotes
from gate.ordering import before
from gate.rule import Hit, rule
from gate.tree import Resource, Tree

_TEMPLATE = """
Resources:
  Api: {{Type: AWS::ApiGateway::RestApi, Properties: {{Name: films}}}}
  Get:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !GetAtt Api.RootResourceId
      HttpMethod: GET
      AuthorizationType: NONE
      Integration: {{Type: MOCK}}
  Deployment:
    Type: AWS::ApiGateway::Deployment
    {waits}
    Properties: {{RestApiId: !Ref Api}}
"""
_KINDS = {
    "AWS::ApiGateway::Deployment": ("AWS::ApiGateway::RestApi", "RestApiId", ("AWS::ApiGateway::Method",)),
    "AWS::ApiGatewayV2::Deployment": ("AWS::ApiGatewayV2::Api", "ApiId", ("AWS::ApiGatewayV2::Route",)),
}
_DEFINED_ELSEWHERE = ("Body", "BodyS3Location", "CloneFrom", "Target")


@rule(
    id="E9233",
    title="An API is deployed when its methods exist",
    reason=(
        "A deployment is a snapshot of the API. API Gateway refuses one without any method, and methods that are "
        "created later are not in it. A deployment refers to the API only, so nothing makes it wait."
    ),
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-deployment.html",
    good=_TEMPLATE.format(waits="DependsOn: Get"),
    bad=_TEMPLATE.format(waits=""),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the deployments of each API with its methods (routes, for an HTTP or WebSocket API)."""
    for kind, (api_type, parent, parts) in _KINDS.items():
        deployments: dict[Resource, list[Resource]] = {}
        for deployment in tree.resources(kind):
            api = tree.target(deployment.get(parent), api_type)
            if api and all(api.get(name) is None for name in _DEFINED_ELSEWHERE):
                deployments.setdefault(api, []).append(deployment)
        for api, own in deployments.items():
            methods = [part for part in tree.resources(*parts) if denotes(tree, part.get(parent), api)]
            yield from _judge(tree, own, methods)


def _judge(tree: Tree, deployments: list[Resource], methods: list[Resource]) -> Iterator[Hit]:
    newest = deployments[-1]
    late = [each for each in methods if not any(before(each, deployment) for deployment in deployments)]
    if late:
        listed = ", ".join(each.path for each in late)
        yield Hit(newest, (), f"it may be taken before {listed}", "Add every method to its DependsOn.")
    elif not methods and complete(tree):
        yield Hit(newest, (), "the API has no methods", "Add methods, and name them in DependsOn.")
