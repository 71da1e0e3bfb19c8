"""Functions in a VPC that cannot reach the AWS service that they are for."""

from __future__ import annotations

from collections.abc import Iterator

from gate.completeness import complete
from gate.network import Way, subnets, vpc, way_out
from gate.rule import Hit, rule
from gate.tree import Resource, Tree, text
from gate.workloads import FUNCTION, entries, placements

_TEMPLATE = """
Resources:
  Vpc: {{Type: AWS::EC2::VPC, Properties: {{CidrBlock: 10.0.0.0/16}}}}
  Subnet: {{Type: AWS::EC2::Subnet, Properties: {{VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}}}
  Table: {{Type: AWS::EC2::RouteTable, Properties: {{VpcId: !Ref Vpc}}}}
  Use:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {{SubnetId: !Ref Subnet, RouteTableId: !Ref Table}}
  Route:
    Type: AWS::EC2::Route
    Properties: {{RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, {target}}}
  Secret: {{Type: AWS::SecretsManager::Secret}}
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      Role: arn:aws:iam::123456789012:role/x
      Code: {{ZipFile: "def handler(event, context): pass"}}
      VpcConfig: {{SubnetIds: [!Ref Subnet], SecurityGroupIds: [sg-0123456789abcdef0]}}
  Rotation:
    Type: AWS::SecretsManager::RotationSchedule
    Properties:
      SecretId: !Ref Secret
      RotationLambdaARN: !GetAtt Function.Arn
      RotationRules: {{AutomaticallyAfterDays: 30}}
"""
_ENDPOINTS = {
    "AWS::SecretsManager::Secret": "secretsmanager",
    "AWS::SQS::Queue": "sqs",
    "AWS::SNS::Topic": "sns",
    "AWS::Kinesis::Stream": "kinesis-streams",
    "AWS::DynamoDB::Table": "dynamodb",
    "AWS::S3::Bucket": "s3",
    "AWS::StepFunctions::StateMachine": "states",
    "AWS::KinesisFirehose::DeliveryStream": "kinesis-firehose",
}
"""The endpoint service of what a function is told of.

Source: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
"""


@rule(
    id="E9545",
    title="A function in a VPC has a way to the services that it calls",
    reason=(
        "A function in a VPC never has a public address. From a subnet without a NAT gateway it reaches AWS through "
        "VPC endpoints only: without one each call, and so each rotation, times out."
    ),
    source="https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html",
    good=_TEMPLATE.format(target="NatGatewayId: nat-0123456789abcdef0"),
    bad=_TEMPLATE.format(target="GatewayId: igw-0123456789abcdef0"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look for an endpoint of each service whose resources a function is told of, where it has no other way."""
    if not complete(tree):
        return
    for function in tree.resources(FUNCTION):
        wanted = _called(tree, function)
        for where in placements(tree, function) if wanted else ():
            for subnet in subnets(tree, where.subnets) or []:
                way = way_out(tree, subnet)
                offered = _offered(tree, subnet) if way in {Way.INTERNET, Way.NONE} else None
                missing = sorted(wanted - offered) if offered is not None else []
                if missing:
                    message = f"from {subnet.path}, whose default route leads to {way.value}, it cannot reach "
                    fix = "Use subnets with a NAT gateway, or add the VPC endpoints."
                    yield Hit(function, (*where.path, "SubnetIds"), message + ", ".join(missing), fix)
                    break


def _called(tree: Tree, function: Resource) -> set[str]:
    """Return the services that a function surely calls: it rotates a secret, or is told of a resource."""
    rotates = tree.referrers(function, "AWS::SecretsManager::RotationSchedule")
    found = {"secretsmanager"} if rotates else set()
    for entry in entries(function):
        target = tree.target(entry.value, *_ENDPOINTS)
        if target:
            found.add(_ENDPOINTS[target.type])
    return found


def _offered(tree: Tree, subnet: Resource) -> set[str] | None:
    """Return the services with an endpoint in the subnet's VPC; None if one is not known."""
    found = set()
    for endpoint in tree.resources("AWS::EC2::VPCEndpoint"):
        if tree.same(vpc(tree, endpoint), vpc(tree, subnet)) is False:
            continue
        name = text(tree.literal(endpoint.get("ServiceName")), "?")
        if name is None or "?" in name:
            return None
        found.add(name.rpartition(f".{tree.context.region}.")[2])
    return found
