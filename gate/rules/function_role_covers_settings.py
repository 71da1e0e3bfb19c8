"""Functions whose role lacks what their own settings need."""

from __future__ import annotations

from collections.abc import Iterator

from gate.deliveries import SEND, delivery
from gate.needs import Need, key, lacking, log_stream
from gate.rule import Hit, rule
from gate.tree import Resource, Tree, as_text
from gate.tree.arns import SOMETHING, spelled
from gate.workloads import FUNCTION

_TEMPLATE = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {{Effect: Allow, Principal: {{Service: lambda.amazonaws.com}}, Action: sts:AssumeRole}}
      ManagedPolicyArns: ["arn:aws:iam::aws:policy/service-role/{policy}"]
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Handler: a.b
      Runtime: python3.13
      Code: {{ZipFile: a}}
      VpcConfig: {{SubnetIds: [subnet-0123456789abcdef0], SecurityGroupIds: [sg-0123456789abcdef0]}}
"""
_NETWORK = ("ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface")
_TRACES = ("xray:PutTraceSegments", "xray:PutTelemetryRecords")
_DESTINATIONS = ("DestinationConfig.OnFailure.Destination", "DestinationConfig.OnSuccess.Destination")


@rule(
    id="E9436",
    title="A function's role covers its network, traces, logs, key and destinations",
    reason=(
        "Lambda makes network interfaces, sends traces and dead letters, writes logs and decrypts the environment with "
        "the function's role. It refuses a function in a VPC, with tracing or with a dead-letter queue whose role may "
        "not do that; logs and messages to other destinations are lost."
    ),
    source="https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
    good=_TEMPLATE.format(policy="AWSLambdaVPCAccessExecutionRole"),
    bad=_TEMPLATE.format(policy="AWSLambdaBasicExecutionRole"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Ask the role of every function."""
    yield from lacking(tree, _needs(tree))


def _needs(tree: Tree) -> Iterator[Need]:
    for function in tree.resources(FUNCTION):
        role = tree.target(function.get("Role"), "AWS::IAM::Role")
        if role:
            yield from _settings(tree, function, role)
    for holder in tree.resources("AWS::Lambda::EventSourceMapping", "AWS::Lambda::EventInvokeConfig"):
        owner = tree.target(holder.get("FunctionName"), FUNCTION)
        role = tree.target(owner.get("Role"), "AWS::IAM::Role") if owner else None
        for path in _DESTINATIONS if role else ():
            if role:
                at = tuple(path.split("."))
                yield from delivery(tree, holder, at, role=role, to=holder.get(path), actions=SEND)


def _settings(tree: Tree, function: Resource, role: Resource) -> Iterator[Need]:
    if function.get("VpcConfig.SubnetIds") not in (None, []):
        yield Need(function, ("VpcConfig",), role, _NETWORK, None)
    if as_text(function.get("TracingConfig.Mode")) == "Active":
        yield Need(function, ("TracingConfig",), role, _TRACES, None)
    letters = function.get("DeadLetterConfig.TargetArn")
    yield from delivery(tree, function, ("DeadLetterConfig", "TargetArn"), role=role, to=letters, actions=SEND)
    own_key = key(tree, function.get("KmsKeyArn"))
    if own_key and function.get("Environment.Variables"):
        yield Need(function, ("KmsKeyArn",), role, ("kms:Decrypt",), own_key)
    group = _log_group(tree, function)
    if group:
        stream = log_stream(tree, group.reference, SOMETHING)
        yield Need(function, (), role, ("logs:CreateLogStream", "logs:PutLogEvents"), stream)


def _log_group(tree: Tree, function: Resource) -> Resource | None:
    """Return the log group of a function, if the tree has it: as set, or the one with the name that Lambda uses."""
    given = function.get("LoggingConfig.LogGroup")
    if given is not None:
        return tree.target(given, "AWS::Logs::LogGroup")
    name = spelled(tree, tree.name(function) or function.reference)
    groups = tree.resources("AWS::Logs::LogGroup")
    return next((group for group in groups if name and spelled(tree, tree.name(group)) == f"/aws/lambda/{name}"), None)
