"""Functions that may not read what triggers them."""

from __future__ import annotations

from collections.abc import Iterator

from gate.deliveries import READ, delivery
from gate.needs import Need, lacking
from gate.rule import Hit, rule
from gate.tree import Tree

_TEMPLATE = """
Resources:
  Jobs: {{Type: AWS::SQS::Queue}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {{Effect: Allow, Principal: {{Service: lambda.amazonaws.com}}, Action: sts:AssumeRole}}
      Policies:
        - PolicyName: read
          PolicyDocument: {{Statement: {{Effect: Allow, Action: ["sqs:ReceiveMessage", {action}], Resource: "*"}}}}
  Function:
    Type: AWS::Lambda::Function
    Properties: {{Role: !GetAtt Role.Arn, Handler: a.b, Runtime: python3.13, Code: {{ZipFile: a}}}}
  Source:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {{FunctionName: !Ref Function, EventSourceArn: !GetAtt Jobs.Arn}}
"""


@rule(
    id="E9435",
    title="A function may read the stream or queue that triggers it",
    reason=(
        "Lambda polls an event source with the function's role, and refuses to create a mapping if that may not read "
        "the source (and use its key)."
    ),
    source="https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html",
    good=_TEMPLATE.format(action='"sqs:DeleteMessage", "sqs:GetQueueAttributes"'),
    bad=_TEMPLATE.format(action='"sqs:DeleteMessage"'),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Ask the role of the function behind every event source mapping."""
    yield from lacking(tree, _needs(tree))


def _needs(tree: Tree) -> Iterator[Need]:
    for mapping in tree.resources("AWS::Lambda::EventSourceMapping"):
        function = tree.target(mapping.get("FunctionName"), "AWS::Lambda::Function")
        role = tree.target(function.get("Role"), "AWS::IAM::Role") if function else None
        if role:
            source = mapping.get("EventSourceArn")
            yield from delivery(tree, mapping, ("EventSourceArn",), role=role, to=source, actions=READ)
