"""Actions that no service has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gate.authorization import service
from gate.policies import policies
from gate.rule import Hit, rule
from gate.tree import Tree, as_text
from gate.tree.arns import wildcard

_TEMPLATE = """
Resources:
  Policy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement: {{Effect: Allow, Action: ["sqs:Send*", {action}], Resource: "*"}}
"""


@rule(
    id="E9402",
    title="Every action of a policy exists",
    reason=(
        "An action is the service's prefix, a colon and a name. IAM refuses one without a prefix; a name that the "
        "service does not have allows nothing, so the call is refused at run time."
    ),
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html",
    good=_TEMPLATE.format(action="kinesis:GetRecords"),
    bad=_TEMPLATE.format(action="kinesis:GetRecord"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look every action up."""
    for policy in policies(tree):
        for statement in policy.statements:
            actions = [name for action in (*statement.actions, *statement.not_actions) if (name := as_text(action))]
            valid = {_prefix(name) for name in actions if _exists(name)}
            for name in actions:
                wrong = _malformed(name) or (None if _exists(name) else f"{name} is no action of {_prefix(name)}")
                # IAM takes an unknown service or name; among others that exist it does no harm
                known = service(_prefix(name)) is not None
                spare = _prefix(name) in valid if known else bool(valid)
                harmless = policy.kind == "identity" and ":" in name and spare
                if wrong and not harmless:
                    yield Hit(
                        policy.holder,
                        (*statement.path, "Action" if statement.actions else "NotAction"),
                        wrong,
                        "Write an action as the Service Authorization Reference spells it, such as kinesis:PutRecord.",
                    )


def _prefix(name: str) -> str:
    return name.partition(":")[0].lower()


def _malformed(name: str) -> str | None:
    if name == "*":
        return None
    prefix, colon, _ = name.partition(":")
    if not colon:
        return f"{name} has no service prefix"
    if "*" in prefix or "?" in prefix:
        return f"{name} has a wildcard in the service prefix"
    return None if service(prefix) else f"{name}: there is no service {prefix}"


def _exists(name: str) -> bool:
    found = service(_prefix(name))
    verb = name.partition(":")[2].lower()
    return (
        name == "*" or name.lower() in _OLD or (found is not None and any(wildcard(verb, own) for own in found.actions))
    )


_OLD: Final = frozenset({"sns:receive"})
"""Actions without a meaning that services still take, as in the policy that a topic is born with."""
