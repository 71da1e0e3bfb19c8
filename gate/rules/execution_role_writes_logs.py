"""Logs of a Fargate task that its execution role may not write."""

from __future__ import annotations

from collections.abc import Iterator

from gate import execution
from gate.needs import Need, lacking, log_stream
from gate.rule import Hit, rule
from gate.tree import Tree, as_bool, as_text, dig
from gate.tree.arns import SOMETHING
from gate.workloads import TASK, fargate

_TEMPLATE = """
Resources:
  Logs: {{Type: AWS::Logs::LogGroup, Properties: {{LogGroupName: /films/worker}}}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {{Effect: Allow, Principal: {{Service: ecs-tasks.amazonaws.com}}, Action: sts:AssumeRole}}
      Policies:
        - PolicyName: logs
          PolicyDocument:
            Statement: {{Effect: Allow, Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: {resource}}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ExecutionRoleArn: !GetAtt Role.Arn
      RequiresCompatibilities: [FARGATE]
      ContainerDefinitions:
        - Name: a
          Image: a
          LogConfiguration: {{LogDriver: awslogs, Options: {{awslogs-group: !Ref Logs, awslogs-region: us-east-1}}}}
"""


@rule(
    id="E9422",
    title="The execution role may write to the log group of a Fargate task",
    reason=(
        "On Fargate the log driver writes with the execution role. Without logs:CreateLogStream and logs:PutLogEvents "
        "on the streams of the group (and logs:CreateLogGroup where it is to be made), no task starts."
    ),
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html",
    good=_TEMPLATE.format(resource="!GetAtt Logs.Arn"),
    bad=_TEMPLATE.format(resource='!Sub "arn:aws:logs:*:*:log-group:/films/api:*"'),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Ask the execution role of every Fargate task definition."""
    yield from lacking(tree, _needs(tree))


def _needs(tree: Tree) -> Iterator[Need]:
    for task in tree.resources(TASK):
        role = tree.target(task.get("ExecutionRoleArn"), "AWS::IAM::Role")
        if role is None or not fargate(tree, task):
            continue
        for path, options in execution.logs(task):
            region = as_text(dig(options, ("awslogs-region",)))
            if region not in {None, tree.context.region}:
                continue
            prefix = as_text(dig(options, ("awslogs-stream-prefix",)))
            stream = log_stream(
                tree, dig(options, ("awslogs-group",)), f"{prefix}/{SOMETHING}" if prefix else SOMETHING
            )
            if stream is None:
                continue
            actions = ["logs:CreateLogStream", "logs:PutLogEvents"]
            if as_bool(dig(options, ("awslogs-create-group",))):
                actions.append("logs:CreateLogGroup")
            yield Need(task, (*path, "awslogs-group"), role, tuple(actions), stream)
