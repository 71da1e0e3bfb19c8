"""Workloads that may use encrypted data, but not its key."""

from __future__ import annotations

from collections.abc import Iterator

from gate.access import DATA, KEY_USE, handed
from gate.needs import Need, key_of, lacking
from gate.rule import Hit, rule
from gate.tree import Tree
from gate.tree.iam import may
from gate.workloads import role, workloads

_TEMPLATE = """
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy: {{Statement: {{Effect: Allow, Principal: {{AWS: !Ref AWS::AccountId}}, Action: kms:*, Resource: "*"}}}}
  Queue: {{Type: AWS::SQS::Queue, Properties: {{KmsMasterKeyId: !Ref Key}}}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {{Effect: Allow, Principal: {{Service: ecs-tasks.amazonaws.com}}, Action: sts:AssumeRole}}
      Policies:
        - PolicyName: send
          PolicyDocument:
            Statement:
              - {{Effect: Allow, Action: sqs:SendMessage, Resource: !GetAtt Queue.Arn}}
              - {{Effect: Allow, Action: [{actions}], Resource: !GetAtt Key.Arn}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      TaskRoleArn: !GetAtt Role.Arn
      ContainerDefinitions: [{{Name: a, Image: a, Environment: [{{Name: QUEUE, Value: !Ref Queue}}]}}]
"""


@rule(
    id="E9427",
    title="A workload may use the key of the data that it reads and writes",
    reason=(
        "With a customer key, who writes needs kms:GenerateDataKey and who reads kms:Decrypt, beside the action. "
        "Otherwise the call ends with KMSAccessDeniedException while the deployment looks fine."
    ),
    source="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html",
    good=_TEMPLATE.format(actions='"kms:GenerateDataKey*", kms:Decrypt'),
    bad=_TEMPLATE.format(actions="kms:Decrypt"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Ask the role of every task definition and function about the key of each resource that it may use."""
    yield from lacking(tree, _needs(tree))


def _needs(tree: Tree) -> Iterator[Need]:
    for workload in workloads(tree):
        own = role(tree, workload)
        for path, reference, resource in handed(tree, workload) if own else ():
            key = key_of(tree, resource)
            if own is None or key is None:
                continue
            on = reference if resource.type.startswith("AWS::RDS::") else resource
            for action in DATA[resource.type]:
                if action in KEY_USE and may(tree, own, action, on):
                    service = f"{action.partition(':')[0]}.{tree.context.region}.{tree.context.url_suffix}"
                    yield Need(workload, path, own, KEY_USE[action], key, {"kms:ViaService": service})
