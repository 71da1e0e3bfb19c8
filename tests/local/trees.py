"""A small nested tree, three levels deep, that uses what real trees use."""

from __future__ import annotations

from typing import Any

from tests.local.client import Template


def ref(name: str) -> Any:
    return {"Ref": name}


def att(name: str, attribute: str) -> Any:
    return {"Fn::GetAtt": [name, attribute]}


def nested(child: Template, **parameters: Any) -> dict[str, Any]:
    return {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": child, "Parameters": parameters}}


def outputs(**values: Any) -> dict[str, Any]:
    return {name: {"Value": value} for name, value in values.items()}


def template(resources: dict[str, Any], *, parameters: dict[str, Any] | None = None, **sections: Any) -> Template:
    declared = {name: {"Type": kind} if isinstance(kind, str) else kind for name, kind in (parameters or {}).items()}
    return {"Parameters": declared, "Resources": resources, **sections}


def network() -> Template:
    """Zones, blocks, a list as an output, and gateways that only their schemas stand behind."""
    return template(
        {
            "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": ref("Cidr"), "EnableDnsSupport": "true"}},
            "First": {
                "Type": "AWS::EC2::Subnet",
                "Properties": {
                    "VpcId": ref("Vpc"),
                    "CidrBlock": {"Fn::Select": [0, {"Fn::Cidr": [att("Vpc", "CidrBlock"), 4, 8]}]},
                    "AvailabilityZone": {"Fn::Select": [0, {"Fn::GetAZs": ""}]},
                },
            },
            "Second": {
                "Type": "AWS::EC2::Subnet",
                "Properties": {
                    "VpcId": ref("Vpc"),
                    "CidrBlock": {"Fn::Select": ["1", {"Fn::Cidr": [att("Vpc", "CidrBlock"), 4, 8]}]},
                    "AvailabilityZone": {"Fn::Select": ["1", {"Fn::GetAZs": ref("AWS::Region")}]},
                },
            },
            "Address": {"Type": "AWS::EC2::EIP", "Condition": "HasNat", "Properties": {"Domain": "vpc"}},
            "Nat": {
                "Type": "AWS::EC2::NatGateway",
                "Condition": "HasNat",
                "Properties": {
                    "AllocationId": att("Address", "AllocationId"),
                    "SubnetId": ref("First"),
                },
            },
        },
        parameters={"Cidr": "String", "WithNat": "String"},
        Conditions={"HasNat": {"Fn::Equals": [ref("WithNat"), "yes"]}},
        Outputs={
            **outputs(VpcId=ref("Vpc"), SubnetIds={"Fn::Join": [",", [ref("First"), ref("Second")]]}),
            "NatId": {"Condition": "HasNat", "Value": ref("Nat")},
        },
    )


def queue() -> Template:
    """The innermost stack."""
    return template(
        {
            "Queue": {
                "Type": "AWS::SQS::Queue",
                "Properties": {
                    "QueueName": {"Fn::Sub": "shop-${Name}"},
                    "VisibilityTimeout": ref("Timeout"),
                    "Tags": [{"Key": "Zone", "Value": "inner"}],
                },
            }
        },
        parameters={"Name": "String", "Timeout": {"Type": "Number", "Default": 30}},
        Outputs=outputs(Arn=att("Queue", "Arn"), Name=att("Queue", "QueueName")),
    )


def messaging() -> Template:
    """A stack with a stack in it, that takes a list and a number."""
    return template(
        {
            "Inner": nested(queue(), Name=ref("Name"), Timeout=ref("Timeout")),
            "Stream": {
                "Type": "AWS::Kinesis::Stream",
                "DependsOn": "Inner",
                "Properties": {
                    "ShardCount": ref("Shards"),
                    "Tags": [{"Key": "Subnets", "Value": {"Fn::Select": [1, ref("SubnetIds")]}}],
                },
            },
            "Body": {
                "Type": "AWS::SSM::Parameter",
                "Properties": {
                    "Type": "String",
                    "Value": {"Fn::Join": ["-", {"Fn::Split": [":", att("Inner", "Outputs.Arn")]}]},
                },
            },
        },
        parameters={
            "Name": "String",
            "Timeout": "Number",
            "Shards": {"Type": "Number", "MinValue": 1, "MaxValue": 9},
            "SubnetIds": "List<AWS::EC2::Subnet::Id>",
        },
        Outputs=outputs(
            QueueArn=att("Inner", "Outputs.Arn"), StreamArn=att("Stream", "Arn"), Body=att("Body", "Value")
        ),
    )


def shop() -> Template:
    """The root."""
    return template(
        {
            "Network": nested(
                network(), Cidr={"Fn::FindInMap": ["Cidrs", ref("Stage"), "Vpc"]}, WithNat=ref("WithNat")
            ),
            "Messaging": nested(
                messaging(),
                Name=ref("Stage"),
                Timeout=ref("Timeout"),
                Shards={"Fn::If": ["IsProd", "4", ref("Shards")]},
                SubnetIds=att("Network", "Outputs.SubnetIds"),
            ),
        },
        parameters={
            "Stage": {"Type": "String", "AllowedValues": ["dev", "prod"]},
            "WithNat": {"Type": "String", "Default": "yes"},
            "Shards": {"Type": "Number", "Default": 2},
            "Timeout": {"Type": "Number", "Default": 30},
        },
        Mappings={"Cidrs": {"dev": {"Vpc": "10.1.0.0/16"}, "prod": {"Vpc": "10.2.0.0/16"}}},
        Conditions={"IsProd": {"Fn::Equals": [{"Fn::FindInMap": ["Cidrs", ref("Stage"), "Vpc"]}, "10.2.0.0/16"]}},
        Rules={"ProdHasNat": {
            "RuleCondition": {"Fn::Equals": [ref("Stage"), "prod"]},
            "Assertions": [{
                "Assert": {"Fn::Equals": [ref("WithNat"), "yes"]},
                "AssertDescription": "prod needs a way out",
            }],
        }},
        Outputs=outputs(
            VpcId=att("Network", "Outputs.VpcId"),
            QueueArn=att("Messaging", "Outputs.QueueArn"),
            StreamArn=att("Messaging", "Outputs.StreamArn"),
            Body=att("Messaging", "Outputs.Body"),
        ),
    )  # fmt: skip
