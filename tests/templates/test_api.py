from __future__ import annotations

import json
from itertools import product

import pytest

from gate.tree import Resource, Tree, Value, as_text, items
from tests.templates.conftest import Evaluate
from tests.templates.rendering import properties, rendered, resources

CERTIFICATE = {
    "CertificateArn": "arn:aws:acm:eu-west-2:123456789012:certificate/0a1b2c3d",
    "CertificateHost": "content.streamflix.example",
}
METHODS = ("ForwardRoot", "ForwardBelow")


def resource(tree: Tree, title: str) -> Resource:
    found = tree.resource(f"root/Api.{title}")
    assert found is not None
    return found


def exists(tree: Tree, title: str) -> bool:
    return resource(tree, title).condition is True


def ids(tree: Tree, value: Value) -> list[str]:
    return [found.id for found in tree.targets(value)]


def refusals(tree: Tree) -> set[str]:
    return {problem.logical_id for problem in tree.problems if problem.code == "failed-assertion"}


def openings(tree: Tree, source: str, target: str) -> set[str]:
    """Give the ports at which one security group lets another in."""
    return {
        str(rule.get("FromPort"))
        for rule in tree.resources("AWS::EC2::SecurityGroupIngress")
        if ids(tree, rule.get("SourceSecurityGroupId")) == [source] and ids(tree, rule.get("GroupId")) == [target]
    }


def test_promise_regional_api() -> None:
    api = properties("api", "Api")
    assert api["EndpointConfiguration"] == {"Types": ["REGIONAL"]}
    assert api["Name"] == {"Fn::Sub": "streamflix-api-${Environment}"}


def test_clients_must_speak_tls_1_2() -> None:
    api = properties("api", "Api")
    assert api["SecurityPolicy"].startswith("SecurityPolicy_TLS13_1_2_PFS_")
    assert api["EndpointAccessMode"] == "STRICT"


@pytest.mark.parametrize("certificate", [{}, CERTIFICATE])
def test_a_request_finds_an_open_door_at_every_hop(platform: Evaluate, certificate: dict[str, str]) -> None:
    tree = platform(**certificate)
    link, balancer, listener, targets = (resource(tree, title) for title in ("Link", "Balancer", "Listener", "Targets"))
    assert ids(tree, link.get("SecurityGroupIds")) == ["LinkGroup"]
    assert ids(tree, balancer.get("SecurityGroups")) == ["BalancerGroup"]
    assert balancer.get("Scheme") == "internal"
    assert openings(tree, "LinkGroup", "BalancerGroup") == {str(listener.get("Port"))}
    assert ids(tree, listener.get("LoadBalancerArn")) == ["Balancer"]
    assert ids(tree, listener.get("DefaultActions.0.TargetGroupArn")) == ["Targets"]
    assert openings(tree, "BalancerGroup", "ApiGroup") == {str(targets.get("Port"))}
    (served,) = items(resource(tree, "Service").get("LoadBalancers"))
    assert isinstance(served, dict)
    assert ids(tree, served["TargetGroupArn"]) == ["Targets"]
    assert served["ContainerPort"] == targets.get("Port")
    (container,) = items(resource(tree, "Task").get("ContainerDefinitions"))
    assert isinstance(container, dict)
    assert container["Name"] == served["ContainerName"]
    assert container["PortMappings"] == [{"ContainerPort": targets.get("Port"), "Protocol": "tcp"}]
    assert str(targets.get("Port")) in str(container["Command"])
    network = resource(tree, "Service").get("NetworkConfiguration.AwsvpcConfiguration")
    assert isinstance(network, dict)
    assert ids(tree, network["SecurityGroups"]) == ["ApiGroup"]
    assert ids(tree, network["Subnets"]) == ["PrivateA", "PrivateB"]
    assert network["AssignPublicIp"] == "DISABLED"


@pytest.mark.parametrize("title", METHODS)
def test_methods_go_through_the_link_to_the_load_balancer(platform: Evaluate, title: str) -> None:
    tree = platform()
    integration = resource(tree, title).get("Integration")
    assert isinstance(integration, dict)
    assert (integration["Type"], integration["ConnectionType"]) == ("HTTP_PROXY", "VPC_LINK")
    assert ids(tree, integration["ConnectionId"]) == ["Link"]
    assert ids(tree, integration["IntegrationTarget"]) == ["Balancer"]
    assert str(integration["Uri"]).startswith("http://${root/Api.Balancer.DNSName}:443/")


def test_the_path_of_a_request_is_handed_on() -> None:
    assert properties("api", "Below")["PathPart"] == "{path+}"
    integration = properties("api", "ForwardBelow")["Integration"]
    assert integration["RequestParameters"] == {"integration.request.path.path": "method.request.path.path"}
    assert all(
        uri.endswith(":443/{path}")
        for uri in (integration["Uri"]["Fn::If"][1], integration["Uri"]["Fn::If"][2]["Fn::Sub"])
    )


def test_with_a_certificate_the_last_hop_is_tls_to_the_name_on_it(platform: Evaluate) -> None:
    tree = platform(**CERTIFICATE)
    listener = resource(tree, "Listener")
    assert listener.get("Protocol") == "HTTPS"
    assert listener.get("Certificates.0.CertificateArn") == CERTIFICATE["CertificateArn"]
    # API Gateway speaks TLS 1.2 to a backend
    assert "TLS13-1-2" in (as_text(listener.get("SslPolicy")) or "")
    assert resource(tree, "Stage").get("Variables") == {"host": CERTIFICATE["CertificateHost"]}
    for title in METHODS:
        assert str(resource(tree, title).get("Integration.Uri")).startswith("https://${stageVariables.host}:443/")


def test_without_a_certificate_the_last_hop_is_http(platform: Evaluate) -> None:
    tree = platform()
    listener = resource(tree, "Listener")
    assert listener.get("Protocol") == "HTTP"
    assert listener.get("Certificates") is None
    assert listener.get("SslPolicy") is None
    assert resource(tree, "Stage").get("Variables") is None


def test_only_holders_of_an_iam_permission_may_call_unless_told_otherwise(platform: Evaluate) -> None:
    for title in METHODS:
        assert resource(platform(), title).get("AuthorizationType") == "AWS_IAM"
        assert resource(platform(ApiAuthorization="NONE"), title).get("AuthorizationType") == "NONE"


def test_requests_are_validated() -> None:
    validator = properties("api", "Validator")
    assert validator["ValidateRequestParameters"] is True
    assert validator["ValidateRequestBody"] is True
    for title in METHODS:
        assert properties("api", title)["RequestValidatorId"] == {"Ref": "Validator"}
    assert properties("api", "ForwardBelow")["RequestParameters"] == {"method.request.path.path": True}


def test_the_stage_shows_the_definition_that_the_knobs_ask_for(platform: Evaluate) -> None:
    shown = set()
    for certificate, who in product(({}, CERTIFICATE), ("AWS_IAM", "NONE")):
        tree = platform(ApiAuthorization=who, **certificate)
        (snapshot,) = tree.resources("AWS::ApiGateway::Deployment")
        assert ids(tree, resource(tree, "Stage").get("DeploymentId")) == [snapshot.id]
        assert set(METHODS) <= set(snapshot.depends_on)
        shown.add(snapshot.id)
    assert len(shown) == 4


def test_the_link_reaches_into_two_zones_however_many_there_are(platform: Evaluate) -> None:
    for zones in ("2", "3"):
        tree = platform(ZoneCount=zones)
        assert ids(tree, resource(tree, "Link").get("SubnetIds")) == ["PrivateA", "PrivateB"]


def test_the_load_balancer_is_careful_and_protected_unless_told_otherwise(platform: Evaluate) -> None:
    attributes = {each["Key"]: each["Value"] for each in properties("api", "Balancer")["LoadBalancerAttributes"]}
    assert attributes["routing.http.drop_invalid_header_fields.enabled"] == "true"
    assert attributes["routing.http.desync_mitigation_mode"] in {"defensive", "strictest"}
    assert attributes["deletion_protection.enabled"] == {"Ref": "BalancerProtection"}
    assert rendered()["root"]["Parameters"]["BalancerProtection"]["Default"] == "true"


def test_the_service_starts_once_its_load_balancer_listens_and_tasks_have_a_way_out() -> None:
    assert "Listener" in rendered()["api"]["Resources"]["Service"]["DependsOn"]
    assert "Egress" in rendered()["root"]["Resources"]["Api"]["DependsOn"]


def test_the_api_waits_for_no_worker_and_no_database() -> None:
    stack = rendered()["root"]["Resources"]["Api"]
    sources = {value["Fn::GetAtt"][0] for value in stack["Properties"]["Parameters"].values() if "Fn::GetAtt" in value}
    assert sources | set(stack["DependsOn"]) == {"Network", "Egress", "Security", "Streaming"}


def test_the_content_service_comes_back_from_a_bad_version_and_scales(platform: Evaluate) -> None:
    service = properties("api", "Service")
    assert service["DeploymentConfiguration"]["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}
    assert service["AvailabilityZoneRebalancing"] == "ENABLED"
    assert service["PropagateTags"] == "SERVICE"
    assert "DesiredCount" not in service
    target = resource(platform(), "Scaling")
    assert str(target.get("ResourceId")) == "service/${root/Api.Cluster}/${root/Api.Service.Name}"
    assert [str(target.get(end)) for end in ("MinCapacity", "MaxCapacity")] == ["2", "10"]


def test_a_content_task_is_told_its_stream_and_may_only_write_to_it(platform: Evaluate) -> None:
    tree = platform()
    environment = items(resource(tree, "Task").get("ContainerDefinitions.0.Environment"))
    told = {str(each["Name"]): str(each["Value"]) for each in environment if isinstance(each, dict)}
    assert told["INGEST_STREAM_NAME"] == "${root/Streaming.Ingest}"
    assert told["INGEST_STREAM_ARN"] == "${root/Streaming.Ingest.Arn}"
    assert told["AWS_REGION"] == "eu-west-2"
    assert told["ENVIRONMENT"] == "test"
    statements = items(resource(tree, "ApiRole").get("Policies.0.PolicyDocument.Statement"))
    may = {
        str(action): ids(tree, statement["Resource"])
        for statement in statements
        if isinstance(statement, dict)
        for action in items(statement["Action"])
    }
    assert may["kinesis:PutRecords"] == ["Ingest"]
    assert "kinesis:GetRecords" not in may


def test_the_api_key_is_a_reference_and_can_be_read_again_after_a_rotation(platform: Evaluate) -> None:
    tree = platform()
    (container,) = properties("api", "Task")["ContainerDefinitions"]
    assert container["Secrets"] == [
        {"Name": "API_KEY", "ValueFrom": {"Fn::Sub": "${SecurityApiKeySecretArn}:api_key::"}}
    ]
    assert {"Name": "API_KEY_SECRET_ARN", "Value": {"Ref": "SecurityApiKeySecretArn"}} in container["Environment"]
    for role in ("ExecutionRole", "ApiRole"):
        statements = items(resource(tree, role).get("Policies.0.PolicyDocument.Statement"))
        (read,) = (each for each in statements if isinstance(each, dict) and each["Sid"] == "ReadSecret")
        assert ids(tree, read["Resource"]) == ["ApiKey"]


def test_a_content_task_is_nobody_special() -> None:
    (container,) = properties("api", "Task")["ContainerDefinitions"]
    assert container["User"] == "1000:1000"
    assert container["ReadonlyRootFilesystem"] is True


def test_a_command_is_words_and_without_one_the_image_decides(platform: Evaluate) -> None:
    serve = resource(platform(ApiCommand="serve,--port,8080"), "Task").get("ContainerDefinitions.0.Command")
    assert serve == ["serve", "--port", "8080"]
    assert resource(platform(ApiCommand=""), "Task").get("ContainerDefinitions.0.Command") is None


def test_every_log_is_encrypted_and_forgets() -> None:
    groups = resources("api", "AWS::Logs::LogGroup")
    assert groups.keys() == {"Logs", "AccessLogs", "ExecutionLogs", "FirewallLogs"}
    for group in groups.values():
        assert group["Properties"]["KmsKeyId"] == {"Ref": "SecurityKeyArn"}
        assert group["Properties"]["RetentionInDays"] == 90


def test_the_execution_log_is_there_before_api_gateway_would_make_it(platform: Evaluate) -> None:
    stage = resource(platform(), "Stage")
    assert "ExecutionLogs" in stage.dependencies
    name = resource(platform(), "ExecutionLogs").get("LogGroupName")
    assert str(name) == "API-Gateway-Execution-Logs_${root/Api.Api}/test"
    assert as_text(stage.get("StageName")) == "test"


def test_the_stage_writes_an_access_log_and_traces_but_no_whole_requests() -> None:
    stage = properties("api", "Stage")
    line = json.loads(stage["AccessLogSetting"]["Format"])
    assert {"$context.requestId", "$context.status", "$context.identity.sourceIp"} <= set(line.values())
    assert stage["AccessLogSetting"]["DestinationArn"]["Fn::Sub"].endswith(":log-group:${AccessLogs}")
    assert stage["TracingEnabled"] is True
    (settings,) = stage["MethodSettings"]
    assert (settings["HttpMethod"], settings["ResourcePath"]) == ("*", "/*")
    assert settings["LoggingLevel"] in {"ERROR", "INFO"}
    assert settings["DataTraceEnabled"] is False
    assert settings["MetricsEnabled"] is True


def test_requests_are_throttled_for_all_and_for_each_key(platform: Evaluate) -> None:
    tree = platform(ThrottleRate="7", ThrottleBurst="9")
    settings = resource(tree, "Stage").get("MethodSettings.0")
    assert isinstance(settings, dict)
    assert [str(settings[f"Throttling{limit}Limit"]) for limit in ("Rate", "Burst")] == ["7", "9"]
    plan = resource(tree, "UsagePlan")
    assert [str(plan.get(f"Throttle.{limit}Limit")) for limit in ("Rate", "Burst")] == ["7", "9"]
    assert ids(tree, plan.get("ApiStages.0.ApiId")) == ["Api"]
    assert ids(tree, plan.get("ApiStages.0.Stage")) == ["Stage"]


def test_the_account_may_write_logs_before_the_stage_does(platform: Evaluate) -> None:
    tree = platform()
    assert "Account" in resource(tree, "Stage").dependencies
    assert exists(tree, "Account")
    assert exists(tree, "AccountRole")
    (policy,) = properties("api", "AccountRole")["ManagedPolicyArns"]
    assert policy["Fn::Sub"].endswith("/AmazonAPIGatewayPushToCloudWatchLogs")


def test_the_role_in_the_account_setting_outlives_the_stack() -> None:
    role = rendered()["api"]["Resources"]["AccountRole"]
    assert role["DeletionPolicy"] == "RetainExceptOnCreate"
    assert role["UpdateReplacePolicy"] == "Retain"


def test_the_account_setting_can_be_left_to_others(platform: Evaluate) -> None:
    tree = platform(ManageApiAccount="false")
    assert not exists(tree, "Account")
    assert not exists(tree, "AccountRole")


def test_the_firewall_guards_the_stage_with_managed_rules_and_a_limit_per_address(platform: Evaluate) -> None:
    tree = platform(FirewallRateLimit="500")
    association = resource(tree, "FirewallAssociation")
    assert str(association.get("ResourceArn")).endswith("/restapis/${root/Api.Api}/stages/${root/Api.Stage}")
    assert ids(tree, association.get("WebACLArn")) == ["Firewall"]
    rules = properties("api", "Firewall")["Rules"]
    assert [rule["Priority"] for rule in rules] == list(range(len(rules)))
    limit, *groups = rules
    assert limit["Action"] == {"Block": {}}
    assert str(resource(tree, "Firewall").get("Rules.0.Statement.RateBasedStatement.Limit")) == "500"
    assert {group["Statement"]["ManagedRuleGroupStatement"]["Name"] for group in groups} == {
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
    }
    assert all(group["OverrideAction"] == {"None": {}} for group in groups)


def test_the_firewall_writes_what_it_sees_but_no_credentials(platform: Evaluate) -> None:
    tree = platform()
    name = as_text(resource(tree, "FirewallLogs").get("LogGroupName")) or ""
    assert name.startswith("aws-waf-logs-")
    logging = properties("api", "FirewallLogging")
    assert logging["ResourceArn"] == {"Fn::GetAtt": ["Firewall", "Arn"]}
    (destination,) = logging["LogDestinationConfigs"]
    assert destination["Fn::Sub"].endswith(":log-group:${FirewallLogs}")
    assert {"SingleHeader": {"Name": "authorization"}} in logging["RedactedFields"]


def test_metrics_are_found_by_the_names_that_are_handed_on() -> None:
    outputs = {name: output["Value"] for name, output in rendered()["api"]["Outputs"].items()}
    assert outputs["Name"] == properties("api", "Api")["Name"]
    assert outputs["FirewallName"] == properties("api", "Firewall")["VisibilityConfig"]["MetricName"]
    assert outputs["Stage"] == {"Ref": "Stage"}


@pytest.mark.parametrize(
    ("values", "refused"),
    [
        ({"ApiCpu": "512", "ApiMemory": "8192"}, {"ApiSize"}),
        ({"ApiMin": "10", "ApiMax": "8"}, {"ApiCount"}),
        ({"ApiMin": "10", "ApiMax": "12"}, set()),
        (CERTIFICATE, set()),
        ({"CertificateArn": CERTIFICATE["CertificateArn"]}, {"ApiCertificate"}),
        ({"CertificateHost": CERTIFICATE["CertificateHost"]}, {"ApiCertificate"}),
        ({"Environment": "prod", "ApiMin": "1"}, {"ApiSpread"}),
        ({"Environment": "prod", "BalancerProtection": "false"}, {"ApiSpread"}),
        ({"NatMode": "none", "InterfaceEndpoints": "true"}, {"ApiReach"}),
        ({"ApiMin": "1", "BalancerProtection": "false"}, set()),
    ],
)
def test_an_api_that_cannot_be_is_refused(platform: Evaluate, values: dict[str, str], refused: set[str]) -> None:
    assert {rule for rule in refusals(platform(**values)) if rule.startswith("Api")} == refused
