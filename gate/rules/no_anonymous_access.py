"""Resource policies that let anybody in."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Tree
from gate.tree.iam import resource_statements

_TEMPLATE = """
Resources:
  Queue: {{Type: AWS::SQS::Queue, Properties: {{RedriveAllowPolicy: {{redrivePermission: allowAll}}}}}}
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Queue]
      PolicyDocument:
        Statement: [{{Effect: Allow, Principal: {who}, Action: sqs:SendMessage, Resource: !GetAtt Queue.Arn}}]
"""
_TYPES = (
    "AWS::SQS::Queue",
    "AWS::SNS::Topic",
    "AWS::KMS::Key",
    "AWS::SecretsManager::Secret",
    "AWS::ECR::Repository",
    "AWS::Kinesis::Stream",
    "AWS::S3::Bucket",
)


@rule(
    id="W9677",
    title="A resource policy says who is let in",
    reason=(
        "A statement that allows everybody, without a condition, opens the queue, topic, key, secret or bucket to "
        "every AWS account. Security Hub: SQS.3, SNS.4, S3.2, KMS.5, Lambda.1."
    ),
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/sqs-controls.html",
    good=_TEMPLATE.format(who="{Service: events.amazonaws.com}"),
    bad=_TEMPLATE.format(who='"*"'),
    profile="production",
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at the statements of each policy, and at permissions to call functions."""
    fix = "Name the principal, or add a condition such as aws:SourceArn or aws:PrincipalOrgID."
    for resource in tree.resources(*_TYPES):
        if resource.get("WebsiteConfiguration") is not None:
            continue
        for statement in resource_statements(tree, resource):
            anybody = any(each.kind in {"*", "AWS"} and each.value == "*" for each in statement.principals)
            if statement.effect == "Allow" and anybody and not statement.conditions and statement.holder:
                yield Hit(statement.holder, statement.path, f"anybody is let in to {resource.path}", fix)
    for permission in tree.resources("AWS::Lambda::Permission"):
        narrowed = ("SourceArn", "SourceAccount", "PrincipalOrgID", "FunctionUrlAuthType")
        if permission.get("Principal") == "*" and all(permission.get(name) is None for name in narrowed):
            yield Hit(permission, "Principal", "anybody may call the function", fix)
