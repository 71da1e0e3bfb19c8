"""API methods that change something for anybody, although their siblings ask who calls."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Resource, Tree, as_bool, as_text

_TEMPLATE = """
Resources:
  Api: {{Type: AWS::ApiGateway::RestApi, Properties: {{Name: films}}}}
  Get:
    Type: AWS::ApiGateway::Method
    Properties:
      {{RestApiId: !Ref Api, ResourceId: !GetAtt Api.RootResourceId, HttpMethod: GET, AuthorizationType: AWS_IAM}}
  Post:
    Type: AWS::ApiGateway::Method
    Properties:
      {{RestApiId: !Ref Api, ResourceId: !GetAtt Api.RootResourceId, HttpMethod: POST, AuthorizationType: {who}}}
"""
_PUBLIC = re.compile(r"auth|login|token|jwt|sign|register|hook|callback|health|public|contact", re.IGNORECASE)


@rule(
    id="W9676",
    title="An API that asks who calls asks before it changes anything",
    reason=(
        "Where an API authorises its callers, a method or route that writes without authorisation is a door that "
        "somebody forgot. Security Hub: APIGateway.8."
    ),
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/apigateway-controls.html",
    good=_TEMPLATE.format(who="AWS_IAM"),
    bad=_TEMPLATE.format(who="NONE"),
    profile="production",
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the methods and routes of each API with each other."""
    apis: dict[Resource, list[tuple[Resource, str | None]]] = {}
    for type_, parent in (("AWS::ApiGateway::Method", "RestApiId"), ("AWS::ApiGatewayV2::Route", "ApiId")):
        for method in tree.resources(type_):
            api = tree.target(method.get(parent))
            given = method.get("AuthorizationType")
            if api:
                who = "NONE" if given is None else as_text(tree.literal(given))
                apis.setdefault(api, []).append((method, who))
    for methods in apis.values():
        if not any(who not in {"NONE", None} for _, who in methods):
            continue
        for method, who in methods:
            if who == "NONE" and _writes(tree, method):
                message = "anybody may call it, while other methods of the API ask who calls"
                yield Hit(method, "AuthorizationType", message, "Give the AuthorizationType of the others.")


def _writes(tree: Tree, method: Resource) -> bool:
    """Tell whether a method changes something, asks for no key, and is not where callers identify themselves."""
    if method.type == "AWS::ApiGatewayV2::Route":
        verb, _, path = (as_text(tree.literal(method.get("RouteKey"))) or "").partition(" ")
    else:
        verb = as_text(tree.literal(method.get("HttpMethod"))) or ""
        place = tree.target(method.get("ResourceId"), "AWS::ApiGateway::Resource")
        path = (as_text(tree.literal(place.get("PathPart"))) or "") if place else ""
    mock = as_text(method.get("Integration.Type")) == "MOCK"
    open_to_all = mock or as_bool(tree.literal(method.get("ApiKeyRequired"))) or _PUBLIC.search(path)
    return verb in {"POST", "PUT", "PATCH", "DELETE", "ANY"} and not open_to_all
