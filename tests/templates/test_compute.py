from __future__ import annotations

import pytest
from troposphere import ecs

from gate.tree import Resource, Tree, Value, items
from tests.templates.conftest import Evaluate
from tests.templates.rendering import properties, rendered, resources

SHARES = [
    {"CapacityProvider": "FARGATE", "Base": {"Ref": "OnDemandBase"}, "Weight": {"Ref": "OnDemandWeight"}},
    {"CapacityProvider": "FARGATE_SPOT", "Weight": {"Ref": "SpotWeight"}},
]


def resource(tree: Tree, title: str) -> Resource:
    found = tree.resource(f"root/Compute.{title}")
    assert found is not None
    return found


def container(tree: Tree) -> dict[str, Value]:
    found = resource(tree, "Task").get("ContainerDefinitions")
    assert isinstance(found, list)
    (only,) = found
    assert isinstance(only, dict)
    return only


def told(tree: Tree) -> dict[str, str]:
    """Give the environment of a worker: what each variable holds, references as ``${stack.resource.attribute}``."""
    environment = container(tree)["Environment"]
    assert isinstance(environment, list)
    return {str(each["Name"]): str(each["Value"]) for each in environment if isinstance(each, dict)}


def statements(tree: Tree, role: str) -> list[dict[str, Value]]:
    found = items(resource(tree, role).get("Policies.0.PolicyDocument.Statement"))
    return [statement for statement in found if isinstance(statement, dict)]


def may(tree: Tree, role: str) -> dict[str, set[str]]:
    """Give what a role may do: the resources of each action."""
    found: dict[str, set[str]] = {}
    for statement in statements(tree, role):
        assert statement["Effect"] == "Allow"
        for action in items(statement["Action"]):
            found.setdefault(str(action), set()).update(map(str, items(statement["Resource"])))
    return found


def refusals(tree: Tree) -> set[str]:
    return {problem.logical_id for problem in tree.problems if problem.code == "failed-assertion"}


def test_promise_fargate_and_fargate_spot_with_the_default_strategy_kept(platform: Evaluate) -> None:
    capacity = properties("compute", "Capacity")
    assert capacity["Cluster"] == {"Ref": "Cluster"}
    assert capacity["CapacityProviders"] == ["FARGATE", "FARGATE_SPOT"]
    assert capacity["DefaultCapacityProviderStrategy"] == SHARES
    assert resource(platform(), "Capacity").get("DefaultCapacityProviderStrategy") == [
        {"CapacityProvider": "FARGATE", "Base": 1, "Weight": 1},
        {"CapacityProvider": "FARGATE_SPOT", "Weight": 4},
    ]


def test_promise_spot_for_cost() -> None:
    service = properties("compute", "Service")
    assert service["CapacityProviderStrategy"] == SHARES
    assert "LaunchType" not in service
    (worker,) = properties("compute", "Task")["ContainerDefinitions"]
    assert worker["StopTimeout"] == 120


def test_failure_capacity_provider_strategy_with_wrongly_named_keys_cannot_be_written() -> None:
    with pytest.raises(AttributeError, match="capacity_provider"):
        ecs.CapacityProviderStrategyItem(capacity_provider="FARGATE", weight=1)
    with pytest.raises(TypeError, match="CapacityProviderStrategy"):
        ecs.Service("Service", CapacityProviderStrategy=[{"CapacityProvider": "FARGATE", "Weight": 1}])


def test_promise_database_endpoint_handed_to_compute(platform: Evaluate) -> None:
    variables = told(platform(DatabaseName="films"))
    assert variables["DATABASE_WRITER_HOST"] == "${root/Database.Cluster.Endpoint.Address}"
    assert variables["DATABASE_READER_HOST"] == "${root/Database.Cluster.ReadEndpoint.Address}"
    assert variables["DATABASE_PORT"] == "${root/Database.Cluster.Endpoint.Port}"
    assert variables["DATABASE_NAME"] == "films"


def test_a_worker_is_told_every_endpoint(platform: Evaluate) -> None:
    variables = told(platform(region="ca-central-1"))
    assert variables["ENVIRONMENT"] == "test"
    assert variables["AWS_REGION"] == "ca-central-1"
    assert variables["INGEST_STREAM_NAME"] == "${root/Streaming.Ingest}"
    assert variables["INGEST_STREAM_ARN"] == "${root/Streaming.Ingest.Arn}"
    assert variables["ANALYTICS_STREAM_NAME"] == "${root/Streaming.Analytics}"
    assert variables["ANALYTICS_STREAM_ARN"] == "${root/Streaming.Analytics.Arn}"
    assert variables["DEAD_LETTER_QUEUE_URL"] == "${root/Streaming.DeadLetters}"
    assert variables["CACHE_HOST"] == "${root/Cache.Group.PrimaryEndPoint.Address}"
    assert variables["CACHE_READER_HOST"] == "${root/Cache.Group.ReaderEndPoint.Address}"
    assert variables["CACHE_PORT"] == "${root/Cache.Group.PrimaryEndPoint.Port}"
    assert variables["CACHE_NAME"] == "${root/Cache.Group}"
    assert variables["CACHE_USER"]


def test_the_database_password_is_a_reference_and_can_be_read_again_after_a_rotation(platform: Evaluate) -> None:
    tree = platform()
    secret = "${root/Database.Cluster.MasterUserSecret.SecretArn}"
    (handed,) = properties("compute", "Task")["ContainerDefinitions"][0]["Secrets"]
    assert handed == {"Name": "DATABASE_SECRET", "ValueFrom": {"Ref": "DatabaseSecretArn"}}
    assert told(tree)["DATABASE_SECRET_ARN"] == secret
    for role in ("ExecutionRole", "WorkerRole"):
        assert may(tree, role)["secretsmanager:GetSecretValue"] == {secret}
        assert may(tree, role)["kms:Decrypt"] == {"${root/Security.Key.Arn}"}


def test_promise_task_role_for_kinesis_secrets_manager_and_sqs(platform: Evaluate) -> None:
    tree = platform()
    allowed = may(tree, "WorkerRole")
    assert allowed["kinesis:GetRecords"] == {"${root/Streaming.Ingest.Arn}"}
    assert allowed["kinesis:PutRecords"] == {"${root/Streaming.Analytics.Arn}"}
    assert allowed["sqs:SendMessage"] == {"${root/Streaming.DeadLetters.Arn}"}
    assert allowed["secretsmanager:GetSecretValue"]
    assert allowed["elasticfilesystem:ClientWrite"] == {"${root/Storage.Files.Arn}"}
    assert "elasticfilesystem:ClientRootAccess" not in allowed
    (key,) = (each for each in statements(tree, "WorkerRole") if each["Sid"] == "UseKey")
    through = str(key["Condition"])
    assert all(f"'{service}.eu-west-2.amazonaws.com'" in through for service in ("kinesis", "secretsmanager", "sqs"))
    task = resource(tree, "Task")
    assert str(task.get("TaskRoleArn")) == "${root/Compute.WorkerRole.Arn}"
    assert str(task.get("ExecutionRoleArn")) == "${root/Compute.ExecutionRole.Arn}"


def test_a_worker_logs_in_to_database_and_cache_as_the_users_it_is_told(platform: Evaluate) -> None:
    tree = platform()
    allowed = may(tree, "WorkerRole")
    (login,) = allowed["rds-db:connect"]
    assert login.endswith(f"dbuser:${{root/Database.Cluster.DBClusterResourceId}}/{told(tree)['DATABASE_USER']}")
    assert "${root/Cache.Group" in "".join(allowed["elasticache:Connect"])


def test_promise_auto_scaling_1_to_10(platform: Evaluate) -> None:
    tree = platform(WorkerMin="1", WorkerMax="10")
    assert refusals(tree) == set()
    target = resource(tree, "Scaling")
    assert str(target.get("ResourceId")) == "service/${root/Compute.Cluster}/${root/Compute.Service.Name}"
    assert target.get("ScalableDimension") == "ecs:service:DesiredCount"
    assert [str(target.get(end)) for end in ("MinCapacity", "MaxCapacity")] == ["1", "10"]


def test_workers_scale_between_2_and_20_on_70_percent_of_cpu(platform: Evaluate) -> None:
    target = resource(platform(), "Scaling")
    assert [str(target.get(end)) for end in ("MinCapacity", "MaxCapacity")] == ["2", "20"]
    on_cpu = properties("compute", "ScaleOnCpu")
    assert on_cpu["ScalingTargetId"] == {"Ref": "Scaling"}
    tracking = on_cpu["TargetTrackingScalingPolicyConfiguration"]
    assert tracking["TargetValue"] == 70
    metric = tracking["PredefinedMetricSpecification"]["PredefinedMetricType"]
    assert metric == "ECSServiceAverageCPUUtilization"


def test_workers_are_added_while_records_wait_and_only_added() -> None:
    alarm = properties("compute", "IngestLag")
    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/Kinesis", "GetRecords.IteratorAgeMilliseconds")
    assert alarm["Dimensions"] == [{"Name": "StreamName", "Value": {"Ref": "StreamingIngestName"}}]
    assert alarm["AlarmActions"] == [{"Ref": "ScaleOnLag"}]
    assert alarm["TreatMissingData"] == "notBreaching"
    policy = properties("compute", "ScaleOnLag")
    assert policy["ScalingTargetId"] == {"Ref": "Scaling"}
    steps = policy["StepScalingPolicyConfiguration"]["StepAdjustments"]
    assert steps[0]["MetricIntervalLowerBound"] == 0
    ends = [step.get("MetricIntervalUpperBound") for step in steps]
    assert ends == [*(step["MetricIntervalLowerBound"] for step in steps[1:]), None]
    assert all(step["ScalingAdjustment"] > 0 for step in steps)
    assert ends[0] > 0


def test_the_service_leaves_the_number_of_workers_to_scaling() -> None:
    assert "DesiredCount" not in properties("compute", "Service")


def test_the_service_starts_once_the_cluster_has_its_capacity_and_tasks_a_way_out() -> None:
    assert "Capacity" in rendered()["compute"]["Resources"]["Service"]["DependsOn"]
    assert "Egress" in rendered()["root"]["Resources"]["Compute"]["DependsOn"]


def test_workers_are_private_and_come_back_from_a_bad_version(platform: Evaluate) -> None:
    tree = platform()
    service = resource(tree, "Service")
    network = service.get("NetworkConfiguration.AwsvpcConfiguration")
    assert isinstance(network, dict)
    assert network["AssignPublicIp"] == "DISABLED"
    assert [subnet.id for subnet in tree.targets(network["Subnets"])] == ["PrivateA", "PrivateB"]
    assert [group.id for group in tree.targets(network["SecurityGroups"])] == ["WorkerGroup"]
    deployment = properties("compute", "Service")["DeploymentConfiguration"]
    assert deployment["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}
    assert deployment["MaximumPercent"] > 100
    assert service.get("AvailabilityZoneRebalancing") == "ENABLED"


def test_promise_environment_in_every_tag_of_a_task() -> None:
    service = properties("compute", "Service")
    assert service["PropagateTags"] == "SERVICE"
    assert service["EnableECSManagedTags"] is True
    tags = rendered()["root"]["Resources"]["Compute"]["Properties"]["Tags"]
    assert {"Key": "Environment", "Value": {"Ref": "Environment"}} in tags


def test_a_worker_is_nobody_special_and_writes_only_where_it_must() -> None:
    (worker,) = properties("compute", "Task")["ContainerDefinitions"]
    assert worker["User"] == "1000:1000"
    assert worker["ReadonlyRootFilesystem"] is True
    assert worker["LinuxParameters"]["InitProcessEnabled"] is True
    assert worker["LinuxParameters"]["Capabilities"] == {"Drop": ["ALL"]}
    assert [scratch["ContainerPath"] for scratch in worker["LinuxParameters"]["Tmpfs"]] == ["/tmp"]
    assert [mount["ContainerPath"] for mount in worker["MountPoints"]] == ["/media"]
    assert not worker.get("Privileged")


def test_the_file_system_is_mounted_over_tls_as_the_role_through_the_access_point(platform: Evaluate) -> None:
    tree = platform()
    (volume,) = properties("compute", "Task")["Volumes"]
    (worker,) = properties("compute", "Task")["ContainerDefinitions"]
    assert worker["MountPoints"] == [{"SourceVolume": volume["Name"], "ContainerPath": "/media", "ReadOnly": False}]
    assert told(tree)["MEDIA_PATH"] == "/media"
    mount = resource(tree, "Task").get("Volumes.0.EFSVolumeConfiguration")
    assert isinstance(mount, dict)
    assert mount["TransitEncryption"] == "ENABLED"
    assert "RootDirectory" not in mount
    authorization = mount["AuthorizationConfig"]
    assert isinstance(authorization, dict)
    assert authorization["IAM"] == "ENABLED"
    assert str(authorization["AccessPointId"]) == "${root/Storage.Media}"
    assert str(mount["FilesystemId"]) == "${root/Storage.Files}"


def test_a_worker_is_healthy_while_it_can_write_media(platform: Evaluate) -> None:
    health = container(platform())["HealthCheck"]
    assert isinstance(health, dict)
    assert health["Command"] == ["CMD-SHELL", "test -w /media"]


def test_promise_log_retention() -> None:
    logs = properties("compute", "Logs")
    assert logs["RetentionInDays"] == 90
    assert logs["KmsKeyId"] == {"Ref": "SecurityKeyArn"}
    (worker,) = properties("compute", "Task")["ContainerDefinitions"]
    assert worker["LogConfiguration"]["LogDriver"] == "awslogs"
    assert worker["LogConfiguration"]["Options"]["awslogs-group"] == {"Ref": "Logs"}


def test_the_cluster_is_watched_and_its_disks_encrypted_with_our_key() -> None:
    cluster = properties("compute", "Cluster")
    assert cluster["ClusterSettings"] == [{"Name": "containerInsights", "Value": "enhanced"}]
    storage = cluster["Configuration"]["ManagedStorageConfiguration"]
    assert storage == {"FargateEphemeralStorageKmsKeyId": {"Ref": "SecurityKeyArn"}}


def test_a_command_is_words_and_without_one_the_image_decides(platform: Evaluate) -> None:
    assert container(platform(WorkerCommand="work,--fast"))["Command"] == ["work", "--fast"]
    assert "Command" not in container(platform(WorkerCommand=""))


def test_no_role_but_the_two_of_the_task() -> None:
    assert resources("compute", "AWS::IAM::Role").keys() == {"ExecutionRole", "WorkerRole"}


@pytest.mark.parametrize(
    ("values", "refused"),
    [
        ({"WorkerCpu": "256", "WorkerMemory": "2048"}, set()),
        ({"WorkerCpu": "256", "WorkerMemory": "4096"}, {"WorkerSize"}),
        ({"WorkerCpu": "16384", "WorkerMemory": "8192"}, {"WorkerSize"}),
        ({"WorkerMin": "10", "WorkerMax": "10"}, set()),
        ({"WorkerMin": "10", "WorkerMax": "100"}, set()),
        ({"WorkerMin": "10", "WorkerMax": "8"}, {"WorkerCount"}),
        ({"WorkerMin": "2", "WorkerMax": "1"}, {"WorkerCount"}),
        ({"OnDemandWeight": "0"}, set()),
        ({"OnDemandWeight": "0", "SpotWeight": "0"}, {"WorkerShares"}),
        ({"Environment": "prod", "WorkerMin": "1"}, {"WorkerSpread"}),
        ({"Environment": "prod", "OnDemandBase": "0"}, {"WorkerSpread"}),
    ],
)
def test_workers_that_cannot_be_are_refused(platform: Evaluate, values: dict[str, str], refused: set[str]) -> None:
    assert {rule for rule in refusals(platform(**values)) if rule.startswith("Worker")} == refused


def test_without_a_way_out_the_public_image_is_refused(platform: Evaluate) -> None:
    shut = {"NatMode": "none", "InterfaceEndpoints": "true"}
    own = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/worker:1"
    assert "WorkerReach" in refusals(platform(**shut))
    assert "WorkerReach" not in refusals(platform(**shut, WorkerImage=own))
