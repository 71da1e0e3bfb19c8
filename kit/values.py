"""The kinds of value that cross a stack boundary, and the CloudFormation parameter type of each.

A kind is a ``NewType`` over troposphere's helper functions, so handing a queue's ARN to a grant that wants a
stream's is a type error. Parameter types:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NewType

from troposphere import AWSHelperFn

Text = NewType("Text", AWSHelperFn)
Number = NewType("Number", AWSHelperFn)
Flag = NewType("Flag", AWSHelperFn)
TextList = NewType("TextList", AWSHelperFn)

Name = NewType("Name", AWSHelperFn)
Host = NewType("Host", AWSHelperFn)
Url = NewType("Url", AWSHelperFn)

VpcId = NewType("VpcId", AWSHelperFn)
SubnetIds = NewType("SubnetIds", AWSHelperFn)
RouteTableIds = NewType("RouteTableIds", AWSHelperFn)
SecurityGroupId = NewType("SecurityGroupId", AWSHelperFn)
FileSystemId = NewType("FileSystemId", AWSHelperFn)
AccessPointId = NewType("AccessPointId", AWSHelperFn)

Arn = NewType("Arn", AWSHelperFn)
KeyArn = NewType("KeyArn", Arn)
SecretArn = NewType("SecretArn", Arn)
StreamArn = NewType("StreamArn", Arn)
QueueArn = NewType("QueueArn", Arn)
TopicArn = NewType("TopicArn", Arn)
FileSystemArn = NewType("FileSystemArn", Arn)
AccessPointArn = NewType("AccessPointArn", Arn)
CacheArn = NewType("CacheArn", Arn)
CacheUserArn = NewType("CacheUserArn", Arn)
LogGroupArn = NewType("LogGroupArn", Arn)
FunctionArn = NewType("FunctionArn", Arn)
RoleArn = NewType("RoleArn", Arn)
CertificateArn = NewType("CertificateArn", Arn)
AlarmArn = NewType("AlarmArn", Arn)

PARAMETER_TYPES: Final[Mapping[Any, str]] = MappingProxyType(
    {
        Number: "Number",
        TextList: "CommaDelimitedList",
        VpcId: "AWS::EC2::VPC::Id",
        SubnetIds: "List<AWS::EC2::Subnet::Id>",
        RouteTableIds: "CommaDelimitedList",
        SecurityGroupId: "AWS::EC2::SecurityGroup::Id",
    }
)
"""CloudFormation parameter type of each kind; a kind without a row is a String."""
