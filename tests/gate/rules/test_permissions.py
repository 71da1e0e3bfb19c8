"""Permissions: what is not known is not judged, other ways to write the same are clean, hand-overs are followed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gate.rule import Case
from gate.rules import all_rules
from tests.gate.rules.cases import tree_of

RULES = [rule for rule in all_rules() if rule.id.startswith("E94")]


def found(case: Case, folder: Path) -> list[str]:
    """Return the ids of the rules of permissions that find something, and where."""
    tree = tree_of(case, folder)
    assert tree.problems == ()
    return sorted({f"{finding.rule} {finding.logical_id}" for rule in RULES for finding in rule.findings(tree)})


TASKS = "{Statement: {Effect: Allow, Principal: {Service: ecs-tasks.amazonaws.com}, Action: sts:AssumeRole}}"

# --- a task in two stacks ---------------------------------------------------------------------------------------------

ROOT = """
Resources:
  Data: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: data.yaml}}
  Work:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: work.yaml
      Parameters:
        KeyArn: !GetAtt Data.Outputs.KeyArn
        SecretArn: !GetAtt Data.Outputs.SecretArn
        QueueArn: !GetAtt Data.Outputs.QueueArn
        QueueUrl: !GetAtt Data.Outputs.QueueUrl
"""
DATA = """
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - {Effect: Allow, Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}, Action: kms:*, Resource: "*"}
  Secret: {Type: AWS::SecretsManager::Secret, Properties: {KmsKeyId: !Ref Key}}
  Queue: {Type: AWS::SQS::Queue, Properties: {KmsMasterKeyId: !GetAtt Key.Arn}}
Outputs:
  KeyArn: {Value: !GetAtt Key.Arn}
  SecretArn: {Value: !Ref Secret}
  QueueArn: {Value: !GetAtt Queue.Arn}
  QueueUrl: {Value: !Ref Queue}
"""
WORK = """
Parameters:
  KeyArn: {Type: String}
  SecretArn: {Type: String}
  QueueArn: {Type: String}
  QueueUrl: {Type: String}
Resources:
  Execution:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: %(trust)s
      Policies:
        - PolicyName: secrets
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: secretsmanager:GetSecretValue, Resource: %(secret)s}
              - Effect: Allow
                Action: kms:Decrypt
                Resource: %(key)s
                Condition: {StringEquals: {"kms:ViaService": !Sub "%(via)s.${AWS::Region}.amazonaws.com"}}
  Worker:
    Type: AWS::IAM::Role
    Properties: {AssumeRolePolicyDocument: %(trust)s}
  Policy:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: work
      Roles: [!Ref Worker]
      PolicyDocument:
        Statement:
          - {Effect: Allow, Action: ["sqs:Send*"], Resource: %(queue)s}
          - {Effect: Allow, Action: ["kms:*"], Resource: %(key)s}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ExecutionRoleArn: !GetAtt Execution.Arn
      TaskRoleArn: !GetAtt Worker.Arn
      RequiresCompatibilities: [FARGATE]
      ContainerDefinitions:
        - Name: worker
          Image: public.ecr.aws/docker/library/busybox:stable
          Environment: [{Name: QUEUE, Value: !Ref QueueUrl}]
          Secrets: [{Name: TOKEN, ValueFrom: !Sub "${SecretArn}:token::"}]
"""
RIGHT = {
    "trust": TASKS,
    "secret": "!Ref SecretArn",
    "key": "!Ref KeyArn",
    "queue": "!Ref QueueArn",
    "via": "secretsmanager",
}


def nested(**changed: str) -> dict[str, str]:
    return {"root.yaml": ROOT, "data.yaml": DATA, "work.yaml": WORK % {**RIGHT, **changed}}


def test_references_are_followed_through_outputs_and_parameters(tmp_path: Path) -> None:
    assert found(nested(), tmp_path) == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"trust": TASKS.replace("ecs-tasks", "ecs")}, ["E9411 Task"]),
        ({"secret": "!Ref QueueArn"}, ["E9405 Execution", "E9421 Task"]),
        ({"key": "!Ref QueueArn"}, ["E9405 Execution", "E9421 Task", "E9427 Task"]),
        ({"via": "s3"}, ["E9421 Task"]),
        ({"queue": "!Ref SecretArn"}, ["E9426 Task"]),
        ({"queue": "!Ref QueueUrl"}, ["E9404 Policy", "E9426 Task"]),
    ],
)
def test_what_a_hand_over_breaks_is_found(tmp_path: Path, changed: dict[str, str], expected: list[str]) -> None:
    assert found(nested(**changed), tmp_path) == expected


@pytest.mark.parametrize(
    "changed",
    [
        {"secret": '"*"', "key": '"*"', "queue": '"*"'},
        {"secret": '"arn:aws:secretsmanager:*:*:secret:*"', "key": '"arn:aws:kms:*:*:key/*"', "queue": '"arn:aws:sqs"'},
        {"secret": '!Sub "arn:aws:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:Secret*"'},
        {"queue": '!Join ["", ["arn:aws:sqs:", !Ref AWS::Region, ":", !Ref AWS::AccountId, ":*"]]'},
        {"queue": "!ImportValue shared-queue"},
    ],
)
def test_wildcards_patterns_and_imports_are_clean(tmp_path: Path, changed: dict[str, str]) -> None:
    files = nested(**changed)
    tree = tree_of(files, tmp_path)
    assert [finding for rule in RULES for finding in rule.findings(tree)] == []


def test_what_comes_from_elsewhere_is_not_judged(tmp_path: Path) -> None:
    outside = """
    Parameters:
      RoleArn: {Type: String, Default: "arn:aws:iam::123456789012:role/worker"}
      KeyArn: {Type: String, Default: "arn:aws:kms:us-east-1:123456789012:key/0a1b"}
      PolicyArn: {Type: String, Default: "arn:aws:iam::123456789012:policy/worker"}
      TopicArn: {Type: String, Default: "arn:aws:sns:us-east-1:123456789012:alarms"}
    Resources:
      Logs: {Type: AWS::Logs::LogGroup, Properties: {KmsKeyId: !Ref KeyArn}}
      Queue: {Type: AWS::SQS::Queue, Properties: {KmsMasterKeyId: !Ref KeyArn}}
      Own:
        Type: AWS::IAM::Role
        Properties: {AssumeRolePolicyDocument: TRUST, ManagedPolicyArns: [!Ref PolicyArn]}
      Task:
        Type: AWS::ECS::TaskDefinition
        Properties:
          ExecutionRoleArn: !Ref RoleArn
          TaskRoleArn: !Ref RoleArn
          RequiresCompatibilities: [FARGATE]
          ContainerDefinitions:
            - Name: a
              Image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/films:1
              LogConfiguration: {LogDriver: awslogs, Options: {awslogs-group: !Ref Logs, awslogs-region: us-east-1}}
              Environment: [{Name: QUEUE, Value: !Ref Queue}]
              Secrets: [{Name: A, ValueFrom: /films/token}]
      Other:
        Type: AWS::ECS::TaskDefinition
        Properties:
          ExecutionRoleArn: !GetAtt Own.Arn
          TaskRoleArn: !GetAtt Own.Arn
          RequiresCompatibilities: [FARGATE]
          ContainerDefinitions:
            - Name: a
              Image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/films:1
              LogConfiguration: {LogDriver: awslogs, Options: {awslogs-group: a, awslogs-region: us-east-1}}
              Environment: [{Name: QUEUE, Value: !Ref Queue}]
              Secrets: [{Name: A, ValueFrom: "arn:aws:secretsmanager:us-east-1:123456789012:secret:a-AbCdEf:b::"}]
      Alarm:
        Type: AWS::CloudWatch::Alarm
        Properties:
          AlarmActions: [!Ref TopicArn]
          Namespace: AWS/SQS
          MetricName: NumberOfMessagesSent
          ComparisonOperator: GreaterThanThreshold
          EvaluationPeriods: 1
          Threshold: 1
    """
    assert found(outside.replace("TRUST", TASKS), tmp_path) == []


def test_a_policy_of_text_is_read(tmp_path: Path) -> None:
    document = {"Statement": {"Effect": "Allow", "Principal": {"Service": "SERVICE"}, "Action": "sts:AssumeRole"}}
    written = {
        "Resources": {
            "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": json.dumps(document)}},
            "Profile": {"Type": "AWS::IAM::InstanceProfile", "Properties": {"Roles": [{"Ref": "Role"}]}},
        }
    }
    text = json.dumps(written)
    assert found(text.replace("SERVICE", "ec2.amazonaws.com"), tmp_path) == []
    assert found(text.replace("SERVICE", "ecs.amazonaws.com"), tmp_path) == ["E9411 Profile"]


# --- other styles -----------------------------------------------------------------------------------------------------

EVENTS = """
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Principal: {AWS: !Ref AWS::AccountId}, Action: kms:*, Resource: "*"}
          - Effect: Allow
            Principal: {Service: [sns.amazonaws.com, events.amazonaws.com, s3.amazonaws.com]}
            Action: ["kms:Decrypt", "kms:GenerateDataKey*"]
            Resource: "*"
  Topic: {Type: AWS::SNS::Topic, Properties: {KmsMasterKeyId: !GetAtt Key.Arn}}
  TopicPolicy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Topic]
      PolicyDocument:
        Statement:
          - {Effect: Allow, Principal: {Service: events.amazonaws.com}, Action: sns:Publish, Resource: !Ref Topic}
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: films, KmsMasterKeyId: !Ref Key}}
  QueuePolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Queue]
      PolicyDocument:
        Statement:
          - Effect: Allow
            Principal: {Service: sns.amazonaws.com}
            Action: sqs:SendMessage
            Resource: !Sub "arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:films"
            Condition: {ArnEquals: {"aws:SourceArn": !Ref Topic}}
          - Effect: Allow
            Principal: {Service: s3.amazonaws.com}
            Action: sqs:SendMessage
            Resource: !GetAtt Queue.Arn
            Condition: {ArnLike: {"aws:SourceArn": "arn:aws:s3:::films-in"}}
          - Effect: Deny
            Principal: "*"
            Action: "sqs:*"
            Resource: !GetAtt Queue.Arn
            Condition: {Bool: {"aws:SecureTransport": "false"}}
  Subscription:
    Type: AWS::SNS::Subscription
    Properties: {TopicArn: !Ref Topic, Protocol: sqs, Endpoint: !GetAtt Queue.Arn}
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: films-in
      NotificationConfiguration:
        QueueConfigurations: [{Event: "s3:ObjectCreated:*", Queue: !GetAtt Queue.Arn}]
  Nightly:
    Type: AWS::Events::Rule
    Properties: {ScheduleExpression: rate(1 day), Targets: [{Id: a, Arn: !Ref Topic}]}
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", []),
        ('"aws:SourceArn": !Ref Topic', '"aws:SourceArn": "arn:aws:sns:*:*:other"', ["E9442 Subscription"]),
        ("arn:aws:s3:::films-in", "arn:aws:s3:::films-out", ["E9442 Bucket"]),
        ("sns.amazonaws.com, events", "events", ["E9443 Subscription"]),
        ("KmsMasterKeyId: !GetAtt Key.Arn", "KmsMasterKeyId: alias/aws/sns", ["E9443 Nightly"]),
        (
            "Principal: {Service: events.amazonaws.com}",
            "Principal: {Service: budgets.amazonaws.com}",
            ["E9442 Nightly"],
        ),
    ],
)
def test_topics_and_queues_let_their_senders_in(tmp_path: Path, old: str, new: str, expected: list[str]) -> None:
    assert found(EVENTS.replace(old, new) if old else EVENTS, tmp_path) == expected


FUNCTION = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {Effect: Allow, Principal: {Service: !Sub "lambda.${AWS::URLSuffix}"}, Action: "sts:*"}
      ManagedPolicyArns:
        - !Join ["", ["arn:", !Ref AWS::Partition, ":iam::aws:policy/service-role/POLICY"]]
  Function:
    Type: AWS::Lambda::Function
    Properties: {Role: !GetAtt Role.Arn, Handler: a.b, Runtime: python3.13, Code: {ZipFile: a}}
  Stream: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{AttributeName: a, AttributeType: S}]
      KeySchema: [{AttributeName: a, KeyType: HASH}]
      BillingMode: PAY_PER_REQUEST
      StreamSpecification: {StreamViewType: NEW_IMAGE}
  Source:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !Ref Function, EventSourceArn: !GetAtt SOURCE, StartingPosition: LATEST}
  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: films}}
  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !GetAtt Api.RootResourceId
      HttpMethod: GET
      AuthorizationType: AWS_IAM
      Integration:
        Type: AWS_PROXY
        IntegrationHttpMethod: POST
        Uri: !Sub
          - "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Arn}/invocations"
          - {Arn: !GetAtt Function.Arn}
  Permission:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !GetAtt Function.Arn
      Action: lambda:InvokeFunction
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub "arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*/GET/"
"""


@pytest.mark.parametrize(
    ("policy", "source", "expected"),
    [
        ("AWSLambdaKinesisExecutionRole", "Stream.Arn", []),
        ("AWSLambdaDynamoDBExecutionRole", "Table.StreamArn", []),
        ("AWSLambdaSomethingNewExecutionRole", "Stream.Arn", []),
        ("AWSLambdaBasicExecutionRole", "Stream.Arn", ["E9435 Source"]),
        ("AWSLambdaKinesisExecutionRole", "Table.StreamArn", ["E9435 Source"]),
    ],
)
def test_a_function_reads_its_source_with_managed_policies(
    tmp_path: Path, policy: str, source: str, expected: list[str]
) -> None:
    assert found(FUNCTION.replace("POLICY", policy).replace("SOURCE", source), tmp_path) == expected


def test_a_permission_is_for_the_api_that_calls(tmp_path: Path) -> None:
    right = FUNCTION.replace("POLICY", "AWSLambdaKinesisExecutionRole").replace("SOURCE", "Stream.Arn")
    assert found(right.replace(":${Api}/*/GET/", ":a1b2c3d4e5/*"), tmp_path) == ["E9441 Method"]
    assert found(right.replace(":${Api}/*/GET/", ":${Api}/*"), tmp_path) == []


def test_the_stream_of_a_table_may_be_named_by_pattern(tmp_path: Path) -> None:
    text = FUNCTION.replace("POLICY", "AWSLambdaBasicExecutionRole").replace("SOURCE", "Table.StreamArn")
    inline = """
      Policies:
        - PolicyName: stream
          PolicyDocument:
            Statement: {Effect: Allow, Action: "dynamodb:*", Resource: !Sub "${Table.Arn}/stream/*"}
  Function:"""
    assert found(text.replace("\n  Function:", inline, 1), tmp_path) == []


# --- file systems -----------------------------------------------------------------------------------------------------

FILES = """
Resources:
  Files:
    Type: AWS::EFS::FileSystem
    Properties: {POLICY}
  Point: {Type: AWS::EFS::AccessPoint, Properties: {FileSystemId: !Ref Files}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: TRUST
      Policies:
        - PolicyName: mount
          PolicyDocument:
            Statement:
              Effect: Allow
              Action: [elasticfilesystem:ClientMount]
              Resource: !GetAtt Files.Arn
              Condition: {StringEquals: {"elasticfilesystem:AccessPointArn": !GetAtt Point.Arn}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      TaskRoleArn: !GetAtt Role.Arn
      Volumes:
        - Name: media
          EFSVolumeConfiguration:
            FilesystemId: !Ref Files
            TransitEncryption: ENABLED
            AuthorizationConfig: {IAM: ENABLED, AccessPointId: !Ref Point}
      ContainerDefinitions:
        - {Name: a, Image: a, MountPoints: [{SourceVolume: media, ContainerPath: /media, ReadOnly: READONLY}]}
"""
DENY = 'FileSystemPolicy: {Statement: [{Effect: Deny, Principal: "*", Action: "*", Condition: {CONDITION}}]}'


@pytest.mark.parametrize(
    ("policy", "read_only", "expected"),
    [
        ("Encrypted: true", "false", []),
        (DENY.replace("CONDITION", 'Bool: {"aws:SecureTransport": "false"}'), "true", []),
        (DENY.replace("CONDITION", 'Bool: {"aws:SecureTransport": "false"}'), "false", ["E9428 Task"]),
        (DENY.replace("CONDITION", 'Bool: {"aws:SecureTransport": "true"}'), "true", ["E9428 Task"]),
    ],
)
def test_a_file_system_with_a_policy_must_let_the_task_in(
    tmp_path: Path, policy: str, read_only: str, expected: list[str]
) -> None:
    text = FILES.replace("POLICY", policy).replace("READONLY", read_only).replace("TRUST", TASKS)
    assert found(text, tmp_path) == expected


# --- small truths -----------------------------------------------------------------------------------------------------

POLICY = """
Resources:
  Stream: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}
  Bucket: {Type: AWS::S3::Bucket}
  Policy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument: {Version: "2012-10-17", Statement: [STATEMENT]}
"""


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ('{Effect: Allow, Action: "kinesis:*", Resource: "*"}', []),
        ('{Effect: Allow, NotAction: "iam:*", Resource: "*"}', []),
        ('{Effect: Allow, Action: ["sqs:SendMessage", "sqs:SendMessageBatch"], Resource: "*"}', []),
        ('{Effect: Allow, Action: "sqs:SendMessageBatch", Resource: "*"}', ["E9402"]),
        ('{Effect: Allow, Action: "Kinesis:putRecord", Resource: !GetAtt Stream.Arn}', []),
        ('{Effect: Allow, Action: "kinesis.PutRecord", Resource: "*"}', ["E9402"]),
        ('{Effect: Allow, Action: "s3:ListBucket", Resource: !Sub "${Bucket.Arn}/*"}', ["E9405"]),
        ('{Effect: Allow, Action: "s3:ListBucket", Resource: !GetAtt Bucket.Arn}', []),
        ('{Effect: Allow, Action: "s3:Get*", Resource: !GetAtt Bucket.Arn}', []),
        ('{Effect: Allow, Action: ["s3:GetObject"], Resource: "arn:aws:s3:::films*"}', []),
        ('{Effect: Deny, Action: "s3:GetObject", Resource: !GetAtt Bucket.Arn}', []),
        ('{Effect: Allow, Action: "s3:GetObject", Resource: !Ref Bucket}', ["E9404"]),
        ('{Effect: Allow, Action: "logs:PutLogEvents", Resource: "arn:aws:logs:*:*:log-group:/films"}', ["E9405"]),
        ('{Effect: Allow, Action: "logs:PutLogEvents", Resource: "arn:aws:logs:*:*:*"}', []),
        ('{Effect: Allow, Action: "iam:PassRole", Resource: "arn:aws-cn:iam::123456789012:role/a"}', ["E9404"]),
        (
            '{Effect: Allow, Action: "s3:*", Resource: "*", Condition: {StringMatches: {"a:b": c}}}',
            ["E9401"],
        ),
        (
            '{Effect: Allow, Action: "s3:*", Resource: "*", Condition: {"ForAnyValue:StringLikeIfExists": {"a:b": c}}}',
            [],
        ),
    ],
)
def test_statements(tmp_path: Path, statement: str, expected: list[str]) -> None:
    text = POLICY.replace("STATEMENT", statement)
    assert [name.split()[0] for name in found(text, tmp_path)] == expected


def test_a_task_on_ec2_uses_the_rights_of_its_instance(tmp_path: Path) -> None:
    text = """
    Resources:
      Queue: {Type: AWS::SQS::Queue}
      Task:
        Type: AWS::ECS::TaskDefinition
        Properties:
          RequiresCompatibilities: [EC2]
          ContainerDefinitions:
            - Name: a
              Image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/films:1
              LogConfiguration: {LogDriver: awslogs, Options: {awslogs-group: a, awslogs-region: us-east-1}}
              Environment: [{Name: QUEUE, Value: !Ref Queue}]
    """
    assert found(text, tmp_path) == []
    assert found(text.replace("EC2", "FARGATE"), tmp_path) == ["E9420 Task", "E9425 Task"]
