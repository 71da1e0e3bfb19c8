"""A REST API that hands everything on to a load balancer inside the VPC."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from zlib import crc32

from troposphere import And, AWSHelperFn, AWSObject, Condition, Not, apigateway, apigatewayv2, encode_to_dict, iam, logs
from troposphere import elasticloadbalancingv2 as elb

from kit.conditions import Switch, switch
from kit.grants import service_role
from kit.retention import KEEP
from kit.template import Template
from kit.text import sub
from kit.values import Arn, Number, Text

ACCESS_LOG: Final = json.dumps(
    {
        "requestId": "$context.requestId",
        "time": "$context.requestTime",
        "ip": "$context.identity.sourceIp",
        "user": "$context.identity.userArn",
        "method": "$context.httpMethod",
        "path": "$context.path",
        "status": "$context.status",
        "bytes": "$context.responseLength",
        "milliseconds": "$context.responseLatency",
        "backendMilliseconds": "$context.integration.latency",
        "backendStatus": "$context.integration.status",
        "firewall": "$context.wafResponseCode",
        "tls": "$context.tlsVersion",
        "error": "$context.error.message",
        "trace": "$context.xrayTraceId",
    }
)
"""One line of an access log.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
"""


@dataclass(frozen=True)
class Backend:
    """Where requests go: through ``link`` to ``balancer``, which listens on ``port``.

    Where ``https`` holds it is spoken to by TLS, and by the host name in the stage variable ``host``.
    """

    link: apigatewayv2.VpcLink
    balancer: elb.LoadBalancer
    port: int
    https: Switch

    def uri(self, path: str) -> AWSHelperFn:
        """Give protocol, host name, port and path of a request; the target is always the load balancer."""
        return self.https.pick(
            f"https://${{stageVariables.host}}:{self.port}/{path}",
            sub(f"http://${{host}}:{self.port}/{path}", host=self.balancer.get_att("DNSName")),
        )


def rest_api(title: str, name: AWSHelperFn, description: str) -> apigateway.RestApi:
    """Make a regional API that demands TLS 1.2 and forward secrecy.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies-list.html
    """
    return apigateway.RestApi(
        title,
        Name=name,
        Description=description,
        EndpointConfiguration=apigateway.EndpointConfiguration(Types=["REGIONAL"]),
        SecurityPolicy="SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09",
        EndpointAccessMode="STRICT",
    )


def forward_all(api: apigateway.RestApi, backend: Backend, authorization: Text) -> list[AWSObject]:
    """Make what hands every method of every path on, after a look at the request.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-private-integration.html
    """
    root = api.get_att("RootResourceId")
    validator = apigateway.RequestValidator(
        "Validator", RestApiId=api.ref(), ValidateRequestParameters=True, ValidateRequestBody=True
    )
    below = apigateway.Resource("Below", RestApiId=api.ref(), ParentId=root, PathPart="{path+}")

    def method(title: str, resource: AWSHelperFn, *names: str) -> apigateway.Method:
        return apigateway.Method(
            title,
            RestApiId=api.ref(),
            ResourceId=resource,
            HttpMethod="ANY",
            AuthorizationType=authorization,
            RequestValidatorId=validator.ref(),
            RequestParameters={f"method.request.path.{name}": True for name in names},
            Integration=apigateway.Integration(
                Type="HTTP_PROXY",
                IntegrationHttpMethod="ANY",
                ConnectionType="VPC_LINK",
                ConnectionId=backend.link.ref(),
                IntegrationTarget=backend.balancer.ref(),
                Uri=backend.uri("/".join(f"{{{name}}}" for name in names)),
                RequestParameters={f"integration.request.path.{name}": f"method.request.path.{name}" for name in names},
            ),
        )

    return [validator, below, method("ForwardRoot", root), method("ForwardBelow", below.ref(), "path")]


def publish(
    t: Template, api: apigateway.RestApi, definition: Sequence[AWSObject], turns: Sequence[Switch]
) -> AWSHelperFn:
    """Add what makes the API's definition public, and refer to it.

    A deployment is a snapshot, made once. So its id ends in a hash of the definition, and there is one for each way
    that the conditions ``turns`` turn it: whatever changes the definition also makes a new snapshot.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-deployment.html
    """
    text = json.dumps([encode_to_dict(one) for one in definition], sort_keys=True)
    digest = f"{crc32(text.encode()):08x}"
    methods = [one.title for one in definition if isinstance(one, apigateway.Method)]

    def snapshot(way: str, held: tuple[AWSHelperFn, ...], left: Sequence[Switch]) -> AWSHelperFn:
        if left:
            turn, *rest = left
            holds = Condition(turn.name)
            return turn.pick(snapshot(way + turn.name, (*held, holds), rest), snapshot(way, (*held, Not(holds)), rest))
        only = switch(t, f"Publish{way}", And(*held))
        deployment = apigateway.Deployment(
            f"Deployment{way}{digest}", RestApiId=api.ref(), Condition=only.name, DependsOn=methods
        )
        return t.add_resource(deployment).ref()

    return snapshot("", (), turns)


def stage(
    api: apigateway.RestApi,
    name: AWSHelperFn,
    snapshot: AWSHelperFn,
    log: logs.LogGroup,
    *,
    rate: Number,
    burst: Number,
    **more: Any,  # noqa: ANN401 - any property of a stage
) -> apigateway.Stage:
    """Make the stage ``Stage``, with traces, metrics, an access log, errors in the execution log, and limits.

    ``rate`` is requests a second in the long run, ``burst`` requests at once.
    """
    everything = apigateway.MethodSetting(
        HttpMethod="*",
        ResourcePath="/*",
        MetricsEnabled=True,
        LoggingLevel="ERROR",
        # whole requests and responses may hold what no log should
        DataTraceEnabled=False,
        ThrottlingRateLimit=rate,
        ThrottlingBurstLimit=burst,
    )
    return apigateway.Stage(
        "Stage",
        RestApiId=api.ref(),
        DeploymentId=snapshot,
        StageName=name,
        TracingEnabled=True,
        AccessLogSetting=apigateway.AccessLogSetting(DestinationArn=log_destination(log), Format=ACCESS_LOG),
        MethodSettings=[everything],
        **more,
    )


def account() -> tuple[iam.Role, apigateway.Account]:
    """Make the role that API Gateway writes every log of this account and region with, and the setting that says so.

    The setting outlives its stack; so must the role, or other stacks lose their logs.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
    """
    push = Arn(sub("arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"))
    role = service_role("AccountRole", "apigateway", managed=(push,))
    role.DeletionPolicy, role.UpdateReplacePolicy = KEEP["DeletionPolicy"], KEEP["UpdateReplacePolicy"]
    return role, apigateway.Account("Account", CloudWatchRoleArn=role.get_att("Arn"))


def log_destination(group: logs.LogGroup) -> Arn:
    """Name a log group as API Gateway and the firewall want it, without the ``:*`` of its ``Arn`` attribute.

    https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
    """
    return Arn(sub("arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${group}", group=group.ref()))
