"""The ARN of a resource as far as it is known before the deployment, and whether a pattern matches it.

Forms: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from gate.tree.identity import hashable
from gate.tree.values import Atom, Pseudo, Reference, Text, Unknown, concat, scalar, unknown

if TYPE_CHECKING:
    from gate.tree.resource import Resource
    from gate.tree.tree import Tree
    from gate.tree.values import Value

_OPEN, _CLOSE, _ANY = "\ue000", "\ue001", "\ue002"
"""A name that the deployment makes up stands between the first two; the third is one character that nobody knows."""

SOMETHING: Final = f"{_OPEN}something.{_CLOSE}"
"""A text that nobody knows, such as the name of a log stream."""
_SUFFIX = "-" + _ANY * 6
_ACCOUNT = "123456789012"

_FORMS: Final[dict[str, str]] = {
    "AWS::ApiGateway::RestApi": "execute-api:{region}:{account}:{name}",
    "AWS::ApiGatewayV2::Api": "execute-api:{region}:{account}:{name}",
    "AWS::CloudTrail::Trail": "cloudtrail:{region}:{account}:trail/{name}",
    "AWS::CloudWatch::Alarm": "cloudwatch:{region}:{account}:alarm:{name}",
    "AWS::CloudWatch::CompositeAlarm": "cloudwatch:{region}:{account}:alarm:{name}",
    "AWS::DynamoDB::Table": "dynamodb:{region}:{account}:table/{name}",
    "AWS::ECR::Repository": "ecr:{region}:{account}:repository/{name}",
    "AWS::EFS::AccessPoint": "elasticfilesystem:{region}:{account}:access-point/{name}",
    "AWS::EFS::FileSystem": "elasticfilesystem:{region}:{account}:file-system/{name}",
    "AWS::Events::Rule": "events:{region}:{account}:rule/{name}",
    "AWS::KMS::Key": "kms:{region}:{account}:key/{name}",
    "AWS::KMS::ReplicaKey": "kms:{region}:{account}:key/{name}",
    "AWS::Kinesis::Stream": "kinesis:{region}:{account}:stream/{name}",
    "AWS::KinesisFirehose::DeliveryStream": "firehose:{region}:{account}:deliverystream/{name}",
    "AWS::Lambda::Function": "lambda:{region}:{account}:function:{name}",
    "AWS::Logs::LogGroup": "logs:{region}:{account}:log-group:{name}:*",
    "AWS::S3::Bucket": "s3:::{name}",
    "AWS::SNS::Topic": "sns:{region}:{account}:{name}",
    "AWS::SQS::Queue": "sqs:{region}:{account}:{name}",
    "AWS::SSM::Parameter": "ssm:{region}:{account}:parameter/{name}",
    "AWS::SecretsManager::Secret": "secretsmanager:{region}:{account}:secret:{name}{suffix}",
    "AWS::StepFunctions::StateMachine": "states:{region}:{account}:stateMachine:{name}",
}
_ALSO_ARNS: Final = frozenset(
    {
        ("AWS::SNS::Topic", "Ref"),
        ("AWS::SNS::Topic", "TopicArn"),
        ("AWS::SecretsManager::Secret", "Ref"),
        ("AWS::SecretsManager::Secret", "Id"),
        ("AWS::StepFunctions::StateMachine", "Ref"),
    }
)
"""Attributes that are the ARN of the resource, beside ``Arn`` (their "Return values" in the template reference)."""


_FOREIGN: Final = ("AWS::CloudFormation::", "AWS::Serverless::")
"""Types whose ``Ref`` may be anything, beside custom resources and those of macros."""
_NAMED_BY_ID: Final = frozenset({"AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"})
_GIVEN: Final = "GivenName"
"""The attribute that stands for a name which CloudFormation or the service makes up."""


def account(tree: Tree) -> str:
    """Return the account of the deployment; where it is not known, one that stands for it."""
    return tree.context.account or _ACCOUNT


@lru_cache(maxsize=1024)
def arn_of(tree: Tree, resource: Resource) -> Value:
    """Return the ARN of a resource; Unknown for a type whose form is not listed here."""
    form = _FORMS.get(resource.type)
    if form is None:
        return Unknown(f"the ARN of a {resource.type}")
    given = None if resource.type in _NAMED_BY_ID else tree.name(resource)
    name = given if hashable(given) else Reference(resource.stack.path, resource.id, resource.type, _GIVEN)
    slash = isinstance(name, str) and form.endswith("/{name}") and name.startswith("/")  # SSM: parameter/a, not //a
    return concat(
        part
        for piece in re.split(r"(\{\w+\})", f"arn:{tree.context.partition}:" + form)
        for part in [
            {
                "{region}": tree.context.region,
                "{account}": account(tree),
                "{name}": name[1:] if slash and isinstance(name, str) else name,
                "{suffix}": _SUFFIX,
            }.get(piece, piece)
        ]
    )


def managed_secret(tree: Tree, kind: str = "cluster") -> str:
    """Return the ARN of a master secret that RDS manages, of a ``cluster`` or a ``db`` (instance).

    Source: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html
    """
    start = f"arn:{tree.context.partition}:secretsmanager:{tree.context.region}:{account(tree)}"
    return f"{start}:secret:rds!{kind}-{_OPEN}something.{_CLOSE}{_SUFFIX}"


def spelled(tree: Tree, value: Value) -> str | None:
    """Return a text in which each name that is not known yet is one unmistakable mark; None if a part is unknown.

    References to ARNs are written out, so that every way to write the same ARN gives the same text.
    """
    return None if isinstance(value, list | dict | None) or unknown(value) else _spelled(tree, value)


@lru_cache(maxsize=4096, typed=True)
def _spelled(tree: Tree, given: bool | float | str | Atom | Text) -> str | None:
    value = tree.literal(given)
    parts = value.parts if isinstance(value, Text) else (value,)
    text = "".join(_part(tree, part) for part in parts)
    if tree.context.account:
        return text
    return re.sub(r"^(arn:[^:]*:[^:]*:[^:]*:)\d+(?=:)|^()\d{12}$", rf"\g<1>{_ACCOUNT}", text)


def _part(tree: Tree, part: Value) -> str:
    if isinstance(part, Reference):
        return _reference(tree, part)
    if isinstance(part, Pseudo):
        return part.sample
    return scalar(part) if isinstance(part, bool | int | float | str) else f"{_OPEN}{part}.{_CLOSE}"


def _reference(tree: Tree, reference: Reference) -> str:
    named = reference.attribute == "Ref" or reference.attribute.endswith("Name")
    foreign = not reference.type.startswith("AWS::") or reference.type.startswith(_FOREIGN)
    attribute = f"{reference.attribute}?" if foreign else _GIVEN if named else reference.attribute
    mark = f"{_OPEN}{reference.stack}.{reference.id}.{attribute}{_CLOSE}"
    if reference.attribute == "MasterUserSecret.SecretArn":
        kind = "cluster" if reference.type == "AWS::RDS::DBCluster" else "db"
        return managed_secret(tree, kind).replace(
            SOMETHING, f"{_OPEN}{reference.stack}.{reference.id}.Secret.{_GIVEN}{_CLOSE}"
        )
    if foreign:
        return mark
    if (reference.type, reference.attribute) == ("AWS::DynamoDB::Table", "StreamArn"):
        table = Reference(reference.stack, reference.id, reference.type, "Arn")
        return f"{_reference(tree, table)}/stream/{SOMETHING}"
    if reference.attribute != "Arn" and (reference.type, reference.attribute) not in _ALSO_ARNS:
        return mark
    if reference.type not in _FORMS:
        return mark
    form = arn_of(tree, tree.at(reference))
    return "".join(_part(tree, part) for part in (form.parts if isinstance(form, Text) else (form,)))


_MARK = re.compile(f"{_OPEN}[^{_CLOSE}]*{_CLOSE}|{_ANY}+")
_SIGN = re.compile(f"{_OPEN}[^{_CLOSE}]*{_CLOSE}|.", re.DOTALL)
_NAMES: Final = f".{_GIVEN}{_CLOSE}"


def matches(pattern: str, text: str) -> bool | None:
    """Tell whether a spelled pattern with ``*`` and ``?`` matches a spelled text; None if that depends on a mark.

    Wildcards stay within a field of an ARN, and one with fewer than six fields goes on with wildcards. Source:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    """
    if not (pattern.startswith("arn:") and text.startswith("arn:")):
        return _field_matches(pattern, text)
    verdicts = [_field_matches(one, other) for one, other in zip(_fields(pattern), _fields(text), strict=True)]
    return False if False in verdicts else None if None in verdicts else True


def could_match(pattern: str, other: str) -> bool:
    """Tell whether some text fits both of two spelled patterns. A made-up name is some word, another mark anything."""
    one, two = (_MARK.sub(lambda mark: "x" if mark[0].endswith(_NAMES) else "*", side) for side in (pattern, other))
    if not (one.startswith("arn:") and two.startswith("arn:")):
        return _meet(list(one), list(two))
    fields = zip(_fields(one), _fields(two), strict=True)
    return all(wildcard(left, right) or _meet(list(left), list(right)) for left, right in fields)


def bare(text: str) -> str:
    """Return a spelled text without its marks."""
    return _MARK.sub("", text)


_COUNT = 6


def _fields(arn: str) -> list[str]:
    fields = arn.split(":", _COUNT - 1)
    return fields + ["*"] * (_COUNT - len(fields))


def _field_matches(pattern: str, text: str) -> bool | None:
    if wildcard(pattern, text):
        return True
    own, marks = set(_MARK.findall(pattern)), set(_MARK.findall(text))
    if any(mark[0] == _OPEN and not mark.endswith(_NAMES) for mark in own - marks):
        return None  # an attribute that may be anything
    if not marks - own or own - marks:
        return False
    unsure = [sign for mark in _SIGN.findall(text) for sign in (_free(mark) if mark in marks - own else [mark])]
    return None if _meet(_SIGN.findall(pattern), unsure) else False


_WORD, _UNIQUE = "\ue003", "\ue004"


def _free(mark: str) -> list[str]:
    """Return what a mark can be: any text, or for a name something that nobody can have written down in full."""
    return [_WORD, _UNIQUE, _WORD] if mark.endswith(_NAMES) else [_OPEN]


_LONGEST = 4096
"""Signs that are compared; an ARN has at most 2,048 (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html)."""
_WITHOUT = {"*": "", _OPEN: ":", _WORD: ":/"}
"""Signs that stand for any text, and what cannot occur in it."""


def _meet(one: list[str], other: list[str]) -> bool:
    """Tell whether some text fits both of two patterns, given sign by sign; what is too long may fit."""
    if len(one) + len(other) > _LONGEST:
        return True
    row = [all(sign in _WITHOUT for sign in other[place:]) for place in range(len(other) + 1)]
    for sign in reversed(one):
        above = row
        row = [sign == "*" and above[-1]] * (len(other) + 1)
        for place in range(len(other) - 1, -1, -1):
            theirs = other[place]
            alike = sign == theirs or "?" in {sign, theirs} or _ANY in {sign, theirs}
            row[place] = (
                (alike and above[place + 1])
                or (above[place] and (sign == "*" or sign not in _WITHOUT.get(theirs, sign)))
                or (row[place + 1] and (sign == "*" or theirs in _WITHOUT))
            )
    return row[0]


@lru_cache(maxsize=16384)
def wildcard(pattern: str, text: str) -> bool:
    """Match ``*`` and ``?`` as IAM does."""
    pieces = (".*" if sign == "*" else "." if sign == "?" else re.escape(sign) for sign in re.sub(r"\*+", "*", pattern))
    sane = pattern.count("*") <= 10 and len(pattern) + len(text) <= _LONGEST  # noqa: PLR2004
    return sane and re.fullmatch("".join(pieces), text, re.DOTALL) is not None
