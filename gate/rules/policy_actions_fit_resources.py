"""Statements whose resources their actions never apply to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gate.authorization import Service, service
from gate.policies import Policy, policies
from gate.rule import Hit, rule
from gate.tree import Tree, as_text
from gate.tree.arns import bare, could_match, spelled, wildcard
from gate.tree.iam import Statement

_SLASHLESS: Final = frozenset({"bucket"})
"""Kinds whose ARN has no slash, though the form in the data does not say so."""

_TEMPLATE = """
Resources:
  Bucket: {{Type: AWS::S3::Bucket}}
  Policy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement: {{Effect: Allow, Action: s3:GetObject, Resource: !Sub "${{Bucket.Arn}}{tail}"}}
"""


@rule(
    id="E9405",
    title="The actions of a statement apply to its resources",
    reason=(
        "An action is only allowed on ARNs of the kind it works on. The ARN of a bucket does not cover its objects, "
        "that of a log group without ':*' not its streams, and no queue is covered by an action of Kinesis."
    ),
    source=(
        "https://docs.aws.amazon.com/service-authorization/latest/reference/"
        "reference_policies_actions-resources-contextkeys.html"
    ),
    good=_TEMPLATE.format(tail="/*"),
    bad=_TEMPLATE.format(tail=""),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the ARNs of each statement that allows something with the forms its actions take."""
    for policy in policies(tree):
        for statement in policy.statements if policy.service != "execute-api" else ():
            texts = _texts(tree, statement)
            for action in statement.actions if texts and statement.effect == "Allow" else ():
                name = as_text(action) or ""
                prefix, _, verb = name.lower().partition(":")
                known = service(prefix) if verb and "*" not in name and policy.service in {"", prefix} else None
                if known is None or any(_applies(known, verb, text) for text in texts):
                    continue
                if not _elsewhere(tree, policy, name, known):
                    kinds = " or ".join(known.actions[verb])
                    yield Hit(
                        policy.holder,
                        (*statement.path, "Resource"),
                        f"{name} applies to a resource of the kind {kinds}, and no resource of the statement is one",
                        f"Name the {kinds} by its ARN.",
                    )


def _texts(tree: Tree, statement: Statement) -> list[str]:
    """Return the resources of a statement, spelled; none if one of them is not known."""
    given = [spelled(tree, resource) for resource in statement.resources]
    texts = [text for text in given if text is not None and text.startswith(("arn:", "*"))]
    return texts if len(texts) == len(given) else []


def _elsewhere(tree: Tree, policy: Policy, name: str, known: Service) -> bool:
    """Tell whether another statement of the same holder allows the action where it applies."""
    return any(
        _applies(known, name.lower().partition(":")[2], text)
        for other in policies(tree)
        if other.holder is policy.holder and other.kind == policy.kind
        for statement in other.statements
        if any(wildcard((as_text(action) or "*").lower(), name.lower()) for action in statement.actions)
        for text in _texts(tree, statement) or ["*"]
    )


def _applies(known: Service, verb: str, text: str) -> bool:
    kinds = known.actions.get(verb, ())
    forms = [(kind, known.forms.get(kind.lower(), ())) for kind in kinds]
    if not kinds or not all(patterns for _, patterns in forms):
        return True
    return any(
        could_match(pattern, text) and not (kind in _SLASHLESS and "/" in bare(text))
        for kind, patterns in forms
        for pattern in patterns
    )
