"""Values of REST, HTTP and WebSocket APIs that API Gateway refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gate.limits import (
    ABSENT,
    GIVEN,
    ON,
    Limit,
    Shape,
    among,
    between,
    either,
    exceeded,
    having,
    like,
    may,
    needs,
    when,
    without,
)
from gate.rule import Hit, rule
from gate.tree import Tree

_V1, _V2 = "AWS::ApiGateway::", "AWS::ApiGatewayV2::"
_REST, _RESOURCE, _METHOD = (f"{_V1}RestApi",), (f"{_V1}Resource",), (f"{_V1}Method",)
_STAGE, _AUTHORIZER, _PLAN = (f"{_V1}Stage",), (f"{_V1}Authorizer",), (f"{_V1}UsagePlan",)
_HTTP, _INTEGRATION, _ROUTE = (f"{_V2}Api",), (f"{_V2}Integration",), (f"{_V2}Route",)
_API = "https://docs.aws.amazon.com/apigateway/latest/api/API_"
_API2 = "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis"
_GUIDE = "https://docs.aws.amazon.com/apigateway/latest/developerguide"
_LOGGING = f"{_GUIDE}/set-up-logging.html"
_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "ANY")
_STATUS: Shape = like(r"[1-5]\d\d")
_PUT_INTEGRATION = f"{_API}PutIntegration.html"
_PROXIED: Shape = having(Type=among("HTTP", "HTTP_PROXY", "AWS", "AWS_PROXY"))

LIMITS: Final = (
    Limit(
        _RESOURCE, "PathPart", like(r"[a-zA-Z0-9._:~$@!-]+|\{[a-zA-Z0-9._:-]+\+?\}"),
        "A part of a path has letters, digits, hyphens, periods, underscores and colons, or is {one} parameter.",
        f"{_API}CreateResource.html",
    ),
    Limit(_METHOD, "HttpMethod", among(*_METHODS), "Take a method of HTTP, or ANY.", f"{_API}PutMethod.html"),
    Limit(
        _METHOD, "AuthorizationType", among("NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS", "JWT"),
        "Take an authorisation of API Gateway.", f"{_API}PutMethod.html",
    ),
    Limit(
        _METHOD, "", when(having(AuthorizationType=among("CUSTOM", "COGNITO_USER_POOLS")), needs("AuthorizerId")),
        "This authorisation needs an authorizer.", f"{_API}PutMethod.html",
    ),
    Limit(
        _METHOD, "Integration", when(_PROXIED, needs("IntegrationHttpMethod")),
        "This integration needs IntegrationHttpMethod.", _PUT_INTEGRATION,
    ),
    Limit(_METHOD, "Integration", when(_PROXIED, needs("Uri")), "This integration needs a Uri.", _PUT_INTEGRATION),
    Limit(
        _METHOD, "Integration.IntegrationHttpMethod", among(*_METHODS), "Take a method of HTTP.", _PUT_INTEGRATION
    ),
    Limit(
        _METHOD, "Integration", when(
            having(Type=among("HTTP", "HTTP_PROXY"), ConnectionType=like("INTERNET")),
            may(Uri={"pattern": "^https?://"})
        ), "The Uri of an HTTP integration is a URL.", _PUT_INTEGRATION,
    ),
    Limit(
        _METHOD, "Integration", when(
            having(Type=among("HTTP", "HTTP_PROXY"), ConnectionType=ABSENT), may(Uri={"pattern": "^https?://"})
        ), "The Uri of an HTTP integration is a URL.", _PUT_INTEGRATION,
    ),
    Limit(
        _METHOD, "Integration", when(having(ConnectionType=among("VPC_LINK")), needs("ConnectionId")),
        "A VPC link needs ConnectionId.", _PUT_INTEGRATION,
    ),
    Limit(
        _METHOD, "Integration", when(having(ConnectionId=GIVEN), having(ConnectionType=among("VPC_LINK"))),
        "ConnectionId needs ConnectionType: VPC_LINK.", _PUT_INTEGRATION,
    ),
    Limit(
        _METHOD, "Integration", when(
            having(ConnectionType=among("VPC_LINK")), may(Type=among("HTTP", "HTTP_PROXY"))
        ), "A VPC link leads to an HTTP integration.", _PUT_INTEGRATION,
    ),
    Limit(
        _METHOD, "Integration.TimeoutInMillis", between(50, 29000),
        "A request ends after 29 seconds (more only with a raised quota).", _PUT_INTEGRATION,
    ),
    Limit(
        _METHOD, "Integration", when(
            having(Type=among("AWS_PROXY"), Uri={"pattern": ":lambda:path/"}), may(IntegrationHttpMethod=among("POST"))
        ), "A function is invoked by POST.", f"{_GUIDE}/set-up-lambda-proxy-integrations.html",
    ),
    *(
        Limit(_METHOD, f"{place}.*.StatusCode", _STATUS, "A status is 100 to 599.", f"{_API}PutMethodResponse.html")
        for place in ("MethodResponses", "Integration.IntegrationResponses")
    ),
    Limit(
        _METHOD, "RequestParameters",
        {"propertyNames": like(r"method\.request\.(path|querystring|header|multivalueheader|"
        r"multivaluequerystring)\.[^\s]+")}, "A parameter is named method.request.header.Name, or querystring or path.",
        f"{_API}PutMethod.html",
    ),
    Limit(
        _METHOD, "MethodResponses.*.ResponseParameters", {"propertyNames": {"pattern": r"^method\.response\.header\."}},
        "A response's parameter is named method.response.header.Name.", f"{_API}PutMethodResponse.html",
    ),
    Limit(
        _METHOD, "Integration.RequestParameters",
        {"propertyNames": {"pattern": r"^integration\.request\.(path|(multivalue)?querystring|(multivalue)?header)\."}},
        "A parameter is named integration.request.header.Name, or querystring or path.", _PUT_INTEGRATION,
    ),
    Limit(
        _METHOD, "Integration.IntegrationResponses.*.ResponseParameters",
        {"propertyNames": {"pattern": r"^method\.response\.header\."}},
        "A response's parameter is named method.response.header.Name.", f"{_API}PutIntegrationResponse.html",
    ),
    *(
        Limit(
            types, place, like("[A-Za-z0-9_-]{1,128}"), "A stage's name has letters, digits, hyphens and underscores.",
            f"{_API}CreateStage.html",
        )
        for types, place in ((_STAGE, "StageName"), ((f"{_V1}Deployment",), "StageName"))
    ),
    Limit(
        _STAGE, "CacheClusterSize", among("0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237"),
        "Take a size of API Gateway's cache.", f"{_API}CreateStage.html",
    ),
    Limit(
        _STAGE, "", when(having(CacheClusterSize=GIVEN), may(CacheClusterEnabled=ON)),
        "A size needs CacheClusterEnabled.", f"{_API}CreateStage.html",
    ),
    Limit(_STAGE, "MethodSettings.*.LoggingLevel", among("OFF", "ERROR", "INFO"), "Take OFF, ERROR or INFO.", _LOGGING),
    Limit(
        _STAGE, "MethodSettings.*.CacheTtlInSeconds", between(0, 3600), "Responses are cached for up to an hour.",
        f"{_API}MethodSetting.html",
    ),
    Limit(
        _STAGE, "MethodSettings.*.HttpMethod", among("*", *_METHODS), "Take a method of HTTP, or *.",
        f"{_API}MethodSetting.html",
    ),
    Limit(
        _STAGE, "AccessLogSetting", {"dependentRequired": {"Format": ["DestinationArn"], "DestinationArn": ["Format"]}},
        "Access logs need DestinationArn and Format.", _LOGGING,
    ),
    Limit(
        _STAGE, "AccessLogSetting.DestinationArn",
        {"pattern": r"^arn:aws[a-z-]*:(logs:.*:log-group:|firehose:.*:deliverystream/amazon-apigateway-)"},
        "Access logs go to a log group, or to a delivery stream named amazon-apigateway-....", _LOGGING,
    ),
    Limit(
        _STAGE, "AccessLogSetting.Format", {"pattern": r"\$context\.(extendedR|r)equestId"},
        "A format has $context.requestId or $context.extendedRequestId.", _LOGGING,
    ),
    Limit(
        _STAGE, "Variables", {"propertyNames": like("[A-Za-z0-9_]+")},
        "A variable has letters, digits and underscores.",
        f"{_GUIDE}/api-gateway-known-issues.html",
    ),
    Limit(_REST, "ApiKeySourceType", among("HEADER", "AUTHORIZER"), "Take HEADER or AUTHORIZER.",
        f"{_API}CreateRestApi.html"),
    Limit(
        (*_REST, f"{_V1}DomainName"), "EndpointConfiguration.Types.*", among("EDGE", "REGIONAL", "PRIVATE"),
        "Take EDGE, REGIONAL or PRIVATE.", f"{_API}EndpointConfiguration.html",
    ),
    Limit(
        _REST, "EndpointConfiguration.Types", {"minItems": 1, "maxItems": 1}, "An API has one type of endpoint.",
        f"{_API}EndpointConfiguration.html",
    ),
    Limit(
        _REST, "EndpointConfiguration", when(
            having(VpcEndpointIds={"minItems": 1}), may(Types={"contains": among("PRIVATE")})
        ), "Only a private API has VPC endpoints.", f"{_API}EndpointConfiguration.html",
    ),
    Limit(
        _REST, "", when(
            having(EndpointConfiguration=having(Types={"contains": among("PRIVATE")}), Body=ABSENT,
                BodyS3Location=ABSENT),
            needs("Policy"),
        ), "A private API needs a resource policy before it is deployed.", f"{_GUIDE}/apigateway-private-apis.html",
    ),
    Limit(
        _REST, "MinimumCompressionSize", between(0, 10485760), "Compress from 0 to 10485760 bytes on.",
        f"{_API}CreateRestApi.html",
    ),
    Limit(_PLAN, "Quota.Period", among("DAY", "WEEK", "MONTH"), "Take DAY, WEEK or MONTH.",
        f"{_API}QuotaSettings.html"),
    Limit(
        _PLAN, "Quota",
        {"dependentRequired": {"Limit": ["Period"], "Period": ["Limit"], "Offset": ["Limit", "Period"]}},
        "A quota needs Limit and Period.", f"{_API}QuotaSettings.html",
    ),
    Limit(
        _PLAN, "Quota", when(having(Period=among("DAY")), may(Offset={"maximum": 0})), "A day has no offset.",
        f"{_API}QuotaSettings.html",
    ),
    Limit(
        _PLAN, "Quota", when(having(Period=among("WEEK")), may(Offset=between(0, 6))), "A week's offset is 0 to 6.",
        f"{_API}QuotaSettings.html",
    ),
    Limit(
        _PLAN, "Quota", when(having(Period=among("MONTH")), may(Offset=between(0, 27))), "A month's offset is 0 to 27.",
        f"{_API}QuotaSettings.html",
    ),
    Limit(_PLAN, "ApiStages.*", needs("ApiId", "Stage"), "A plan names API and stage.", f"{_API}CreateUsagePlan.html"),
    Limit((f"{_V1}VpcLink",), "TargetArns", {"minItems": 1, "maxItems": 1}, "A link has one target.",
        f"{_API}CreateVpcLink.html"),
    Limit(
        _AUTHORIZER, "Type", among("TOKEN", "REQUEST", "COGNITO_USER_POOLS", "JWT"),
        "Take TOKEN, REQUEST or COGNITO_USER_POOLS.", f"{_API}CreateAuthorizer.html",
    ),
    Limit(
        _AUTHORIZER, "", when(having(Type=among("TOKEN", "REQUEST")), needs("AuthorizerUri")),
        "This authorizer needs AuthorizerUri.", f"{_API}CreateAuthorizer.html",
    ),
    Limit(
        _AUTHORIZER, "", when(having(Type=among("COGNITO_USER_POOLS")), needs("ProviderARNs", "IdentitySource")),
        "This authorizer needs ProviderARNs and IdentitySource.", f"{_API}CreateAuthorizer.html",
    ),
    Limit(
        _AUTHORIZER, "", when(having(Type=among("TOKEN")), needs("IdentitySource")),
        "This authorizer needs IdentitySource.", f"{_API}CreateAuthorizer.html",
    ),
    Limit(
        _AUTHORIZER, "", when(having(Type=among("TOKEN", "COGNITO_USER_POOLS")), may(
            IdentitySource={"pattern": r"^method\.request\.header\.[^,\s]+$"})),
        "The identity comes from method.request.header.Name.", f"{_API}CreateAuthorizer.html",
    ),
    Limit(
        (f"{_V1}Model",), "Name", like("[A-Za-z0-9]+"), "A model's name has letters and digits.",
        f"{_API}CreateModel.html"
    ),
    Limit(_HTTP, "ProtocolType", among("HTTP", "WEBSOCKET"), "Take HTTP or WEBSOCKET.", f"{_API2}.html"),
    Limit(
        _HTTP, "", when(having(ProtocolType=among("WEBSOCKET")), needs("RouteSelectionExpression")),
        "A WebSocket API needs RouteSelectionExpression.", f"{_API2}.html",
    ),
    Limit(
        _HTTP, "", when(having(ProtocolType=among("WEBSOCKET")), without("CorsConfiguration", "Target")),
        "Only an HTTP API has these.", f"{_API2}.html",
    ),
    Limit(
        _HTTP, "CorsConfiguration", when(
            having(AllowCredentials=ON), may(AllowOrigins={"items": {"not": among("*")}})
        ), "Credentials are not allowed for every origin: name the origins.", f"{_GUIDE}/http-api-cors.html",
    ),
    Limit(_HTTP, "CorsConfiguration.MaxAge", between(-1, 86400), "Give up to 86400 seconds.",
        f"{_GUIDE}/http-api-cors.html"),
    Limit(
        _HTTP, "CorsConfiguration.AllowOrigins.*", {"pattern": r"^(\*|[a-z][a-z0-9+.-]*://[^/]+)$"},
        "An origin is * or a scheme and host, without a path.", f"{_GUIDE}/http-api-cors.html",
    ),
    Limit(
        _INTEGRATION, "IntegrationType", among("AWS", "AWS_PROXY", "HTTP", "HTTP_PROXY", "MOCK"),
        "Take a type of API Gateway.",
        f"{_API2}-apiid-integrations.html",
    ),
    Limit(
        _INTEGRATION, "PayloadFormatVersion", among("1.0", "2.0"), "Take 1.0 or 2.0.",
        f"{_API2}-apiid-integrations.html"
    ),
    Limit(
        _INTEGRATION, "TimeoutInMillis", between(50, 30000), "A request ends after 30 seconds.",
        f"{_API2}-apiid-integrations.html",
    ),
    Limit(
        _INTEGRATION, "", when(having(ConnectionType=among("VPC_LINK")), needs("ConnectionId")),
        "A VPC link needs ConnectionId.", f"{_API2}-apiid-integrations.html",
    ),
    Limit(
        _ROUTE, "RouteKey", either(
            like(r"\$default|\$connect|\$disconnect|[A-Za-z0-9_.-]+"),
            like(r"(ANY|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) /\S*"),
        ), "A route is METHOD /path, $default, or an action of a WebSocket API.", f"{_API2}-apiid-routes.html",
    ),
    Limit(
        _ROUTE, "AuthorizationType", among("NONE", "AWS_IAM", "CUSTOM", "JWT"), "Take NONE, AWS_IAM, CUSTOM or JWT.",
        f"{_API2}-apiid-routes.html",
    ),
    Limit(
        _ROUTE, "", when(having(AuthorizationType=among("CUSTOM", "JWT")), needs("AuthorizerId")),
        "This authorisation needs an authorizer.", f"{_API2}-apiid-routes.html",
    ),
    Limit(_ROUTE, "Target", {"pattern": "^integrations/"}, "A target is integrations/<id>.",
        f"{_API2}-apiid-routes.html"),
    Limit(
        (f"{_V2}Stage",), "StageName", like(r"\$default|[A-Za-z0-9_-]{1,128}"),
        "A stage's name has letters, digits, hyphens and underscores, or is $default.", f"{_API2}-apiid-stages.html",
    ),
    Limit(
        (f"{_V2}Stage",), "DefaultRouteSettings.LoggingLevel", among("OFF", "ERROR", "INFO"),
        "Take OFF, ERROR or INFO.",
        f"{_API2}-apiid-stages.html",
    ),
    Limit(
        (f"{_V2}Authorizer",), "AuthorizerType", among("REQUEST", "JWT"), "Take REQUEST or JWT.",
        f"{_API2}-apiid-authorizers.html",
    ),
    Limit(
        (f"{_V2}Authorizer",), "",
        when(having(AuthorizerType=among("JWT")), needs("JwtConfiguration", "IdentitySource")),
        "A JWT authorizer needs JwtConfiguration and IdentitySource.", f"{_API2}-apiid-authorizers.html",
    ),
    Limit(
        (f"{_V2}Authorizer",), "AuthorizerResultTtlInSeconds", between(0, 3600), "Results are kept for up to an hour.",
        f"{_API2}-apiid-authorizers.html",
    ),
    Limit(
        (f"{_V1}GatewayResponse",), "StatusCode", _STATUS, "A status is 100 to 599.", f"{_API}PutGatewayResponse.html"
    ),
    Limit(
        (f"{_V1}GatewayResponse",), "ResponseType", among(
            "DEFAULT_4XX", "DEFAULT_5XX", "RESOURCE_NOT_FOUND", "UNAUTHORIZED", "INVALID_API_KEY", "ACCESS_DENIED",
            "AUTHORIZER_FAILURE", "AUTHORIZER_CONFIGURATION_ERROR", "INVALID_SIGNATURE", "EXPIRED_TOKEN",
            "MISSING_AUTHENTICATION_TOKEN", "INTEGRATION_FAILURE", "INTEGRATION_TIMEOUT", "API_CONFIGURATION_ERROR",
            "UNSUPPORTED_MEDIA_TYPE", "BAD_REQUEST_PARAMETERS", "BAD_REQUEST_BODY", "REQUEST_TOO_LARGE", "THROTTLED",
            "QUOTA_EXCEEDED", "WAF_FILTERED",
        ), "Take a response type of API Gateway.", f"{_API}PutGatewayResponse.html",
    ),
)  # fmt: skip

_TEMPLATE = """
Parameters:
  Level: {{Type: String, Default: "{level}"}}
Resources:
  Stage:
    Type: AWS::ApiGateway::Stage
    Properties:
      RestApiId: abcdef1234
      MethodSettings: [{{HttpMethod: "*", ResourcePath: "/*", LoggingLevel: !Ref Level}}]
"""


@rule(
    id="E9142",
    title="APIs, methods, stages and integrations have values that go together",
    reason="API Gateway refuses paths, methods, integrations, stages and plans beyond what its API documents.",
    source=f"{_API}CreateStage.html",
    good=_TEMPLATE.format(level="ERROR"),
    bad=_TEMPLATE.format(level="WARN"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Hold everything of API Gateway against the limits of its API."""
    yield from exceeded(tree, LIMITS)
