"""What a literal of a named format looks like, and the patterns of schemas.

Formats: those of cfn-lint's schemas (its rules E1150 to E1158, cfn-lint 1.58).
"""

from __future__ import annotations

import ipaddress
import re
from functools import cache
from typing import Final, Protocol

import regex

_NETWORKS: Final = {"ipv4-network": ipaddress.IPv4Network, "ipv6-network": ipaddress.IPv6Network}
_ID: Final = "[0-9a-fA-F]{8}([0-9a-fA-F]{9})?"
_UUID: Final = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_ARN: Final = "arn:aws[a-z-]*"
_FORMS: Final = {
    "AWS::ACM::Certificate.Arn": rf"{_ARN}:acm:[a-z0-9-]+:\d{{12}}:certificate/.+",
    "AWS::EC2::Image.Id": rf"ami-{_ID}|resolve:ssm:.+",
    "AWS::EC2::SecurityGroup.Id": rf"sg-{_ID}",
    "AWS::EC2::Subnet.Id": rf"subnet-{_ID}",
    "AWS::EC2::VPC.Id": rf"vpc-{_ID}",
    "AWS::IAM::Role.Arn": rf"{_ARN}:iam::\d{{12}}:role/.+",
    "AWS::KMS::Alias.AliasName": r"alias/[a-zA-Z0-9:/_-]+",
    "AWS::KMS::Key.Arn": rf"{_ARN}:kms:[a-z0-9-]+:\d{{12}}:(key|alias)/.+",
    "AWS::KMS::Key.Id": rf"{_UUID}|mrk-[0-9a-f]{{32}}",
    "AWS::Lambda::Function.Arn": rf"{_ARN}:lambda:[a-z0-9-]+:\d{{12}}:function:.+",
    "AWS::Logs::LogGroup.Name": r"[.\-_/#A-Za-z0-9]{1,512}",
    "AWS::S3::Bucket.Name": r"(?![.-])(?!.*\.\.)(?!.*-\.)(?!.*\.-)[a-z0-9.-]{3,63}(?<![.-])",
    "AWS::SNS::Topic.Arn": rf"{_ARN}:sns:[a-z0-9-]+:\d{{12}}:.+",
    "AWS::SQS::Queue.Arn": rf"{_ARN}:sqs:[a-z0-9-]+:\d{{12}}:.+",
}


class Pattern(Protocol):
    """A compiled expression, of either of Python's engines."""

    def search(self, string: str, /) -> object | None:
        """Find the expression anywhere in a text; None if it is not there."""

    def fullmatch(self, string: str, /) -> object | None:
        """Match the whole text; None if it does not."""


def well_formed(form: str, text: str) -> bool:
    """Tell whether a text has a named format; a format that is not known has any."""
    if form not in _NETWORKS:
        return form not in _FORMS or re.fullmatch(_FORMS[form], text) is not None
    try:
        _NETWORKS[form](text, strict=False)
    except ValueError:
        return False
    return "/" in text


@cache
def compiled(pattern: str) -> Pattern | None:
    r"""Compile an ECMA expression; None for one that neither ``re`` nor ``regex`` (for ``\p{L}``) can read."""
    try:
        return re.compile(pattern)
    except re.error:
        pass
    try:
        return regex.compile(pattern)
    except regex.error:
        return None
