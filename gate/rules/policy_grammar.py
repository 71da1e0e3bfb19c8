"""Policy documents that IAM cannot read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from gate.policies import Policy, policies
from gate.rule import Hit, rule
from gate.tree import Path, Tree, Unknown, Value, as_text, items

_ELEMENTS: Final = (
    *("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"),
)
_OPERATOR: Final = re.compile(
    r"(For(AnyValue|AllValues):)?"
    r"(String(Not)?(Equals(IgnoreCase)?|Like)|(Numeric|Date)((Not)?Equals|(LessThan|GreaterThan)(Equals)?)|Bool"
    r"|BinaryEquals|(Not)?IpAddress|Arn(Not)?(Equals|Like)|Null)(IfExists)?",
    re.IGNORECASE,
)
_WITHOUT_RESOURCE: Final = ("elasticfilesystem", "ecr")
"""Policies of these services are on one resource and need not name it."""

_TEMPLATE = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {{Effect: {effect}, Principal: {{Service: ecs-tasks.amazonaws.com}}, Action: sts:AssumeRole}}
"""


@rule(
    id="E9401",
    title="A policy keeps to the grammar",
    reason=(
        "IAM and every service with resource policies refuse a document with a misspelt element, a wrong effect or "
        "version, two statements of one Sid, or a statement without action, resource or principal."
    ),
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html",
    good=_TEMPLATE.format(effect="Allow"),
    bad=_TEMPLATE.format(effect="Allowed"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Read every policy of the tree."""
    for policy in policies(tree):
        for path, message, fix in _document(policy):
            yield Hit(policy.holder, (*policy.path, *path), message, fix)


def _document(policy: Policy) -> Iterator[tuple[Path, str, str]]:
    document = policy.document
    if not isinstance(document, dict):
        return
    for key in document.keys() - {"Version", "Id", "Statement"}:
        yield (key,), f"a policy has no element {key}", "Write Version, Id and Statement only."
    version = as_text(document.get("Version"))
    if version is not None and version not in {"2012-10-17", "2008-10-17"}:
        yield ("Version",), f"there is no policy version {version}", 'Write Version: "2012-10-17".'
    if document.get("Statement") is None:
        yield (), "the policy has no Statement", "Give it statements."
    listed = document.get("Statement")
    judged = listed if policy.kind != "resource" else None
    sids = Counter(sid for body in items(judged) if isinstance(body, dict) and (sid := as_text(body.get("Sid"))))
    for sid in (sid for sid, count in sids.items() if count > 1):
        yield ("Statement",), f"{sids[sid]} statements have the Sid {sid}", "Give each its own, or leave Sid out."
    for index, body in enumerate(items(listed)):
        at: Path = ("Statement", index) if isinstance(listed, list) else ("Statement",)
        if isinstance(body, dict):
            yield from ((((*at, *path), message, fix)) for path, message, fix in _statement(policy, body))
        elif isinstance(body, str | int | float | list):
            yield at, "a statement is no object", "Write an object with Effect, Action and so on."


def _statement(policy: Policy, body: dict[str, Value]) -> Iterator[tuple[Path, str, str]]:
    for key in body.keys() - set(_ELEMENTS):
        yield (key,), f"a statement has no element {key}", f"Known are {', '.join(_ELEMENTS)}."
    effect = as_text(body.get("Effect"))
    if body.get("Effect") is None or (effect is not None and effect not in {"Allow", "Deny"}):
        yield ("Effect",), f"the effect is {effect or 'missing'}; only Allow and Deny exist", "Write Allow or Deny."
    yield from _needed(body, "Action", wanted=True)
    yield from _needed(body, "Principal", wanted=policy.kind != "identity")
    if policy.service not in _WITHOUT_RESOURCE:
        yield from _needed(body, "Resource", wanted=policy.kind != "trust")
    sid = as_text(body.get("Sid"))
    if policy.kind == "identity" and sid and not re.fullmatch(r"[A-Za-z0-9]+", sid):
        yield ("Sid",), f"the Sid {sid!r} has other signs than letters and digits", "Use letters and digits only."
    conditions = body.get("Condition")
    if isinstance(conditions, str | int | float | list):
        yield ("Condition",), "Condition is no object", "Write operators, each with keys and values."
    for operator, tests in conditions.items() if isinstance(conditions, dict) else ():
        if not _OPERATOR.fullmatch(operator):
            yield ("Condition", operator), f"there is no condition operator {operator}", "Use one that IAM documents."
        elif not isinstance(tests, dict | Unknown):
            yield ("Condition", operator), f"{operator} has no keys", "Write the condition key and its values."


def _needed(body: dict[str, Value], element: str, *, wanted: bool) -> Iterator[tuple[Path, str, str]]:
    """Want an element or its opposite, never both; or neither, where it makes no sense."""
    given = [key for key in (element, f"Not{element}") if body.get(key) is not None]
    if len(given) == 2:
        yield (given[1],), f"a statement has both {given[0]} and {given[1]}", "Keep one of them."
    elif wanted and not given:
        yield (), f"a statement has no {element}", f"Say which {element} it is about."
    elif given and not wanted:
        yield (given[0],), f"{given[0]} is not allowed in this kind of policy", f"Remove {given[0]}."
