"""Statements whose resources their actions never apply to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gate.authorization import Service, service
from gate.policies import policies
from gate.rule import Hit, rule
from gate.tree import Tree, as_text
from gate.tree.arns import bare, could_match, spelled

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
        for statement in policy.statements:
            given = [spelled(tree, resource) for resource in statement.resources]
            texts = [text for text in given if text is not None]
            if statement.effect != "Allow" or not texts or len(texts) < len(given) or policy.service == "execute-api":
                continue
            for action in statement.actions:
                name = as_text(action) or ""
                prefix, _, verb = name.lower().partition(":")
                known = service(prefix) if verb and "*" not in name else None
                if known and not any(_applies(known, verb, text) for text in texts):
                    kinds = " or ".join(known.actions[verb])
                    yield Hit(
                        policy.holder,
                        (*statement.path, "Resource"),
                        f"{name} applies to a resource of the kind {kinds}, and no resource of the statement is one",
                        f"Name the {kinds} by its ARN.",
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
