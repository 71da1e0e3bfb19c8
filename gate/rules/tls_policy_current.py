"""Listeners that still speak TLS 1.0."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Tree, as_text

_TEMPLATE = """
Resources:
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {{Scheme: internal, Subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]}}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      Port: 443
      Protocol: HTTPS
      SslPolicy: {policy}
      Certificates: [{{CertificateArn: !Sub "arn:aws:acm:${{AWS::Region}}:${{AWS::AccountId}}:certificate/x"}}]
      DefaultActions: [{{Type: fixed-response, FixedResponseConfig: {{StatusCode: "404"}}}}]
"""
_OLD = {
    "ELBSecurityPolicy-2015-05",
    "ELBSecurityPolicy-2016-08",
    "ELBSecurityPolicy-TLS-1-0-2015-04",
    "ELBSecurityPolicy-TLS-1-1-2017-01",
    "ELBSecurityPolicy-FS-2018-06",
    "ELBSecurityPolicy-FS-1-1-2019-08",
    "ELBSecurityPolicy-TLS13-1-0-2021-06",
    "ELBSecurityPolicy-TLS13-1-1-2021-06",
    "TLS_1_0",
}
"""Policies that allow TLS 1.0 or 1.1 (see the source, 2026-11)."""


@rule(
    id="W9679",
    title="A listener refuses TLS 1.0 and 1.1",
    reason="Both have known weaknesses and are refused by browsers (RFC 8996). Security Hub: ELB.17.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html",
    good=_TEMPLATE.format(policy="ELBSecurityPolicy-TLS13-1-2-2021-06"),
    bad=_TEMPLATE.format(policy="ELBSecurityPolicy-TLS-1-0-2015-04"),
    profile="production",
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at the policies that are named."""
    for type_, name in (
        ("AWS::ElasticLoadBalancingV2::Listener", "SslPolicy"),
        ("AWS::ApiGateway::DomainName", "SecurityPolicy"),
    ):
        for resource in tree.resources(type_):
            policy = as_text(tree.literal(resource.get(name)))
            if policy in _OLD:
                yield Hit(resource, name, f"{policy} allows TLS 1.0 or 1.1", "Choose a policy of TLS 1.2 and 1.3.")
