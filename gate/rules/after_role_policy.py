"""What uses a role at once, but does not wait for the role's separate policies."""

from __future__ import annotations

from collections.abc import Iterator

from gate.ordering import unordered
from gate.rule import Hit, rule
from gate.tree import Resource, Tree, Value, as_text, items, walk

_TEMPLATE = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{{Effect: Allow, Principal: {{Service: lambda.amazonaws.com}}, Action: "sts:AssumeRole"}}]
  Reads:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: reads
      Roles: [!Ref Role]
      PolicyDocument:
        Statement: [{{Effect: Allow, Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage"], Resource: "*"}}]
  Queue: {{Type: AWS::SQS::Queue}}
  Function:
    Type: AWS::Lambda::Function
    Properties: {{Role: !GetAtt Role.Arn, Runtime: python3.12, Handler: index.handler, Code: {{ZipFile: "pass"}}}}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    {waits}
    Properties: {{FunctionName: !Ref Function, EventSourceArn: !GetAtt Queue.Arn}}
"""
_POLICIES = {
    "AWS::IAM::Policy": "Roles",
    "AWS::IAM::ManagedPolicy": "Roles",
    "AWS::IAM::RolePolicy": "RoleName",
}
_CHECKED = {
    "AWS::CloudTrail::Trail": ("CloudWatchLogsRoleArn", "logs"),
    "AWS::ApiGateway::Account": ("CloudWatchRoleArn", "logs"),
    "AWS::RDS::DBInstance": ("MonitoringRoleArn", "logs"),
    "AWS::RDS::DBCluster": ("MonitoringRoleArn", "logs"),
    "AWS::Logs::SubscriptionFilter": ("RoleArn", "kinesis|firehose"),
}
"""Where a service tests a role's permissions when the resource is created, and the actions that it tests."""


@rule(
    id="E9236",
    title="What a service tests at once waits for the policies of the role",
    reason=(
        "A reference to a role waits for the role, not for policies that are resources of their own. Event source "
        "mappings, functions in a VPC, trails, enhanced monitoring, API logging and subscriptions are refused when the "
        "role may not do its work yet."
    ),
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html",
    good=_TEMPLATE.format(waits="DependsOn: Reads"),
    bad=_TEMPLATE.format(waits=""),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at the order between each use that is tested and the separate policies with the actions it takes."""
    for resource, path, value, services in _tested(tree):
        role = tree.target(value, "AWS::IAM::Role")
        if role is None or role.get("ManagedPolicyArns") or _allows(role.get("Policies"), services):
            continue
        policies = [
            policy
            for policy in tree.resources(*_POLICIES)
            if _allows(policy.get("PolicyDocument"), services)
            and any(tree.target(item, "AWS::IAM::Role") is role for item in items(policy.get(_POLICIES[policy.type])))
        ]
        late = unordered(policies, resource)
        if late and len(late) == len(policies):
            message = f"it may be created before {late[0].path}, which the role {role.id} works by"
            yield Hit(resource, path, message, f"Add {late[0].id} to DependsOn.")


def _tested(tree: Tree) -> Iterator[tuple[Resource, str, Value, str]]:
    for resource in tree.resources(*_CHECKED):
        name, services = _CHECKED[resource.type]
        yield resource, name, resource.get(name), services
    for function in tree.resources("AWS::Lambda::Function"):
        if function.get("VpcConfig.SubnetIds"):
            yield function, "Role", function.get("Role"), "ec2"
    for mapping in tree.resources("AWS::Lambda::EventSourceMapping"):
        handler = tree.target(mapping.get("FunctionName"), "AWS::Lambda::Function")
        source = tree.target(mapping.get("EventSourceArn"))
        if handler and source:
            yield mapping, "FunctionName", handler.get("Role"), source.type.split("::")[1].lower()


def _allows(document: Value, services: str) -> bool:
    """Tell whether a policy has an action of one of the services; an action that is not known may be one."""
    for path, value in walk(document):
        if "Action" in path and not isinstance(value, list):
            action = as_text(value)
            if action is None or action == "*" or action.split(":")[0].lower() in services.split("|"):
                return True
    return False
