"""Resources that claim the same name or place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gate import schemas
from gate.rule import Hit, rule
from gate.tree import Resource, Tree, Value, as_text, show, unknown

_TEMPLATE = """
Parameters:
  Environment: {{Type: String, Default: dev}}
Resources:
  First: {{Type: AWS::SQS::Queue, Properties: {{QueueName: !Sub "work-${{Environment}}"}}}}
  Second: {{Type: AWS::SQS::Queue, Properties: {{QueueName: !Sub "{second}-${{Environment}}"}}}}
"""
_MORE_KEYS: Mapping[str, Sequence[tuple[str, ...]]] = {
    "AWS::SQS::Queue": [("QueueName",)],
    "AWS::SNS::Topic": [("TopicName",)],
    "AWS::SecretsManager::Secret": [("Name",)],
    "AWS::IAM::ManagedPolicy": [("ManagedPolicyName", "Path")],
    "AWS::ElasticLoadBalancingV2::LoadBalancer": [("Name",)],
    "AWS::ElasticLoadBalancingV2::TargetGroup": [("Name",)],
    "AWS::ElasticLoadBalancingV2::Listener": [("LoadBalancerArn", "Port")],
    "AWS::ElasticLoadBalancingV2::ListenerRule": [("ListenerArn", "Priority")],
    "AWS::EC2::Route": [
        ("RouteTableId", "DestinationCidrBlock"),
        ("RouteTableId", "DestinationIpv6CidrBlock"),
        ("RouteTableId", "DestinationPrefixListId"),
    ],
    "AWS::EC2::SecurityGroup": [("VpcId", "GroupName")],
    "AWS::EC2::SubnetRouteTableAssociation": [("SubnetId",)],
    "AWS::EC2::VPCGatewayAttachment": [("VpcId", "AttachmentType"), ("InternetGatewayId",), ("VpnGatewayId",)],
    "AWS::EC2::NatGateway": [("AllocationId",)],
    "AWS::EC2::EIPAssociation": [("AllocationId",)],
    "AWS::EFS::MountTarget": [("FileSystemId", "SubnetId")],
    "AWS::ECS::Service": [("Cluster", "ServiceName")],
    "AWS::ECS::ClusterCapacityProviderAssociations": [("Cluster",)],
    "AWS::ElastiCache::ParameterGroup": [("CacheParameterGroupName",)],
    "AWS::ApiGateway::Resource": [("ParentId", "PathPart")],
    "AWS::ApiGateway::GatewayResponse": [("RestApiId", "ResponseType")],
    "AWS::ApiGatewayV2::Route": [("ApiId", "RouteKey")],
    "AWS::CloudWatch::CompositeAlarm": [("AlarmName",)],
    "AWS::Events::Rule": [("EventBusName", "Name")],
    "AWS::Lambda::EventSourceMapping": [("FunctionName", "EventSourceArn")],
    "AWS::WAFv2::WebACL": [("Name", "Scope")],
    "AWS::WAFv2::IPSet": [("Name", "Scope")],
    "AWS::WAFv2::WebACLAssociation": [("ResourceArn",)],
    "AWS::SecretsManager::RotationSchedule": [("SecretId",)],
    "AWS::SecretsManager::ResourcePolicy": [("SecretId",)],
    "AWS::ApplicationAutoScaling::ScalingPolicy": [("PolicyName", "ScalingTargetId")],
    "AWS::StepFunctions::StateMachine": [("StateMachineName",)],
    "AWS::Kinesis::StreamConsumer": [("StreamARN", "ConsumerName")],
}
"""What else is unique, where the registry's identifier is made by AWS ("already exists" errors of each Create API)."""
_ANY_CASE = ("AWS::RDS::", "AWS::ElastiCache::", "AWS::IAM::")
"""Services whose names differ by more than upper and lower case."""
_OPTIONAL = {"Path", "EventBusName"}
"""Parts of a key with a default."""


@rule(
    id="E9250",
    title="No two resources claim the same name or place",
    reason=(
        "The second resource with a taken name, route, association, listener port, rule priority or stage fails with "
        "'already exists'. Two stacks of one tree, or two uses of one template, do not see each other's names."
    ),
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html",
    good=_TEMPLATE.format(second="rest"),
    bad=_TEMPLATE.format(second="work"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the identifiers of all resources of a type, and the other keys that its service keeps unique."""
    taken: dict[tuple[str, tuple[str, ...], tuple[Value, ...]], Resource] = {}
    for resource in tree.resources():
        for key in _keys(resource.type, tree.context.region):
            values = tuple(_value(tree, resource, name) for name in key)
            if None in values:
                continue
            claim = (resource.type, key, values)
            first = taken.setdefault(claim, resource)
            if first is not resource and _together(first, resource):
                last = key[-1]
                message = f"{first.path} has the same {' and '.join(key)}: {show(values[key.index(last)])}"
                yield Hit(resource, last, message, "Give each its own, or remove one of them.")


def _keys(type_: str, region: str) -> Iterator[tuple[str, ...]]:
    yield from _MORE_KEYS.get(type_, [])
    schema = schemas.schema(type_, region)
    if schema and not set(schema.primary_identifier) & schema.read_only:
        yield schema.primary_identifier


def _value(tree: Tree, resource: Resource, name: str) -> Value:
    if name == "AttachmentType":
        return "internet" if resource.get("InternetGatewayId") is not None else "VPN"
    given = tree.literal(resource.get(name))
    if given is None and name in _OPTIONAL:
        return "default"
    if isinstance(given, list | dict) or unknown(given):
        return None
    text = as_text(given)
    if text is None:
        return given
    return text.lower() if resource.type.startswith(_ANY_CASE) else text


def _together(first: Resource, second: Resource) -> bool:
    """Tell whether both are created: unconditionally, or by the same condition."""
    if first.condition and second.condition:
        return True
    same_stack = first.stack is second.stack
    return same_stack and first.raw.get("Condition") == second.raw.get("Condition")
