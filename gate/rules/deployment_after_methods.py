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
        for deployment in _all(tree, kind):
            api = _api(tree, deployment, parent, api_type)
            if api and all(api.get(name) is None for name in _DEFINED_ELSEWHERE) and not _settled(deployment, parts):
                deployments.setdefault(api, []).append(deployment)
        for api, own in deployments.items():
            methods = [part for part in tree.resources(*parts) if denotes(tree, part.get(parent), api)]
            yield from _judge(tree, own, methods)


def _all(tree: Tree, kind: str) -> Iterator[Resource]:
    """Yield the deployments that another environment would have, too: one per environment is how they are written."""
    for stack in tree.stacks.values():
        yield from (resource for resource in stack.resources.values() if resource.type == kind)


def _api(tree: Tree, deployment: Resource, parent: str, api_type: str) -> Resource | None:
    """Return the API of a deployment; one that is not created here is read as it is written."""
    if deployment.condition is not False:
        return tree.target(deployment.get(parent), api_type)
    properties = deployment.raw.get("Properties")
    written = properties.get(parent) if isinstance(properties, dict) else None
    name = written.get("Ref") if isinstance(written, dict) else None
    api = deployment.stack.resources.get(name) if isinstance(name, str) else None
    return api if api and api.type == api_type and api.condition is not False else None


def _settled(deployment: Resource, parts: tuple[str, ...]) -> bool:
    """Tell whether a deployment that is not created here waits for methods, which may be not created here either."""
    siblings = deployment.stack.resources
    return deployment.condition is False and any(siblings[name].type in parts for name in deployment.dependencies)


def _judge(tree: Tree, deployments: list[Resource], methods: list[Resource]) -> Iterator[Hit]:
    fix = "Add every method to its DependsOn."
    waited = {deployment: [method for method in methods if before(method, deployment)] for deployment in deployments}
    for deployment in deployments:
        if methods and not waited[deployment]:
            yield Hit(deployment, (), f"it may be taken before {', '.join(each.path for each in methods)}", fix)
        elif not methods and deployment.condition is not False and complete(tree):
            yield Hit(deployment, (), "the API has no methods", "Add methods, and name them in DependsOn.")
    late = [method for method in methods if not any(method in own for own in waited.values())]
    if late and any(waited.values()):
        yield Hit(deployments[-1], (), f"it may be taken before {', '.join(each.path for each in late)}", fix)
