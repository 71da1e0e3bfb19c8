"""Functions that the service which is to call them may not call."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.senders import FUNCTION, Sender, senders
from gate.tree import Resource, Tree, as_text
from gate.tree.arns import wildcard
from gate.tree.compare import all_true, any_true
from gate.tree.iam import covers, is_service

_TEMPLATE = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {{Effect: Allow, Principal: {{Service: lambda.amazonaws.com}}, Action: sts:AssumeRole}}
  Function:
    Type: AWS::Lambda::Function
    Properties: {{Role: !GetAtt Role.Arn, Handler: a.b, Runtime: python3.13, Code: {{ZipFile: a}}}}
  Nightly:
    Type: AWS::Events::Rule
    Properties:
      ScheduleExpression: rate(1 day)
      Targets: [{{Id: a, Arn: !GetAtt Function.Arn}}]
  Permission:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref Function
      Action: lambda:InvokeFunction
      Principal: {service}.amazonaws.com
"""


@rule(
    id="E9441",
    title="A function lets the service that calls it invoke it",
    reason=(
        "Secrets Manager, S3, SNS, EventBridge, API Gateway and others may only call a function that has a permission "
        "for them. Secrets Manager and S3 refuse to be set up otherwise; the others' calls fail."
    ),
    source="https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",
    good=_TEMPLATE.format(service="events"),
    bad=_TEMPLATE.format(service="s3"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look for a permission for each call to a function of the tree."""
    permissions: dict[Resource, list[Resource]] = {}
    for permission in tree.resources("AWS::Lambda::Permission"):
        function = _function(tree, permission)
        if function:
            permissions.setdefault(function, []).append(permission)
    for sender in senders(tree, FUNCTION):
        if sender.target.stack.template.opaque or sender.by.stack.template.opaque:
            continue
        if any_true(_permits(tree, permission, sender) for permission in permissions.get(sender.target, [])) is False:
            yield Hit(
                sender.by,
                sender.path,
                f"{sender.service} may not invoke {sender.target.path}",
                f"Add an AWS::Lambda::Permission for {sender.service}, with its SourceArn or SourceAccount.",
            )


def _function(tree: Tree, permission: Resource) -> Resource | None:
    """Return the function that a permission is for; one for an alias or version counts for its function."""
    named = tree.target(permission.get("FunctionName"), FUNCTION, "AWS::Lambda::Alias", "AWS::Lambda::Version")
    return tree.target(named.get("FunctionName"), FUNCTION) if named and named.type != FUNCTION else named


def _permits(tree: Tree, permission: Resource, sender: Sender) -> bool | None:
    action, source = as_text(permission.get("Action")), permission.get("SourceArn")
    return all_true(
        [
            None if action is None else wildcard(action.lower(), "lambda:invokefunction"),
            is_service(permission.get("Principal"), sender.service),
            True if source is None else None if sender.source is None else covers(tree, source, sender.source),
        ]
    )
