"""Web ACLs that cannot protect what they are associated with, or log where they are told to."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Tree, as_text, items, text

_TEMPLATE = """
Resources:
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties:
      Type: {type}
      Scheme: internal
      Subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]
  Firewall:
    Type: AWS::WAFv2::WebACL
    Properties:
      Scope: REGIONAL
      DefaultAction: {{Allow: {{}}}}
      VisibilityConfig: {{CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true, MetricName: films}}
  Association:
    Type: AWS::WAFv2::WebACLAssociation
    Properties: {{ResourceArn: !Ref Balancer, WebACLArn: !GetAtt Firewall.Arn}}
"""
_UNPROTECTED = ("AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage", "AWS::CloudFront::Distribution")
_LOGS = ("AWS::Logs::LogGroup", "AWS::S3::Bucket", "AWS::KinesisFirehose::DeliveryStream")
_PREFIX = "aws-waf-logs-"


@rule(
    id="E9276",
    title="A web ACL is associated with what it can protect",
    reason=(
        "WAF associates a REGIONAL web ACL with application load balancers, REST API stages and some others; network "
        "load balancers, HTTP APIs and distributions are refused, and so are logs whose name does not start with "
        "aws-waf-logs-."
    ),
    source="https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html",
    good=_TEMPLATE.format(type="application"),
    bad=_TEMPLATE.format(type="network"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at both ends of each association, and at the destinations of logs."""
    for association in tree.resources("AWS::WAFv2::WebACLAssociation"):
        acl = tree.target(association.get("WebACLArn"), "AWS::WAFv2::WebACL")
        if acl and as_text(tree.literal(acl.get("Scope"))) == "CLOUDFRONT":
            message = f"{acl.path} has the scope CLOUDFRONT; an association needs REGIONAL"
            yield Hit(association, "WebACLArn", message, "Write Scope: REGIONAL.")
        balancer = tree.target(association.get("ResourceArn"), "AWS::ElasticLoadBalancingV2::LoadBalancer")
        kind = as_text(tree.literal(balancer.get("Type"))) if balancer else None
        if balancer and kind in {"network", "gateway"}:
            message = f"{balancer.path} is a load balancer of type {kind}, which WAF does not protect"
            yield Hit(association, "ResourceArn", message, "Associate an application load balancer or an API stage.")
        other = tree.target(association.get("ResourceArn"), *_UNPROTECTED)
        if other:
            message = f"WAF associations do not protect a resource of type {other.type}"
            yield Hit(association, "ResourceArn", message, "Associate an application load balancer or an API stage.")
    for logging in tree.resources("AWS::WAFv2::LoggingConfiguration"):
        for value in items(logging.get("LogDestinationConfigs")):
            target = tree.target(value, *_LOGS)
            name = text(tree.name(target), "") if target else None
            if target and name is not None and not name.startswith(_PREFIX):
                message = f"the name of {target.path} is {name}; WAF logs only to names that start with {_PREFIX}"
                yield Hit(logging, "LogDestinationConfigs", message, f"Let the name start with {_PREFIX}.")
