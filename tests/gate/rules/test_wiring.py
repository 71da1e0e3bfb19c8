"""Runtime wiring: what is handed over through parameters counts, other ways to do the same are clean."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from gate.rule import Case
from gate.rules import all_rules
from tests.gate.rules.cases import tree_of

RULES = [rule for rule in all_rules() if rule.id.startswith("E95")]


def found(case: Case, folder: Path) -> list[str]:
    """Return the rules of runtime wiring that find something, each with the resource."""
    tree = tree_of(case, folder)
    assert tree.problems == ()
    return sorted({f"{finding.rule} {finding.logical_id}" for rule in RULES for finding in rule.findings(tree)})


# --- a worker that gets everything by two levels of stacks ------------------------------------------------------------

ROOT = """
Resources:
  Data: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: data.yaml}}
  Work:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: work.yaml
      Parameters:
        Clients: !GetAtt Data.Outputs.Clients
        Host: !GetAtt Data.Outputs.Host
        Port: !GetAtt Data.Outputs.Port
        CacheHost: !GetAtt Data.Outputs.CacheHost
        QueueArn: !GetAtt Data.Outputs.QueueArn
        QueueUrl: !GetAtt Data.Outputs.QueueUrl
        QueueName: !GetAtt Data.Outputs.QueueName
        SecretArn: !GetAtt Data.Outputs.SecretArn
        Files: !GetAtt Data.Outputs.Files
"""
DATA = """
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16, EnableDnsHostnames: true}}
  Clients:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: workers
      VpcId: !Ref Vpc
      SecurityGroupEgress:
        - {IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}
        - {IpProtocol: tcp, FromPort: 2049, ToPort: 6500, CidrIp: 10.0.0.0/16}
  Servers:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: datastores
      VpcId: !Ref Vpc
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 5432, ToPort: 5432, SourceSecurityGroupId: !Ref Clients}
        - {IpProtocol: tcp, FromPort: 2049, ToPort: 2049, SourceSecurityGroupId: !Ref Clients}
  CacheIn:
    Type: AWS::EC2::SecurityGroupIngress
    Properties:
      GroupId: !Ref Servers
      IpProtocol: tcp
      FromPort: 6379
      ToPort: 6379
      SourceSecurityGroupId: !GetAtt Clients.GroupId
  Cluster:
    Type: AWS::RDS::DBCluster
    Properties:
      Engine: aurora-postgresql
      Port: 5432
      MasterUsername: films
      ManageMasterUserPassword: true
      VpcSecurityGroupIds: [!Ref Servers]
  Writer:
    Type: AWS::RDS::DBInstance
    Properties: {DBClusterIdentifier: !Ref Cluster, Engine: aurora-postgresql, DBInstanceClass: db.serverless}
  Cache:
    Type: AWS::ElastiCache::ReplicationGroup
    Properties: {ReplicationGroupDescription: cache, Engine: valkey, SecurityGroupIds: [!Ref Servers]}
  Queue: {Type: AWS::SQS::Queue}
  Files: {Type: AWS::EFS::FileSystem}
  Target:
    Type: AWS::EFS::MountTarget
    Properties: {FileSystemId: !Ref Files, SubnetId: subnet-0123456789abcdef0, SecurityGroups: [!Ref Servers]}
Outputs:
  Clients: {Value: !GetAtt Clients.GroupId}
  Host: {Value: !GetAtt Cluster.Endpoint.Address}
  Port: {Value: !GetAtt Cluster.Endpoint.Port}
  CacheHost: {Value: !GetAtt Cache.PrimaryEndPoint.Address}
  QueueArn: {Value: !GetAtt Queue.Arn}
  QueueUrl: {Value: !Ref Queue}
  QueueName: {Value: !GetAtt Queue.QueueName}
  SecretArn: {Value: !GetAtt Cluster.MasterUserSecret.SecretArn}
  Files: {Value: !Ref Files}
"""
WORK = """
Parameters:
  Clients: {Type: 'AWS::EC2::SecurityGroup::Id'}
  Host: {Type: String}
  Port: {Type: String}
  CacheHost: {Type: String}
  QueueArn: {Type: String}
  QueueUrl: {Type: String}
  QueueName: {Type: String}
  SecretArn: {Type: String}
  Files: {Type: String}
Resources:
  Logs: {Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: 30}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {Effect: Allow, Principal: {Service: ecs-tasks.amazonaws.com}, Action: sts:AssumeRole}
      Policies:
        - PolicyName: work
          PolicyDocument: {Statement: [{Effect: Allow, Action: 'sqs:*', Resource: !Ref QueueArn}]}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      RequiresCompatibilities: [FARGATE]
      NetworkMode: awsvpc
      TaskRoleArn: !GetAtt Role.Arn
      ContainerDefinitions:
        - Name: worker
          Image: worker
          PortMappings: [{ContainerPort: 8080}]
          Environment:
            - {Name: DB_HOST, Value: !Ref Host}
            - {Name: DB_PORT, Value: !Ref Port}
            - {Name: REDIS_URL, Value: !Sub "rediss://${CacheHost}:6379/0"}
            - {Name: QUEUE_URL, Value: !Ref QueueUrl}
          Secrets: [{Name: DB_PASSWORD, ValueFrom: !Sub "${SecretArn}:password::"}]
          HealthCheck: {Command: [CMD-SHELL, "wget -q localhost:8080/health"]}
          LogConfiguration:
            LogDriver: awslogs
            Options:
              awslogs-group: !Ref Logs
              awslogs-region: !Ref AWS::Region
              awslogs-stream-prefix: worker
      Volumes:
        - Name: files
          EFSVolumeConfiguration: {FilesystemId: !Ref Files, TransitEncryption: ENABLED}
  Cluster: {Type: AWS::ECS::Cluster}
  Service:
    Type: AWS::ECS::Service
    Properties:
      Cluster: !Ref Cluster
      TaskDefinition: !Ref Task
      LaunchType: FARGATE
      NetworkConfiguration:
        AwsvpcConfiguration: {Subnets: [subnet-0123456789abcdef0], SecurityGroups: [!Ref Clients]}
  Waiting:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/SQS
      MetricName: ApproximateAgeOfOldestMessage
      Dimensions: [{Name: QueueName, Value: !Ref QueueName}]
      Statistic: Maximum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 600
      ComparisonOperator: GreaterThanThreshold
"""


def films(old: str = "", new: str = "") -> Mapping[str, str]:
    """Return the tree, with one text replaced where it occurs."""
    assert old in ROOT + DATA + WORK
    files = {"root.yaml": ROOT, "data.yaml": DATA, "work.yaml": WORK}
    return {name: text.replace(old, new) if old else text for name, text in files.items()}


def test_a_worker_that_is_told_everything_is_clean(tmp_path: Path) -> None:
    assert found(films(), tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("{Name: DB_HOST, Value: !Ref Host}", "{Name: MODE, Value: fast}", ["E9501 Task", "E9502 Task"]),
        ("{Name: DB_HOST, Value: !Ref Host}", '{Name: DB_HOST, Value: ""}', ["E9501 Task", "E9502 Task", "E9504 Task"]),
        (
            "{Name: DB_HOST, Value: !Ref Host}",
            "{Name: DB_HOST, Value: !Ref Port}",
            ["E9501 Task", "E9502 Task", "E9505 Task"],
        ),
        ("{Name: DB_HOST, Value: !Ref Host}", "{Name: CACHE_HOST, Value: !Ref Host}", ["E9505 Task"]),
        ("{Name: DB_PORT, Value: !Ref Port}", "{Name: DB_PORT, Value: 3306}", ["E9506 Task"]),
        ("rediss://${CacheHost}:6379/0", "rediss://${CacheHost}:6380/0", ["E9506 Task"]),
        ("rediss://${CacheHost}:6379/0", "none at all", ["E9502 Task"]),
        ("{Name: QUEUE_URL, Value: !Ref QueueUrl}", "{Name: MODE, Value: fast}", ["E9503 Task"]),
        ("{Name: QUEUE_URL, Value: !Ref QueueUrl}", "{Name: QUEUE_URL, Value: !Ref QueueArn}", ["E9505 Task"]),
        (
            "{Name: QUEUE_URL, Value: !Ref QueueUrl}",
            "{Name: QUEUE_URL, Value: '${QueueUrl}'}",
            ["E9503 Task", "E9504 Task"],
        ),
        ("FromPort: 5432, ToPort: 5432, SourceS", "FromPort: 5433, ToPort: 5433, SourceS", ["E9510 Cluster"]),
        ("FromPort: 2049, ToPort: 2049, SourceS", "FromPort: 111, ToPort: 111, SourceS", ["E9510 Target"]),
        ("ToPort: 6500, CidrIp: 10.0.0.0/16", "ToPort: 6000, CidrIp: 10.0.0.0/16", ["E9511 Clients"]),
        ("SourceSecurityGroupId: !GetAtt Clients.GroupId", "SourceSecurityGroupId: !Ref Servers", ["E9510 Cache"]),
        ("awslogs-group: !Ref Logs", "awslogs-group: /films/missing", ["E9516 Task"]),
        ("awslogs-region: !Ref AWS::Region", "awslogs-region: eu-west-1", ["E9516 Task"]),
        ("awslogs-stream-prefix: worker", "mode: non-blocking", ["E9515 Task"]),
        ("${SecretArn}:password::", "${SecretArn}:host::", ["E9525 Task"]),
        ("localhost:8080/health", "localhost:80/health", ["E9530 Task"]),
        ("LaunchType: FARGATE", "DesiredCount: 2", ["E9537 Service"]),
        ("Value: !Ref QueueName", "Value: !Ref QueueUrl", ["E9552 Waiting"]),
        ("Value: !Ref QueueName", "Value: another-queue", ["E9552 Waiting"]),
        ("Name: QueueName, Value", "Name: Queue, Value", ["E9551 Waiting"]),
        ("ApproximateAgeOfOldestMessage", "AgeOfOldestMessage", ["E9550 Waiting"]),
        ("AWS/SQS", "AWS/Sqs", ["E9550 Waiting"]),
        ("TransitEncryption: ENABLED", "AuthorizationConfig: {IAM: ENABLED}", ["E9522 Task"]),
    ],
)
def test_one_thing_wrong_is_found(old: str, new: str, expected: list[str], tmp_path: Path) -> None:
    assert found(films(old, new), tmp_path) == expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{Name: DB_HOST, Value: !Ref Host}", "{Name: DATABASE_URL, Value: !Sub 'postgres://${Host}:5432/films'}"),
        ("Image: worker", "Image: worker\n          EnvironmentFiles: [{Type: s3, Value: 'arn:aws:s3:::b/env'}]"),
        ("awslogs-group: !Ref Logs", "awslogs-group: /films/new\n              awslogs-create-group: 'true'"),
        ("SourceSecurityGroupId: !GetAtt Clients.GroupId", "CidrIp: 10.0.0.0/8"),
        ("localhost:8080/health", "http://$HOST/health"),
        ("AWS/SQS", "Films"),
        ("Value: !Ref QueueName", "Value: !Select [5, !Split [':', !Ref QueueArn]]"),
        ("{Name: DB_PORT, Value: !Ref Port}", "{Name: SENTRY_URL, Value: ''}"),
    ],
)
def test_the_same_in_another_way_is_clean(old: str, new: str, tmp_path: Path) -> None:
    assert found(films(old, new), tmp_path) == []


def test_groups_and_endpoints_from_outside_are_not_judged(tmp_path: Path) -> None:
    case = """
    Parameters:
      Groups: {Type: 'List<AWS::EC2::SecurityGroup::Id>'}
      Host: {Type: String}
      Group: {Type: String, Default: /shared/logs}
    Resources:
      Task:
        Type: AWS::ECS::TaskDefinition
        Properties:
          ContainerDefinitions:
            - Name: app
              Image: app
              Environment: [{Name: DB_HOST, Value: !Ref Host}, {Name: DB_PORT, Value: '5432'}]
              LogConfiguration:
                LogDriver: awslogs
                Options:
                  awslogs-group: !Ref Group
                  awslogs-region: eu-west-1
                  awslogs-stream-prefix: app
      Other: {Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: 30}}
      Service:
        Type: AWS::ECS::Service
        Properties:
          TaskDefinition: !Ref Task
          NetworkConfiguration: {AwsvpcConfiguration: {Subnets: [subnet-1], SecurityGroups: !Ref Groups}}
    """
    assert found(case, tmp_path) == []


# --- datastores -------------------------------------------------------------------------------------------------------

ATTACHED = """
Resources:
  Secret:
    Type: AWS::SecretsManager::Secret
    Properties:
      GenerateSecretString: {SecretStringTemplate: '{"username": "films"}', GenerateStringKey: password}
  Instance:
    Type: AWS::RDS::DBInstance
    Properties:
      Engine: postgres
      DBInstanceClass: db.t4g.micro
      MasterUsername: !Sub "{{resolve:secretsmanager:${Secret}:SecretString:username}}"
      MasterUserPassword: !Sub "{{resolve:secretsmanager:${Secret}:SecretString:password}}"
  Attachment:
    Type: AWS::SecretsManager::SecretTargetAttachment
    Properties: {SecretId: !Ref Secret, TargetId: !Ref Instance, TargetType: AWS::RDS::DBInstance}
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      Role: arn:aws:iam::123456789012:role/films
      Code: {S3Bucket: code, S3Key: app.zip}
      Environment: {Variables: {DB_SECRET_ARN: !Ref ATTACHED, DB_PORT: !GetAtt Instance.Endpoint.Port}}
"""


@pytest.mark.parametrize("holder", ["Secret", "Attachment"])
def test_an_attached_secret_has_the_host(holder: str, tmp_path: Path) -> None:
    case = ATTACHED.replace("ATTACHED", holder).replace(", DB_PORT: !GetAtt Instance.Endpoint.Port", "")
    assert found(case, tmp_path) == []


def test_a_secret_that_is_not_attached_has_no_host(tmp_path: Path) -> None:
    case = ATTACHED.replace("ATTACHED", "Secret").replace("Endpoint.Port", "Endpoint.Port, MODE: fast")
    start, end = case.index("  Attachment:"), case.index("  Function:")
    assert found(case[:start] + case[end:], tmp_path) == ["E9501 Function"]


def test_the_data_api_needs_no_host(tmp_path: Path) -> None:
    case = """
    Resources:
      Cluster:
        Type: AWS::RDS::DBCluster
        Properties: {Engine: aurora-postgresql, EnableHttpEndpoint: true, ManageMasterUserPassword: true}
      Function:
        Type: AWS::Lambda::Function
        Properties:
          Runtime: python3.13
          Handler: app.handler
          Role: arn:aws:iam::123456789012:role/films
          Code: {S3Bucket: code, S3Key: app.zip}
          Environment:
            Variables:
              CLUSTER_ARN: !GetAtt Cluster.DBClusterArn
              SECRET_ARN: !GetAtt Cluster.MasterUserSecret.SecretArn
    """
    assert found(case, tmp_path) == []


def test_a_cluster_of_which_only_readers_are_known_cannot_be_written(tmp_path: Path) -> None:
    case = """
    Resources:
      Cluster:
        Type: AWS::RDS::DBCluster
        Properties: {Engine: aurora-postgresql, MasterUsername: films, ManageMasterUserPassword: true}
      Task:
        Type: AWS::ECS::TaskDefinition
        Properties:
          ContainerDefinitions:
            - {Name: app, Image: app, Environment: [{Name: DB_HOST, Value: !GetAtt Cluster.ReadEndpoint.Address}]}
    """
    assert found(case, tmp_path / "alone") == ["E9502 Cluster"]
    exported = case + ("\n    Outputs: {Writer: {Value: !GetAtt Cluster.Endpoint.Address, Export: {Name: writer}}}")
    assert found(exported, tmp_path / "exported") == []


# --- functions --------------------------------------------------------------------------------------------------------


def test_a_queue_that_triggers_a_function_needs_no_variable(tmp_path: Path) -> None:
    case = """
    Resources:
      Table:
        Type: AWS::DynamoDB::Table
        Properties:
          BillingMode: PAY_PER_REQUEST
          KeySchema: [{AttributeName: id, KeyType: HASH}]
          AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      Queue: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 60}}
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}
          Policies:
            - PolicyName: work
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: [sqs:ReceiveMessage, sqs:DeleteMessage], Resource: !GetAtt Queue.Arn}
                  - {Effect: Allow, Action: dynamodb:PutItem, Resource: !GetAtt Table.Arn}
      Function:
        Type: AWS::Lambda::Function
        Properties:
          Runtime: python3.13
          Handler: app.handler
          Role: !GetAtt Role.Arn
          Code: {S3Bucket: code, S3Key: app.zip}
          Environment: {Variables: {TABLE: !Ref Table}}
      Mapping:
        Type: AWS::Lambda::EventSourceMapping
        Properties: {EventSourceArn: !GetAtt Queue.Arn, FunctionName: !Ref Function}
    """
    assert found(case, tmp_path) == []


# --- metrics ----------------------------------------------------------------------------------------------------------

WATCH = """
Resources:
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {{Type: application, Scheme: internal, Subnets: [subnet-1, subnet-2]}}
  Cache:
    Type: AWS::ElastiCache::ReplicationGroup
    Properties: {{ReplicationGroupDescription: cache, Engine: valkey}}
  Api: {{Type: AWS::ApiGateway::RestApi, Properties: {{Name: films}}}}
  Board:
    Type: AWS::CloudWatch::Dashboard
    Properties:
      DashboardBody: !Sub |
        {{"widgets": [{{"type": "metric", "properties": {{"region": "${{AWS::Region}}", "metrics": {metrics}}}}}]}}
"""


@pytest.mark.parametrize(
    ("metrics", "expected"),
    [
        ('[["AWS/ApplicationELB", "RequestCount", "LoadBalancer", "${Balancer.LoadBalancerFullName}"]]', []),
        ('[["AWS/ApplicationELB", "RequestCount", "LoadBalancer", "${Balancer}"]]', ["E9552 Board"]),
        ('[["AWS/ElastiCache", "Evictions", "CacheClusterId", "${Cache}-001"], ["...", "${Cache}-002"]]', []),
        ('[["AWS/ElastiCache", "Evictions", "CacheClusterId", "${Cache}"]]', ["E9552 Board"]),
        (
            '[["AWS/ElastiCache", "CPUUtilization", "CacheClusterId", "${Cache}-001"], [".", "Cpu", ".", "."]]',
            ["E9550 Board"],
        ),
        ('[["AWS/ApiGateway", "5XXError", "ApiName", "films", {"stat": "Sum"}]]', []),
        ('[["AWS/ApiGateway", "5XXError", "ApiName", "${Api}"]]', ["E9552 Board"]),
        ('[["AWS/ApiGateway", "5XXError", "ApiId", "${Api}"]]', ["E9551 Board", "E9552 Board"]),
        ('[["AWS/Kinesis", "IteratorAgeMilliseconds", "StreamName", "films"]]', ["E9551 Board"]),
        ('[[{"expression": "SUM(METRICS())"}], ["Films", "Anything", "Of", "us"]]', []),
        ("[not json", []),
    ],
)
def test_metrics_of_dashboards(metrics: str, expected: list[str], tmp_path: Path) -> None:
    assert found(WATCH.format(metrics=metrics), tmp_path) == expected


@pytest.mark.parametrize(
    ("count", "least", "most", "expected"),
    [
        ("DesiredCount: 2, ", 100, 200, []),
        ("DesiredCount: 1, ", 100, 150, ["E9536 Service"]),
        ("DesiredCount: 4, ", 50, 100, []),
        ("DesiredCount: 1, ", 50, 100, ["E9536 Service"]),
        ("", 50, 100, []),
        ("", 100, 100, ["E9536 Service"]),
        ("DesiredCount: 0, ", 100, 100, []),
        ("SchedulingStrategy: DAEMON, ", 0, 100, []),
    ],
)
def test_room_of_a_deployment(count: str, least: int, most: int, expected: list[str], tmp_path: Path) -> None:
    config = f"DeploymentConfiguration: {{MinimumHealthyPercent: {least}, MaximumPercent: {most}}}"
    case = f"Resources: {{Service: {{Type: AWS::ECS::Service, Properties: {{TaskDefinition: app, {count}{config}}}}}}}"
    assert found(case, tmp_path) == expected


def test_a_proxy_stands_for_its_database(tmp_path: Path) -> None:
    case = """
    Resources:
      Cluster:
        Type: AWS::RDS::DBCluster
        Properties: {Engine: aurora-postgresql, MasterUsername: films, ManageMasterUserPassword: true}
      Proxy:
        Type: AWS::RDS::DBProxy
        Properties:
          DBProxyName: films
          EngineFamily: POSTGRESQL
          RoleArn: arn:aws:iam::123456789012:role/films
          VpcSubnetIds: [subnet-1, subnet-2]
          Auth: [{SecretArn: !GetAtt Cluster.MasterUserSecret.SecretArn}]
      Group:
        Type: AWS::RDS::DBProxyTargetGroup
        Properties: {DBProxyName: !Ref Proxy, TargetGroupName: default, DBClusterIdentifiers: [!Ref Cluster]}
      Task:
        Type: AWS::ECS::TaskDefinition
        Properties:
          ContainerDefinitions:
            - Name: app
              Image: app
              Environment:
                - {Name: DB_HOST, Value: !GetAtt Proxy.Endpoint}
                - {Name: DB_PORT, Value: !GetAtt Cluster.Endpoint.Port}
              Secrets: [{Name: DB_PASSWORD, ValueFrom: !Sub "${Cluster.MasterUserSecret.SecretArn}:password::"}]
    """
    assert found(case, tmp_path) == []


@pytest.mark.parametrize(
    ("space", "metric", "threshold", "expected"),
    [
        ("AWS/RDS", "CPUUtilization", 90, []),
        ("AWS/RDS", "CPUUtilization", 900, ["E9558 Alarm"]),
        ("AWS/RDS", "DatabaseConnections", 900, []),
        ("AWS/ECS", "CPUUtilization", 150, []),
    ],
)
def test_thresholds_of_percentages(
    space: str, metric: str, threshold: int, expected: list[str], tmp_path: Path
) -> None:
    watched = {
        "AWS/RDS": "{Name: DBClusterIdentifier, Value: films}",
        "AWS/ECS": "{Name: ClusterName, Value: films}",
    }
    case = f"""
    Resources:
      Alarm:
        Type: AWS::CloudWatch::Alarm
        Properties:
          Namespace: {space}
          MetricName: {metric}
          Dimensions: [{watched[space]}]
          Statistic: Average
          Period: 60
          EvaluationPeriods: 1
          Threshold: {threshold}
          ComparisonOperator: GreaterThanThreshold
    """
    assert found(case, tmp_path) == expected


@pytest.mark.parametrize(
    ("egress", "expected"),
    [
        ("", []),
        ("SecurityGroupEgress: [{IpProtocol: '-1', CidrIp: 0.0.0.0/0}]", []),
        ("SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 1, ToPort: 65535, CidrIp: 10.0.0.0/8}]", []),
        ("SecurityGroupEgress: [{IpProtocol: '-1', CidrIp: 127.0.0.1/32}]", ["E9513 Tasks"]),
        ("SecurityGroupEgress: [{IpProtocol: udp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}]", ["E9513 Tasks"]),
    ],
)
def test_what_a_task_is_let_out_to(egress: str, expected: list[str], tmp_path: Path) -> None:
    case = f"""
    Resources:
      Tasks:
        Type: AWS::EC2::SecurityGroup
        Properties:
          GroupDescription: tasks
          VpcId: vpc-1
          {egress}
      Task:
        Type: AWS::ECS::TaskDefinition
        Properties: {{RequiresCompatibilities: [FARGATE], ContainerDefinitions: [{{Name: app, Image: app}}]}}
      Service:
        Type: AWS::ECS::Service
        Properties:
          LaunchType: FARGATE
          TaskDefinition: !Ref Task
          NetworkConfiguration: {{AwsvpcConfiguration: {{Subnets: [subnet-1], SecurityGroups: [!Ref Tasks]}}}}
    """
    assert found(case, tmp_path) == expected
