"""Actions that no service has."""

from __future__ import annotations

from collections.abc import Iterator

from gate.authorization import service
from gate.policies import policies
from gate.rule import Hit, rule
from gate.tree import Tree, Value, as_text
from gate.tree.arns import wildcard

_TEMPLATE = """
Resources:
  Policy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement: {{Effect: Allow, Action: ["kinesis:Put*", {action}], Resource: "*"}}
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
            for action in (*statement.actions, *statement.not_actions):
                wrong = _wrong(action)
                if wrong:
                    yield Hit(
                        policy.holder,
                        (*statement.path, "Action" if statement.actions else "NotAction"),
                        wrong,
                        "Write an action as the Service Authorization Reference spells it, such as kinesis:PutRecord.",
                    )


def _wrong(action: Value) -> str | None:
    name = as_text(action)
    if name is None or name == "*":
        return None
    prefix, colon, verb = name.partition(":")
    if not colon:
        return f"{name} has no service prefix"
    if "*" in prefix or "?" in prefix:
        return f"{name} has a wildcard in the service prefix"
    found = service(prefix)
    if found is None:
        return f"{name}: there is no service {prefix}"
    if any(wildcard(verb.lower(), known) for known in found.actions):
        return None
    return f"{name} is no action of {prefix}"
