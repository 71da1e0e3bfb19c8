"""Resource policies that speak of something else than their resource."""

from __future__ import annotations

from collections.abc import Iterator

from gate.policies import Policy, policies
from gate.rule import Hit, rule
from gate.tree import Resource, Tree, as_text, unknown
from gate.tree.arns import spelled
from gate.tree.iam import Statement, covers

_TEMPLATE = """
Resources:
  Jobs: {{Type: AWS::SQS::Queue}}
  Other: {{Type: AWS::SQS::Queue}}
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Jobs]
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: {{Service: sns.amazonaws.com}}
            Action: sqs:SendMessage
            Resource: !GetAtt {queue}.Arn
"""


@rule(
    id="E9406",
    title="A resource policy speaks of its own resource",
    reason=(
        "A resource policy may only name actions of its service (a trust policy only those of STS) and its own "
        "resource: S3, KMS, SNS and IAM refuse anything else, and elsewhere the statement never applies."
    ),
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html",
    good=_TEMPLATE.format(queue="Jobs"),
    bad=_TEMPLATE.format(queue="Other"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the actions and resources of every resource and trust policy with what it is on."""
    for policy in policies(tree):
        service = "sts" if policy.kind == "trust" else policy.service
        on = tree.targets(policy.holder.get(policy.about)) if policy.about else []
        sure = bool(on) and not unknown(policy.holder.get(policy.about)) if policy.about else False
        for statement in policy.statements:
            yield from _actions(policy, statement, service)
            yield from _resources(tree, policy, statement, on if sure else [])


def _actions(policy: Policy, statement: Statement, service: str) -> Iterator[Hit]:
    if policy.kind == "identity" or not service:
        return
    for action in (*statement.actions, *statement.not_actions):
        name = as_text(action)
        prefix, colon, _ = (name or "").lower().partition(":")
        if name and colon and "*" not in prefix and prefix != service:
            message = f"{name} is no action of {service}, and this policy can name no other"
            yield Hit(policy.holder, (*statement.path, "Action"), message, f"Name actions that start with {service}:.")


def _resources(tree: Tree, policy: Policy, statement: Statement, on: list[Resource]) -> Iterator[Hit]:
    for value in statement.resources:
        if not on or spelled(tree, value) is None:
            continue
        if all(covers(tree, value, resource) is False for resource in on):
            names = ", ".join(resource.path for resource in on)
            fix = "Name the resource that the policy is on."
            yield Hit(
                policy.holder, (*statement.path, "Resource"), f"{value} is not {names}, which the policy is on", fix
            )
