"""Workloads that may not use what they are handed."""

from __future__ import annotations

from collections.abc import Iterator

from gate.access import DATA, handed
from gate.needs import Need, lacking, touches
from gate.rule import Hit, rule
from gate.tree import Tree
from gate.workloads import FUNCTION, role, workloads

_TEMPLATE = """
Resources:
  Stream: {{Type: AWS::Kinesis::Stream, Properties: {{ShardCount: 1}}}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {{Effect: Allow, Principal: {{Service: ecs-tasks.amazonaws.com}}, Action: sts:AssumeRole}}
      Policies:
        - PolicyName: stream
          PolicyDocument:
            Statement: {{Effect: Allow, Action: ["kinesis:Describe*", {action}], Resource: !GetAtt Stream.Arn}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      TaskRoleArn: !GetAtt Role.Arn
      ContainerDefinitions: [{{Name: a, Image: a, Environment: [{{Name: STREAM, Value: !Ref Stream}}]}}]
"""


@rule(
    id="E9426",
    title="A workload may use the stream, queue, topic, table, bucket or secret that it is handed",
    reason=(
        "A container or function that is told a resource's name or ARN is meant to use it. If its role allows nothing "
        "that does (for a container: no more than to describe it), calls end with AccessDeniedException while the "
        "deployment looks fine."
    ),
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html",
    good=_TEMPLATE.format(action="kinesis:PutRecord"),
    bad=_TEMPLATE.format(action="kinesis:ListShards"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Ask the role of every task definition and function about each resource in its environment."""
    yield from lacking(tree, _needs(tree))


def _needs(tree: Tree) -> Iterator[Need]:
    for workload in workloads(tree):
        own = role(tree, workload)
        for path, reference, resource in handed(tree, workload) if own else ():
            on = reference if resource.type.startswith("AWS::RDS::") else resource
            managing = workload.type == FUNCTION and touches(tree, own, on) is not False if own else False
            if own and not managing:
                yield Need(workload, path, own, DATA[resource.type], on, either=True)
