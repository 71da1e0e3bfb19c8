"""Listeners with TLS but no certificate, or the other way round."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Tree, as_text

_TEMPLATE = """
Resources:
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/a/0123456789abcdef
      Protocol: HTTPS
      Port: 443
      {certificate}
      DefaultActions: [{{Type: fixed-response, FixedResponseConfig: {{StatusCode: "404"}}}}]
"""


@rule(
    id="E9263",
    title="A listener has a certificate exactly if it speaks TLS",
    reason=(
        "A certificate must be specified for HTTPS and TLS listeners, and is refused, like a security policy, for all "
        "others."
    ),
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html",
    good=_TEMPLATE.format(
        certificate="Certificates: [{CertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/1'}]"
    ),
    bad=_TEMPLATE.format(certificate=""),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the protocol of each listener with its certificates and security policy."""
    for listener in tree.resources("AWS::ElasticLoadBalancingV2::Listener"):
        protocol = as_text(tree.literal(listener.get("Protocol")))
        if protocol in {"HTTPS", "TLS"} and listener.get("Certificates") in (None, []):
            message = f"a listener for {protocol} has no certificate"
            yield Hit(listener, "Certificates", message, "Give Certificates, with one CertificateArn.")
        for name in ("Certificates", "SslPolicy") if protocol and protocol not in {"HTTPS", "TLS"} else ():
            if listener.get(name) not in (None, []):
                message = f"a listener for {protocol} takes no {name}"
                fix = f"Remove {name}, or write Protocol: HTTPS (TLS, for a network load balancer)."
                yield Hit(listener, name, message, fix)
