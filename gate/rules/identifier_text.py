"""Identifiers written out that are of another kind, service or region than the property takes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gate.identifiers import Wanted, handed_over
from gate.rule import Hit, rule
from gate.tree import Resource, Tree, Value, arn, as_text, show

_TEMPLATE = """
Parameters:
  Network: {{Type: String, Default: {id}}}
Resources:
  Group: {{Type: AWS::EC2::SecurityGroup, Properties: {{GroupDescription: web, VpcId: !Ref Network}}}}
"""
_PREFIXES = {
    "AWS::EC2::VPC": "vpc",
    "AWS::EC2::Subnet": "subnet",
    "AWS::EC2::SecurityGroup": "sg",
    "AWS::EC2::RouteTable": "rtb",
    "AWS::EC2::InternetGateway": "igw",
    "AWS::EC2::NatGateway": "nat",
    "AWS::EC2::EIP": "eipalloc",
    "AWS::EC2::VPCEndpoint": "vpce",
    "AWS::EC2::VPNGateway": "vgw",
    "AWS::EC2::NetworkInterface": "eni",
    "AWS::EC2::Instance": "i",
    "AWS::EC2::TransitGateway": "tgw",
    "AWS::EFS::FileSystem": "fs",
    "AWS::EFS::AccessPoint": "fsap",
}
"""How the ids of a type begin (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html, 2026-11)."""
_SERVICES = {
    "AWS::IAM::Role": "iam",
    "AWS::KMS::Key": "kms",
    "AWS::SNS::Topic": "sns",
    "AWS::SQS::Queue": "sqs",
    "AWS::Lambda::Function": "lambda",
    "AWS::Kinesis::Stream": "kinesis",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "elasticloadbalancing",
    "AWS::ElasticLoadBalancingV2::TargetGroup": "elasticloadbalancing",
    "AWS::ElasticLoadBalancingV2::Listener": "elasticloadbalancing",
    "AWS::WAFv2::WebACL": "wafv2",
}
"""The service in the ARNs of a type (Service Authorization Reference, 2026-11)."""
_LOCAL = {"kms", "sns", "sqs", "lambda", "elasticloadbalancing"}
"""Services whose resources are used in their own region only."""
_ELSEWHERE = re.compile(r"Repli|Destination|Copy|Target|Source|Cross")
"""Words in the names of properties that may point to another region."""


@rule(
    id="E9303",
    title="An identifier that is written out is of the kind, service and region that is wanted",
    reason=(
        "A subnet id given for a VPC, the ARN of a user for a role, or a key of another region passes as a text; the "
        "service refuses it when the resource's turn comes."
    ),
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html",
    good=_TEMPLATE.format(id="vpc-0123456789abcdef0"),
    bad=_TEMPLATE.format(id="subnet-0123456789abcdef0"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Read each literal identifier, and each ARN made of literals and references."""
    for resource in tree.resources():
        for path, value, wanted in handed_over(resource):
            dotted = ".".join(str(key) for key in path)
            for message in (*_id(value, wanted), *_arn(tree, resource, dotted, value, wanted)):
                yield Hit(resource, ("Properties", *path), message, "Give the identifier of the right resource.")


def _id(value: Value, wanted: Wanted) -> Iterator[str]:
    match = re.fullmatch(r"([a-z]+)-(?:[0-9a-f]{8}|[0-9a-f]{17})", as_text(value) or "")
    allowed = {_PREFIXES.get(kind) for kind in wanted.types}
    if match and match[1] in _PREFIXES.values() and allowed and None not in allowed and match[1] not in allowed:
        yield f"{show(value)} is not the id of a resource of type {', '.join(sorted(wanted.types))}"


def _arn(tree: Tree, resource: Resource, dotted: str, value: Value, wanted: Wanted) -> Iterator[str]:
    fields = arn(value)
    services = {_SERVICES[kind] for kind in wanted.types if kind in _SERVICES}
    given = as_text(fields.service) if fields else None
    if fields is None or given is None or len(services) != 1:
        return
    service = services.pop()
    if given != service:
        yield f"{show(value)} is an ARN of {given}; one of {service} is wanted"
    elif service == "iam" and (name := as_text(fields.resource)) and not name.startswith("role/"):
        yield f"{show(value)} is not the ARN of a role"
    region = as_text(fields.region)
    if given == service and service in _LOCAL and region and region != tree.context.region:
        if resource.type.startswith("AWS::CloudFront::") or _ELSEWHERE.search(dotted):
            return
        yield f"{show(value)} is in {region}; the stack is in {tree.context.region}"
