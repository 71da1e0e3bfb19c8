"""Resources against each other: correct trees in several styles stay clean, and what is not known is not judged."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gate.rule import Rule
from gate.rules import all_rules
from gate.tree import load_tree
from tests.gate.rules.cases import tree_of

FAMILY = [rule for rule in all_rules() if rule.id.startswith(("E92", "E93"))]
BY_ID = {rule.id: rule for rule in FAMILY}


def found(text: str, folder: Path, *, parameters: dict[str, str] | None = None) -> list[tuple[str, str]]:
    (folder / "root.yaml").write_text(text)
    tree = load_tree(folder / "root.yaml", parameters=parameters)
    return [(rule.id, finding.logical_id) for rule in FAMILY for finding in rule.findings(tree)]


@pytest.mark.parametrize("rule", FAMILY, ids=lambda rule: rule.id)
def test_the_good_case_of_each_rule_is_clean_for_all_of_them(rule: Rule, tmp_path: Path) -> None:
    tree = tree_of(rule.good, tmp_path)
    findings = [finding for other in FAMILY for finding in other.findings(tree)]
    assert [(finding.rule, finding.message) for finding in findings] == []


IMPORTED = """
Parameters:
  VpcId: {Type: AWS::EC2::VPC::Id}
  SubnetIds: {Type: "List<AWS::EC2::Subnet::Id>"}
  GroupId: {Type: AWS::EC2::SecurityGroup::Id}
  RoleArn: {Type: String}
  KeyArn: {Type: String}
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: web
      VpcId: !Ref VpcId
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 8080, ToPort: 8080, SourceSecurityGroupId: !Ref GroupId}]
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {Subnets: !Ref SubnetIds, SecurityGroups: [!Ref GroupId]}
  Targets:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {VpcId: !Ref VpcId, Port: 8080, Protocol: HTTP, TargetType: ip}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      Port: 80
      Protocol: HTTP
      DefaultActions: [{Type: forward, TargetGroupArn: !Ref Targets}]
  Cluster: {Type: AWS::ECS::Cluster, Properties: {CapacityProviders: [FARGATE, FARGATE_SPOT]}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      NetworkMode: awsvpc
      RequiresCompatibilities: [FARGATE]
      Cpu: "256"
      Memory: "512"
      ExecutionRoleArn: !Ref RoleArn
      ContainerDefinitions: [{Name: web, Image: web, PortMappings: [{ContainerPort: 8080}]}]
  Service:
    Type: AWS::ECS::Service
    DependsOn: Listener
    Properties:
      Cluster: !GetAtt Cluster.Arn
      TaskDefinition: !Ref Task
      CapacityProviderStrategy: [{CapacityProvider: FARGATE_SPOT, Weight: 1}]
      LoadBalancers: [{ContainerName: web, ContainerPort: 8080, TargetGroupArn: !Ref Targets}]
      NetworkConfiguration:
        AwsvpcConfiguration: {Subnets: !Ref SubnetIds, SecurityGroups: [!Ref Group]}
  Scaling:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties:
      ServiceNamespace: ecs
      ScalableDimension: ecs:service:DesiredCount
      ResourceId: !Join ["/", [service, !Ref Cluster, !GetAtt Service.Name]]
      MinCapacity: 1
      MaxCapacity: 4
      RoleARN: !Ref RoleArn
  Subnets: {Type: AWS::RDS::DBSubnetGroup, Properties: {DBSubnetGroupDescription: films, SubnetIds: !Ref SubnetIds}}
  Database:
    Type: AWS::RDS::DBInstance
    Properties:
      Engine: postgres
      DBInstanceClass: db.t4g.micro
      AllocatedStorage: "20"
      MasterUsername: films
      ManageMasterUserPassword: true
      KmsKeyId: !Ref KeyArn
      DBSubnetGroupName: !Ref Subnets
      VPCSecurityGroups: [!Ref GroupId]
"""
NETWORK = """
Parameters:
  OneNat: {Type: String}
Conditions:
  OneNat: !Equals [!Ref OneNat, "true"]
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16, EnableDnsHostnames: true}}
  Gateway: {Type: AWS::EC2::InternetGateway}
  Attachment:
    Type: AWS::EC2::VPCGatewayAttachment
    Properties: {VpcId: !Ref Vpc, InternetGatewayId: !Ref Gateway}
  PublicA:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: !Ref Vpc
      CidrBlock: !Select [0, !Cidr [!GetAtt Vpc.CidrBlock, 4, 8]]
      AvailabilityZone: !Select [0, !GetAZs ""]
      MapPublicIpOnLaunch: true
  PrivateA:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: !Ref Vpc
      CidrBlock: !Select [1, !Cidr [!GetAtt Vpc.CidrBlock, 4, 8]]
      AvailabilityZone: !Select [0, !GetAZs ""]
  PublicTable: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  PublicRoute:
    Type: AWS::EC2::Route
    DependsOn: Attachment
    Properties: {RouteTableId: !Ref PublicTable, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway}
  PublicUse:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {SubnetId: !Ref PublicA, RouteTableId: !Ref PublicTable}
  AddressOne: {Type: AWS::EC2::EIP, Condition: OneNat, DependsOn: Attachment, Properties: {Domain: vpc}}
  NatOne:
    Type: AWS::EC2::NatGateway
    Condition: OneNat
    DependsOn: PublicRoute
    Properties: {SubnetId: !Ref PublicA, AllocationId: !GetAtt AddressOne.AllocationId}
  PrivateTable: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  PrivateRoute:
    Type: AWS::EC2::Route
    Condition: OneNat
    Properties: {RouteTableId: !Ref PrivateTable, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref NatOne}
  PrivateUse:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {SubnetId: !Ref PrivateA, RouteTableId: !Ref PrivateTable}
  Regional:
    Type: AWS::EC2::NatGateway
    DependsOn: Attachment
    Properties: {VpcId: !Ref Vpc, AvailabilityMode: regional}
  Files:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcId: !Ref Vpc
      ServiceName: !Sub com.amazonaws.${AWS::Region}.s3
      RouteTableIds: [!Ref PrivateTable]
  Peers: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: peers, VpcId: !Ref Vpc}}
  AmongPeers:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: {GroupId: !Ref Peers, IpProtocol: "-1", SourceSecurityGroupId: !Ref Peers}
"""
EVENTS = """
Resources:
  Failed: {Type: AWS::SQS::Queue}
  Work:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 360
      RedrivePolicy: {deadLetterTargetArn: !GetAtt Failed.Arn, maxReceiveCount: "5"}
  Key: {Type: AWS::KMS::Key, Properties: {KeyPolicy: {Statement: []}}}
  Alias: {Type: AWS::KMS::Alias, Properties: {AliasName: alias/films, TargetKeyId: !Ref Key}}
  Stream:
    Type: AWS::Kinesis::Stream
    Properties: {ShardCount: 1, StreamEncryption: {EncryptionType: KMS, KeyId: !Ref Alias}}
  Topic: {Type: AWS::SNS::Topic, Properties: {KmsMasterKeyId: !Ref Key}}
  ToWork:
    Type: AWS::SNS::Subscription
    Properties: {TopicArn: !Ref Topic, Protocol: sqs, Endpoint: !GetAtt Work.Arn}
  ByMail:
    Type: AWS::SNS::Subscription
    Properties: {TopicArn: !Ref Topic, Protocol: email, Endpoint: films@example.com}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}]
  Reads:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: reads
      Roles: [!Ref Role]
      PolicyDocument: {Statement: [{Effect: Allow, Action: "sqs:*", Resource: !GetAtt Work.Arn}]}
  Worker:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Runtime: python3.12
      Handler: index.handler
      Timeout: 60
      Code: {ZipFile: "pass"}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    DependsOn: Reads
    Properties: {FunctionName: !GetAtt Worker.Arn, EventSourceArn: !GetAtt Work.Arn, BatchSize: 10}
  Logs: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Sub "/aws/lambda/${Worker}"}}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmActions: [!Ref Topic]
      ComparisonOperator: GreaterThanThreshold
      EvaluationPeriods: 1
      Namespace: AWS/SQS
      MetricName: ApproximateNumberOfMessagesVisible
      Dimensions: [{Name: QueueName, Value: !GetAtt Failed.QueueName}]
      Period: 60
      Statistic: Sum
      Threshold: 0
  Secret:
    Type: AWS::SecretsManager::Secret
    Properties: {GenerateSecretString: {}, KmsKeyId: alias/aws/secretsmanager}
  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: films, Body: {swagger: "2.0"}}}
  Deployment: {Type: AWS::ApiGateway::Deployment, Properties: {RestApiId: !Ref Api}}
  Live:
    Type: AWS::ApiGateway::Stage
    Properties: {RestApiId: !Ref Api, DeploymentId: !Ref Deployment, StageName: live}
  Plan: {Type: AWS::ApiGateway::UsagePlan, Properties: {ApiStages: [{ApiId: !Ref Api, Stage: !Ref Live}]}}
"""


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        (IMPORTED, None),
        (
            IMPORTED,
            {
                "VpcId": "vpc-0123456789abcdef0",
                "SubnetIds": "subnet-0123456789abcdef0, subnet-0123456789abcdef1",
                "GroupId": "sg-0123456789abcdef0",
                "RoleArn": "arn:aws:iam::123456789012:role/tasks",
                "KeyArn": "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            },
        ),
        (NETWORK, None),
        (NETWORK, {"OneNat": "true"}),
        (NETWORK, {"OneNat": "false"}),
        (EVENTS, None),
    ],
    ids=["imported", "imported-known", "network", "network-one", "network-none", "events"],
)
def test_correct_templates_of_other_styles_are_clean(
    text: str, parameters: dict[str, str] | None, tmp_path: Path
) -> None:
    assert found(text, tmp_path, parameters=parameters) == []


@pytest.mark.parametrize(
    ("text", "pattern", "instead", "expected"),
    [
        (NETWORK, "GatewayId: !Ref Gateway}", "GatewayId: !Ref Vpc}", ("E9301", "PublicRoute")),
        (NETWORK, "4, 8", "4, 3", ("E9203", "PublicA")),
        (NETWORK, r"\[1, !Cidr", "[0, !Cidr", ("E9201", "PrivateA")),
        (NETWORK, "    DependsOn: Attachment\n    (?=Properties: {Route)", "    ", ("E9230", "PublicRoute")),
        (NETWORK, "SubnetId: !Ref PublicA, Alloc", "SubnetId: !Ref PrivateA, Alloc", ("E9208", "NatOne")),
        (IMPORTED, "ContainerPort: 8080, Target", "ContainerPort: 80, Target", ("E9260", "Service")),
        (IMPORTED, "TargetType: ip", "TargetType: instance", ("E9261", "Targets")),
        (IMPORTED, "Protocol: HTTP, TargetType", "Protocol: TCP, TargetType", ("E9262", "Targets")),
        (IMPORTED, "    DependsOn: Listener\n", "", ("E9231", "Service")),
        (IMPORTED, "FARGATE, FARGATE_SPOT", "FARGATE", ("E9278", "Service")),
        (IMPORTED, "!GetAtt Service.Name", "web", ("E9284", "Scaling")),
        (EVENTS, "SQS::Queue}", "SQS::Queue, Properties: {FifoQueue: true}}", ("E9270", "Work")),
        (EVENTS, "deadLetterTargetArn: !GetAtt Failed.Arn", "deadLetterTargetArn: !Ref Failed", ("E9302", "Work")),
        (EVENTS, "VisibilityTimeout: 360", "VisibilityTimeout: 45", ("E9286", "Work")),
        (EVENTS, "    DependsOn: Reads\n", "", ("E9236", "Mapping")),
        (EVENTS, r"AlarmActions: \[!Ref Topic\]", "AlarmActions: [!GetAtt Topic.TopicName]", ("E9302", "Alarm")),
        (EVENTS, "Stage: !Ref Live", "Stage: dead", ("E9244", "Plan")),
        (EVENTS, "Role: !GetAtt Role.Arn", "Role: !GetAtt Key.Arn", ("E9301", "Worker")),
        (EVENTS, "KmsKeyId: alias/aws/secretsmanager", "KmsKeyId: alias/films", ("E9240", "Secret")),
    ],
)  # fmt: skip
def test_one_change_makes_them_wrong(
    text: str, pattern: str, instead: str, expected: tuple[str, str], tmp_path: Path
) -> None:
    broken, count = re.subn(pattern, instead, text)
    assert count
    assert expected in found(broken, tmp_path, parameters={"OneNat": "true"} if text is NETWORK else None)


def test_names_are_compared_with_the_environment_in_them_and_within_their_parent(tmp_path: Path) -> None:
    child = """
Parameters:
  Part: {Type: String}
Resources:
  Cluster: {Type: AWS::ECS::Cluster}
  Service: {Type: AWS::ECS::Service, Properties: {Cluster: !Ref Cluster, ServiceName: web}}
  Logs: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Sub "${AWS::StackName}"}}
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub "work-${Part}"}}
"""
    root = """
Resources:
  One: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml, Parameters: {Part: a}}}
  Two: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml, Parameters: {Part: %s}}}
"""
    for part, expected in (("b", []), ("a", ["Queue"])):
        tree = tree_of({"root.yaml": root % part, "child.yaml": child}, tmp_path)
        assert [finding.logical_id for finding in BY_ID["E9250"].findings(tree)] == expected


def test_one_of_two_conditional_resources_may_have_the_name(tmp_path: Path) -> None:
    text = """
Parameters:
  Big: {Type: String}
Conditions:
  Big: !Equals [!Ref Big, "true"]
  Small: !Not [!Condition Big]
Resources:
  One: {Type: AWS::SQS::Queue, Condition: Big, Properties: {QueueName: work}}
  Two: {Type: AWS::SQS::Queue, Condition: Small, Properties: {QueueName: work}}
"""
    assert found(text, tmp_path) == []
    assert found(text, tmp_path, parameters={"Big": "true"}) == []
    assert found(text.replace("Condition: Small", "Condition: Big"), tmp_path) == [("E9250", "Two")]


def test_images_come_by_endpoints_where_there_is_no_way_out(tmp_path: Path) -> None:
    rule = BY_ID["E9218"]
    endpoints = "".join(
        f"""
  Endpoint{index}:
    Type: AWS::EC2::VPCEndpoint
    Properties: {{VpcId: !Ref Vpc, ServiceName: !Sub "com.amazonaws.${{AWS::Region}}.{name}", {more}}}
"""
        for index, (name, more) in enumerate(
            [
                ("ecr.api", "VpcEndpointType: Interface, SubnetIds: [!Ref Subnet]"),
                ("ecr.dkr", "VpcEndpointType: Interface, SubnetIds: [!Ref Subnet]"),
                ("s3", "RouteTableIds: [!Ref Table]"),
            ]
        )
    )
    assert isinstance(rule.bad, str)
    private = rule.bad.replace(
        "public.ecr.aws/nginx/nginx:1", "123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1"
    ).replace("0.0.0.0/0", "192.0.2.0/24")
    assert list(rule.findings(tree_of(private, tmp_path)))
    assert list(rule.findings(tree_of(private + endpoints, tmp_path))) == []
    without_table = endpoints.replace("!Ref Table", "rtb-0123456789abcdef0")
    messages = [finding.message for finding in rule.findings(tree_of(private + without_table, tmp_path))]
    assert [message.rpartition(" ")[2] for message in messages] == ["s3"]


def test_each_environment_has_its_own_deployment(tmp_path: Path) -> None:
    text = """
Parameters:
  Open: {Type: String}
Conditions:
  Open: !Equals [!Ref Open, "true"]
  Closed: !Not [!Condition Open]
Resources:
  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: films}}
  Get:
    Type: AWS::ApiGateway::Method
    Condition: Open
    Properties: &method
      RestApiId: !Ref Api
      ResourceId: !GetAtt Api.RootResourceId
      HttpMethod: GET
      AuthorizationType: NONE
      Integration: {Type: MOCK}
  Any: {Type: AWS::ApiGateway::Method, Condition: Closed, Properties: *method}
  OpenOne: {Type: AWS::ApiGateway::Deployment, Condition: Open, DependsOn: Get, Properties: {RestApiId: !Ref Api}}
  ClosedOne: {Type: AWS::ApiGateway::Deployment, Condition: Closed, DependsOn: Any, Properties: {RestApiId: !Ref Api}}
  Stage:
    Type: AWS::ApiGateway::Stage
    Properties: {RestApiId: !Ref Api, StageName: live, DeploymentId: !If [Open, !Ref OpenOne, !Ref ClosedOne]}
"""
    for given in ("true", "false"):
        assert found(text, tmp_path, parameters={"Open": given}) == []
        assert ("E9233", "ClosedOne") in found(
            text.replace("DependsOn: Any, ", ""), tmp_path, parameters={"Open": given}
        )
        named = text.replace("Any, Properties: {", "Any, Properties: {StageName: live, ")
        assert ("E9280", "ClosedOne") in found(named, tmp_path, parameters={"Open": given})
