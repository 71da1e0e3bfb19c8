"""API tier: a regional REST API in front of the content service, through a VPC link and an internal load balancer."""

from __future__ import annotations

from typing import Final

from troposphere import And, Equals, Not, Or, Select, apigateway, apigatewayv2, ecs, wafv2
from troposphere import elasticloadbalancingv2 as elb

from kit import fargate, firewall, gateway
from kit.conditions import Switch, is_given, is_on, switch
from kit.grants import read_secret, service_role, use_key, write_stream
from kit.interface import flag, interface, knob, out
from kit.retention import log_group
from kit.rotation import FIELD
from kit.rules import Rule, in_production
from kit.scope import PROJECT, Scope
from kit.template import Template
from kit.text import sub
from kit.values import CertificateArn, Flag, Name, Number, Text, Url
from templates.egress import Egress
from templates.egress import Knobs as EgressKnobs
from templates.network import CONTENT_PORT, LISTENER_PORT, Network
from templates.security import Security
from templates.streaming import Streaming

TLS_POLICY: Final = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
"""TLS 1.3 and, with forward secrecy, 1.2, because API Gateway speaks no more than that to a backend.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies-list.html
"""


@interface
class Knobs:
    """What params/<env>.json may set."""

    api_image: Text = knob(
        "Image of the content service.",
        label="API image",
        default=fargate.PLACEHOLDER_IMAGE,
        MinLength=1,
        AllowedPattern=r"^\S+$",
    )
    api_command: Text = knob(
        "Command of the content service, its words parted by commas; empty for the image's own.",
        label="API command",
        default=f"python,-m,http.server,{CONTENT_PORT},--directory,/srv",
    )
    api_health_path: Text = knob(
        "Path that answers 200 while the content service is healthy.",
        label="API health path",
        default="/",
        AllowedPattern=r"^/\S*$",
    )
    api_architecture: Text = knob(
        "Processor that the content service's image is built for.",
        label="API architecture",
        default="X86_64",
        AllowedValues=fargate.ARCHITECTURES,
    )
    api_cpu: Number = knob(
        "CPU units of a content task; 1024 are one vCPU.", label="API CPU", default=512, AllowedValues=fargate.CPU
    )
    api_memory: Number = knob(
        "Memory of a content task in MiB.", label="API memory", default=1024, AllowedValues=fargate.MEMORY
    )
    api_min: Number = knob(
        "Content tasks to keep at least.", label="API minimum", default=2, AllowedValues=fargate.LEAST
    )
    api_max: Number = knob("Content tasks to run at most.", label="API maximum", default=10, AllowedValues=fargate.MOST)
    certificate_arn: CertificateArn = knob(
        "Public ACM certificate of the internal load balancer; without one, the last hop inside the VPC is plain HTTP.",
        label="Certificate ARN",
        default="",
        AllowedPattern=r"^$|^arn:[a-z-]+:acm:[a-z0-9-]+:\d{12}:certificate/[a-z0-9-]+$",
        ConstraintDescription="the ARN of an ACM certificate, or empty",
    )
    certificate_host: Text = knob(
        "Host name on that certificate, which the API asks for; it need not resolve.",
        default="",
        AllowedPattern=r"^$|^[a-z0-9-]+(\.[a-z0-9-]+)+$",
        ConstraintDescription="a host name, or empty",
    )
    balancer_protection: Flag = flag("Refuse to delete the load balancer.", default=True)
    api_authorization: Text = knob(
        "Who may call the API: holders of this account's IAM permission, or everybody.",
        label="API authorization",
        default="AWS_IAM",
        AllowedValues=("AWS_IAM", "NONE"),
    )
    throttle_rate: Number = knob(
        "Requests a second that the API takes in the long run.", default=100, MinValue=1, MaxValue=10000
    )
    throttle_burst: Number = knob("Requests that the API takes at once.", default=200, MinValue=1, MaxValue=5000)
    firewall_rate_limit: Number = knob(
        "Requests in five minutes after which the firewall blocks an address.",
        default=2000,
        MinValue=10,
        MaxValue=2000000000,
    )
    manage_api_account: Flag = flag(
        "Set the role that API Gateway writes logs with; there is one for each account and region, so off where "
        "another stack or the organisation sets it.",
        label="Manage the API Gateway account",
        default=True,
    )


@interface
class Api:
    """What other tiers may use."""

    url: Url = out("Where clients call the API.", root=True)
    name: Name = out("Name of the REST API, for metrics.")
    stage: Name = out("Name of the deployed stage, for metrics.")
    cluster_name: Name = out("ECS cluster of the content service.", root=True)
    service_name: Name = out("ECS service of the content service.", root=True)
    firewall_name: Name = out("Web ACL in front of the API, for metrics.")


def rules(scope: Scope, knobs: Knobs, egress: EgressKnobs) -> tuple[Rule, ...]:
    """Refuse a content service that could not start, scale or be reached, or would be too few."""
    return (
        Rule(
            "ApiSize",
            "ApiMemory is not one that Fargate offers with this ApiCpu.",
            fargate.fits(knobs.api_cpu, knobs.api_memory),
        ),
        Rule("ApiCount", "ApiMin must be at most ApiMax.", fargate.in_order(knobs.api_min, knobs.api_max)),
        Rule(
            "ApiReach",
            "With NatMode none no public image can be pulled: give ApiImage one from this account's registry.",
            (Not(Equals(knobs.api_image, fargate.PLACEHOLDER_IMAGE)),),
            when=Equals(egress.nat_mode, "none"),
        ),
        Rule(
            "ApiCertificate",
            "CertificateArn and CertificateHost belong together: give both or neither.",
            (
                Or(
                    And(Equals(knobs.certificate_arn, ""), Equals(knobs.certificate_host, "")),
                    Not(Or(Equals(knobs.certificate_arn, ""), Equals(knobs.certificate_host, ""))),
                ),
            ),
        ),
        Rule(
            "ApiSpread",
            "Production needs ApiMin 2 or more and BalancerProtection true.",
            (Not(Equals(knobs.api_min, "1")), Equals(knobs.balancer_protection, "true")),
            when=in_production(scope.environment),
        ),
    )


def build(
    t: Template,
    scope: Scope,
    knobs: Knobs,
    *,
    network: Network,
    egress: Egress,  # noqa: ARG001 - a task pulls its image through it
    security: Security,
    streaming: Streaming,
) -> Api:
    """Add the content service behind its load balancer, and the API with its logs, limits and firewall."""
    https = is_given(t, "Https", knobs.certificate_arn)
    balancer = t.add_resource(_balancer(knobs, network))
    targets = t.add_resource(_targets(knobs, network))
    listener = t.add_resource(_listener(knobs, balancer, targets, https))
    cluster = t.add_resource(fargate.cluster(scope.name("api"), security.key_arn))
    task = _task(t, scope, knobs, security, streaming)
    service = t.add_resource(_service(network, cluster, task, targets, listener))
    for scaling in fargate.scaling(cluster, service, knobs.api_min, knobs.api_max):
        t.add_resource(scaling)
    link = t.add_resource(_link(scope, network))
    stage = _api(t, scope, knobs, security, gateway.Backend(link, balancer, LISTENER_PORT, https))
    _firewall(t, scope, knobs, security, stage)
    return Api(
        url=Url(
            sub(
                "https://${api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/${stage}",
                api=stage.RestApiId,
                stage=stage.ref(),
            )
        ),
        name=Name(scope.name("api")),
        stage=Name(stage.ref()),
        cluster_name=Name(cluster.ref()),
        service_name=Name(service.get_att("Name")),
        firewall_name=Name(scope.name("api")),
    )


def _balancer(knobs: Knobs, network: Network) -> elb.LoadBalancer:
    """Put an internal load balancer before the tasks.

    It keeps no access log: every request comes from the API, which logs it, and the balancer can only write to a
    bucket that our key does not encrypt.
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    """
    attributes = {
        "deletion_protection.enabled": knobs.balancer_protection,
        "routing.http.drop_invalid_header_fields.enabled": "true",
        "routing.http.desync_mitigation_mode": "defensive",
    }
    return elb.LoadBalancer(
        "Balancer",
        Type="application",
        Scheme="internal",
        Subnets=network.private_subnets,
        SecurityGroups=[network.balancer_group],
        LoadBalancerAttributes=[elb.LoadBalancerAttributes(Key=key, Value=value) for key, value in attributes.items()],
    )


def _targets(knobs: Knobs, network: Network) -> elb.TargetGroup:
    return elb.TargetGroup(
        "Targets",
        TargetType="ip",
        VpcId=network.vpc_id,
        Protocol="HTTP",
        Port=CONTENT_PORT,
        HealthCheckPath=knobs.api_health_path,
        HealthCheckIntervalSeconds=15,
        HealthCheckTimeoutSeconds=5,
        HealthyThresholdCount=2,
        UnhealthyThresholdCount=3,
        Matcher=elb.Matcher(HttpCode="200"),
        TargetGroupAttributes=[elb.TargetGroupAttribute(Key="deregistration_delay.timeout_seconds", Value="30")],
    )


def _listener(knobs: Knobs, balancer: elb.LoadBalancer, targets: elb.TargetGroup, https: Switch) -> elb.Listener:
    return elb.Listener(
        "Listener",
        LoadBalancerArn=balancer.ref(),
        Port=LISTENER_PORT,
        Protocol=https.pick("HTTPS", "HTTP"),
        Certificates=https.pick([elb.Certificate(CertificateArn=knobs.certificate_arn)]),
        SslPolicy=https.pick(TLS_POLICY),
        DefaultActions=[elb.Action(Type="forward", TargetGroupArn=targets.ref())],
    )


def _task(t: Template, scope: Scope, knobs: Knobs, security: Security, streaming: Streaming) -> ecs.TaskDefinition:
    secret = security.api_key_secret_arn
    group = t.add_resource(log_group("Logs", scope.path("api"), security.key_arn))
    execution = t.add_resource(fargate.execution_role(group, security.key_arn, secret))
    identity = t.add_resource(
        service_role(
            "ApiRole",
            "ecs-tasks",
            write_stream(streaming.ingest_arn),
            read_secret(secret),
            use_key(security.key_arn, "kinesis", "secretsmanager"),
        )
    )
    container = fargate.container(
        scope,
        "api",
        knobs.api_image,
        group,
        command=fargate.words(is_given(t, "OwnCommand", knobs.api_command), knobs.api_command),
        environment={
            "INGEST_STREAM_NAME": streaming.ingest_name,
            "INGEST_STREAM_ARN": streaming.ingest_arn,
            # the key rotates while tasks run, so they must be able to read it again
            "API_KEY_SECRET_ARN": secret,
            "CONTENT_PORT": str(CONTENT_PORT),
        },
        secrets={"API_KEY": sub(f"${{secret}}:{FIELD}::", secret=secret)},
        PortMappings=[ecs.PortMapping(ContainerPort=CONTENT_PORT, Protocol="tcp")],
    )
    return t.add_resource(
        fargate.task(
            scope.name("api"),
            container,
            cpu=knobs.api_cpu,
            memory=knobs.api_memory,
            architecture=knobs.api_architecture,
            execution=execution,
            identity=identity,
        )
    )


def _service(
    network: Network, cluster: ecs.Cluster, task: ecs.TaskDefinition, targets: elb.TargetGroup, listener: elb.Listener
) -> ecs.Service:
    return fargate.service(
        cluster,
        task,
        network.private_subnets,
        network.api_group,
        LaunchType="FARGATE",
        LoadBalancers=[ecs.LoadBalancer(ContainerName="api", ContainerPort=CONTENT_PORT, TargetGroupArn=targets.ref())],
        HealthCheckGracePeriodSeconds=60,
        DependsOn=[listener.title],
    )


def _link(scope: Scope, network: Network) -> apigatewayv2.VpcLink:
    """Reach into two zones: enough for one to fail, and not every region offers links in its third.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-vpc-links-v2.html
    """
    return apigatewayv2.VpcLink(
        "Link",
        Name=scope.name("api"),
        SubnetIds=[Select(zone, network.private_subnets) for zone in (0, 1)],
        SecurityGroupIds=[network.link_group],
    )


def _api(t: Template, scope: Scope, knobs: Knobs, security: Security, backend: gateway.Backend) -> apigateway.Stage:
    """Put the API on line, with traces, limits, and its logs encrypted before their first line."""
    api = t.add_resource(gateway.rest_api("Api", scope.name("api"), "The content API"))
    forward = [t.add_resource(part) for part in gateway.forward_all(api, backend, knobs.api_authorization)]
    everybody = switch(t, "Open", Equals(knobs.api_authorization, "NONE"))
    snapshot = gateway.publish(t, api, [api, backend.link, backend.balancer, *forward], [backend.https, everybody])
    ours = is_on(t, "ManageAccount", knobs.manage_api_account)
    role, account = gateway.account()
    for resource in (role, account):
        resource.Condition = ours.name
        t.add_resource(resource)
    access = t.add_resource(log_group("AccessLogs", scope.path("api-access"), security.key_arn))
    # API Gateway chose this name, and would make the group itself: not encrypted, and never to forget
    name = sub("API-Gateway-Execution-Logs_${api}/${stage}", api=api.ref(), stage=scope.environment)
    execution = t.add_resource(log_group("ExecutionLogs", name, security.key_arn))
    stage = t.add_resource(
        gateway.stage(
            api,
            scope.environment,
            snapshot,
            access,
            rate=knobs.throttle_rate,
            burst=knobs.throttle_burst,
            # to name the account setting is to wait for it, where it is ours
            Description=ours.pick(sub("Logs as ${account} says", account=account.ref()), "Logs as the account says"),
            Variables=backend.https.pick({"host": knobs.certificate_host}),
            DependsOn=[execution.title],
        )
    )
    t.add_resource(
        apigateway.UsagePlan(
            "UsagePlan",
            Description="What each holder of an API key may ask for",
            ApiStages=[apigateway.ApiStage(ApiId=api.ref(), Stage=stage.ref())],
            Throttle=apigateway.ThrottleSettings(RateLimit=knobs.throttle_rate, BurstLimit=knobs.throttle_burst),
        )
    )
    return stage


def _firewall(t: Template, scope: Scope, knobs: Knobs, security: Security, stage: apigateway.Stage) -> None:
    acl = t.add_resource(firewall.web_acl("Firewall", scope.name("api"), knobs.firewall_rate_limit))
    # the firewall writes only to groups whose name starts so
    name = sub(f"aws-waf-logs-{PROJECT}-api-${{environment}}", environment=scope.environment)
    group = t.add_resource(log_group("FirewallLogs", name, security.key_arn))
    t.add_resource(
        wafv2.LoggingConfiguration(
            "FirewallLogging",
            ResourceArn=acl.get_att("Arn"),
            LogDestinationConfigs=[gateway.log_destination(group)],
            RedactedFields=[
                wafv2.LoggingConfigurationFieldToMatch(SingleHeader=wafv2.SingleHeader(Name=header))
                for header in ("authorization", "x-api-key")
            ],
        )
    )
    t.add_resource(
        wafv2.WebACLAssociation(
            "FirewallAssociation",
            WebACLArn=acl.get_att("Arn"),
            ResourceArn=sub(
                "arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/${api}/stages/${stage}",
                api=stage.RestApiId,
                stage=stage.ref(),
            ),
        )
    )
