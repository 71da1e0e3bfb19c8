"""API integrations that knock at a port of a load balancer where nothing listens."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gate.completeness import complete
from gate.rule import Hit, rule
from gate.tree import Reference, Resource, Text, Tree, Unknown, Value, as_int, as_text, dig

_TEMPLATE = """
Resources:
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {{Type: network, Scheme: internal, Subnets: [subnet-0123456789abcdef0]}}
  Targets: {{Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {{Port: 8080, Protocol: TCP}}}}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      Port: {port}
      Protocol: TCP
      DefaultActions: [{{Type: forward, TargetGroupArn: !Ref Targets}}]
  Link: {{Type: AWS::ApiGateway::VpcLink, Properties: {{Name: link, TargetArns: [!Ref Balancer]}}}}
  Api: {{Type: AWS::ApiGateway::RestApi, Properties: {{Name: films}}}}
  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !GetAtt Api.RootResourceId
      HttpMethod: GET
      AuthorizationType: AWS_IAM
      Integration:
        Type: HTTP_PROXY
        IntegrationHttpMethod: GET
        ConnectionType: VPC_LINK
        ConnectionId: !Ref Link
        Uri: !Sub http://${{Balancer.DNSName}}/films
"""
_PORT = re.compile(r":(\d{1,5})(?=/|$|\?)")
_SCHEMES = {"http://": 80, "https://": 443}


@rule(
    id="E9540",
    title="An integration calls a port on which the load balancer listens",
    reason="The gateway opens a connection to the port of the URI (80 or 443 if none is written); without a listener "
    "there, every request ends in 504 or 503.",
    source="https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-private-integration.html",
    good=_TEMPLATE.format(port=80),
    bad=_TEMPLATE.format(port=8080),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the URI of each integration with the listeners of the load balancer that it names."""
    if not complete(tree):
        return
    for resource, path, value in _uris(tree):
        found = _called(tree, value)
        if found is None:
            continue
        balancer, scheme, port = found
        listeners = _listeners(tree, balancer)
        ports = [as_int(tree.literal(each.get("Port"))) for each in listeners or ()]
        if not listeners or None in ports:
            continue
        if port not in ports:
            shown = " and ".join(str(each) for each in ports)
            message = f"it calls port {port} of {balancer.path}, which listens on {shown}"
            yield Hit(resource, path, message, "Write the port of a listener into the URI.")
            continue
        speaks = as_text(tree.literal(listeners[ports.index(port)].get("Protocol")))
        if (speaks, scheme) in {("HTTP", "https://"), ("HTTPS", "http://"), ("TLS", "http://")}:
            message = f"it speaks {scheme.rstrip(':/')} to port {port} of {balancer.path}, which speaks {speaks}"
            yield Hit(resource, path, message, "Write the scheme that the listener speaks.")


def _uris(tree: Tree) -> Iterator[tuple[Resource, str, Value]]:
    for method in tree.resources("AWS::ApiGateway::Method"):
        yield method, "Integration.Uri", dig(method.get("Integration"), "Uri")
    for integration in tree.resources("AWS::ApiGatewayV2::Integration"):
        yield integration, "IntegrationUri", integration.get("IntegrationUri")


def _called(tree: Tree, value: Value) -> tuple[Resource, str, int] | None:
    """Return the load balancer, the scheme and the port of a URI; None if it is no URI of one."""
    parts = value.parts if isinstance(value, Text) else ()
    if len(parts) < 2 or parts[0] not in _SCHEMES or not isinstance(parts[1], Reference):
        return None
    host = parts[1]
    if host.type != "AWS::ElasticLoadBalancingV2::LoadBalancer" or host.attribute != "DNSName":
        return None
    rest = parts[2] if len(parts) > 2 else ""
    if not isinstance(rest, str) or rest == ":":
        return None
    scheme, written = str(parts[0]), _PORT.match(rest)
    return tree.at(host), scheme, int(written[1]) if written else _SCHEMES[scheme]


def _listeners(tree: Tree, balancer: Resource) -> list[Resource] | None:
    found = []
    for listener in tree.resources("AWS::ElasticLoadBalancingV2::Listener"):
        owner = listener.get("LoadBalancerArn")
        if isinstance(owner, Unknown):
            return None
        if tree.target(owner, balancer.type) is balancer:
            found.append(listener)
    return found
