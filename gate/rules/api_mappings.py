"""Methods whose integration maps what the method does not declare."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Path, Resource, Tree, Unknown, Value, as_text, dig, items, text

_TEMPLATE = """
Resources:
  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: abcdef1234
      ResourceId: abc123
      HttpMethod: OPTIONS
      AuthorizationType: NONE
      MethodResponses:
        - {{StatusCode: "200", ResponseParameters: {{method.response.header.{declared}: true}}}}
      Integration:
        Type: MOCK
        IntegrationResponses:
          - StatusCode: "200"
            ResponseParameters: {{method.response.header.Access-Control-Allow-Origin: "'*'"}}
"""


@rule(
    id="E9143",
    title="An integration maps statuses and parameters that its method declares",
    reason=(
        "API Gateway refuses an integration response without a method response of its status, a header that this "
        "response does not declare, and a request parameter that the method does not take."
    ),
    source="https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html",
    good=_TEMPLATE.format(declared="Access-Control-Allow-Origin"),
    bad=_TEMPLATE.format(declared="Access-Control-Allow-Methods"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare each method with its integration."""
    for method in tree.resources("AWS::ApiGateway::Method"):
        yield from _responses(method)
        yield from _requests(method)


def _responses(method: Resource) -> Iterator[Hit]:
    declared = method.get("MethodResponses")
    answers = {as_text(dig(answer, "StatusCode")): dig(answer, "ResponseParameters") for answer in items(declared)}
    if isinstance(declared, Unknown) or None in answers:
        return
    for place, mapped in enumerate(items(method.get("Integration.IntegrationResponses"))):
        at: Path = ("Integration", "IntegrationResponses", place)
        status = as_text(dig(mapped, "StatusCode"))
        if status is None:
            continue
        if status not in answers:
            yield Hit(method, (*at, "StatusCode"), f"the method has no response {status}", "Add it to MethodResponses.")
            continue
        headers, known = dig(mapped, "ResponseParameters"), answers[status]
        for name in headers if isinstance(headers, dict) and not isinstance(known, Unknown) else ():
            if not isinstance(known, dict) or name not in known:
                message = f"the method's response {status} does not declare {name}"
                yield Hit(method, (*at, "ResponseParameters", name), message, "Declare it there, with true or false.")


def _requests(method: Resource) -> Iterator[Hit]:
    declared = method.get("RequestParameters")
    mapped = method.get("Integration.RequestParameters")
    if isinstance(declared, Unknown) or not isinstance(mapped, dict):
        return
    for name, value in mapped.items():
        source = text(value) or ""
        if re.fullmatch(r"method\.request\.(path|querystring|header)\.[^ ]+", source) and not _takes(declared, source):
            message = f"the method does not declare {source}"
            yield Hit(method, ("Integration", "RequestParameters", name), message, "Add it to RequestParameters.")


def _takes(declared: Value, source: str) -> bool:
    return isinstance(declared, dict) and source in declared
