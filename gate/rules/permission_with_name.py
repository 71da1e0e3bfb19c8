"""A workload that may use a stream, queue, table or secret, but is not told which."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Reference, Resource, Tree, as_text, references
from gate.tree.iam import identity_statements, wildcard
from gate.workloads import entries, handed, readable, role, told_of, workloads

_TEMPLATE = """
Resources:
  Queue: {{Type: AWS::SQS::Queue}}
  Stream: {{Type: AWS::Kinesis::Stream, Properties: {{ShardCount: 1}}}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{{Effect: Allow, Action: sts:AssumeRole, Principal: {{Service: ecs-tasks.amazonaws.com}}}}]
      Policies:
        - PolicyName: use
          PolicyDocument:
            Statement:
              - {{Effect: Allow, Action: sqs:SendMessage, Resource: !GetAtt Queue.Arn}}
              - {{Effect: Allow, Action: kinesis:PutRecord, Resource: !GetAtt Stream.Arn}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      TaskRoleArn: !GetAtt Role.Arn
      ContainerDefinitions:
        - {{Name: app, Image: app, Environment: [{{Name: STREAM, Value: !Ref Stream}}{queue}]}}
"""
_USES = {
    "AWS::Kinesis::Stream": ("kinesis:PutRecord", "kinesis:PutRecords", "kinesis:GetRecords"),
    "AWS::SQS::Queue": ("sqs:SendMessage", "sqs:ReceiveMessage"),
    "AWS::SNS::Topic": ("sns:Publish",),
    "AWS::DynamoDB::Table": ("dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:Query"),
    "AWS::KinesisFirehose::DeliveryStream": ("firehose:PutRecord", "firehose:PutRecordBatch"),
    "AWS::StepFunctions::StateMachine": ("states:StartExecution",),
    "AWS::SecretsManager::Secret": ("secretsmanager:GetSecretValue",),
    "AWS::RDS::DBCluster": ("secretsmanager:GetSecretValue",),
    "AWS::RDS::DBInstance": ("secretsmanager:GetSecretValue",),
}
"""The actions of who works with what is in them (Service Authorization Reference, 2026-11)."""


_IDENTITIES = {"Arn", "Ref", "Id", "TopicArn", "MasterUserSecret.SecretArn"}


@rule(
    id="E9503",
    title="A workload is told of the streams, queues, tables and secrets that its role is for",
    reason=(
        "A role that names one queue says that the workload is meant to use it. Where the workload gets the other "
        "names in its environment, a missing one is a variable that was forgotten: it fails when it first needs it."
    ),
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html",
    good=_TEMPLATE.format(queue=", {Name: QUEUE_URL, Value: !Ref Queue}"),
    bad=_TEMPLATE.format(queue=""),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare what the roles of each workload name with what the workload is told."""
    everybody = list(workloads(tree))
    for workload in everybody:
        if not any(references(entry.value) for entry in entries(workload)):
            continue
        for holder in _roles(tree, workload):
            sharers = [other for other in everybody if holder in _roles(tree, other)]
            for reference, action in _meant(tree, holder).items():
                if all(readable(tree, each) and not _told(tree, each, reference) for each in sharers):
                    message = f"its role has {action} on {reference}, but nothing tells it of {reference.id}"
                    yield Hit(workload, (), message, f"Add a variable with the name, URL or ARN of {reference.id}.")


def _roles(tree: Tree, workload: Resource) -> list[Resource]:
    execution = tree.target(workload.get("ExecutionRoleArn"), "AWS::IAM::Role")
    return [holder for holder in (role(tree, workload), execution) if holder]


def _told(tree: Tree, workload: Resource, reference: Reference) -> bool:
    if "." in reference.attribute:  # a secret of its own, not the database
        return reference in handed(tree, workload)
    return told_of(tree, workload, tree.at(reference))


def _meant(tree: Tree, holder: Resource) -> dict[Reference, str]:
    """Return what statements of a role name one by one, each with an action that uses it."""
    found: dict[Reference, str] = {}
    for statement in identity_statements(tree, holder):
        patterns = [text.lower() for action in statement.actions if (text := as_text(action))]
        for value in statement.resources if statement.effect == "Allow" else ():
            for reference in references(value):
                for action in _USES.get(reference.type, ()):
                    if reference.attribute in _IDENTITIES and any(
                        wildcard(pattern, action.lower()) for pattern in patterns
                    ):
                        found.setdefault(reference, action)
    return found
