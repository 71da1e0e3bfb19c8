"""Values of load balancers, listeners, rules and target groups that Elastic Load Balancing refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gate.limits import (
    ABSENT,
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

_V2 = "AWS::ElasticLoadBalancingV2::"
_BALANCER, _GROUP = (f"{_V2}LoadBalancer",), (f"{_V2}TargetGroup",)
_LISTENER, _RULE = (f"{_V2}Listener",), (f"{_V2}ListenerRule",)
_API = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_"
_CREATE_GROUP, _CREATE_RULE = f"{_API}CreateTargetGroup.html", f"{_API}CreateRule.html"
_MATCHER = f"{_API}Matcher.html"

_CODES = r"([2-5]\d\d)(-[2-5]\d\d)?(,([2-5]\d\d)(-[2-5]\d\d)?)*"
_HTTP: Shape = having(Protocol=among("HTTP", "HTTPS"))
_TCP_CHECK: Shape = either(
    having(HealthCheckProtocol=among("TCP")),
    having(HealthCheckProtocol=ABSENT, Protocol=among("TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC", "GENEVE")),
)
_ACTIONS: Final = tuple((types, place) for types, place in ((_LISTENER, "DefaultActions.*"), (_RULE, "Actions.*")))
_CONFIGURED: Final = {
    "fixed-response": "FixedResponseConfig",
    "redirect": "RedirectConfig",
    "authenticate-cognito": "AuthenticateCognitoConfig",
    "authenticate-oidc": "AuthenticateOidcConfig",
    "jwt-validation": "JwtValidationConfig",
}
_FIELDS: Final = {
    "host-header": "HostHeaderConfig",
    "path-pattern": "PathPatternConfig",
    "http-header": "HttpHeaderConfig",
    "http-request-method": "HttpRequestMethodConfig",
    "query-string": "QueryStringConfig",
    "source-ip": "SourceIpConfig",
}


def _changes(name: str, same: str) -> Shape:
    return {"required": [name], "properties": {name: {"not": {"enum": [same]}}}}


LIMITS: Final = (
    Limit(
        _BALANCER, "Name", {"pattern": "^(?!internal-)(?!-)[A-Za-z0-9-]{1,32}(?<!-)$", "maxLength": 32},
        "A name has up to 32 letters, digits and hyphens, with none at its ends, and does not begin with internal-.",
        f"{_API}CreateLoadBalancer.html",
    ),
    Limit(
        _GROUP, "Name", {"pattern": "^(?!-)[A-Za-z0-9-]{1,32}(?<!-)$", "maxLength": 32},
        "A name has up to 32 letters, digits and hyphens, with none at its ends.", _CREATE_GROUP,
    ),
    Limit(_GROUP, "HealthCheckPath", {"pattern": "^/"}, "A path begins with a slash.", _CREATE_GROUP),
    Limit(
        _GROUP, "HealthCheckPort", like("traffic-port|[1-9][0-9]{0,4}"), "Give traffic-port or a port.", _CREATE_GROUP
    ),
    Limit(_GROUP, "HealthCheckPort", {"maximum": 65535}, "A port is 1 to 65535.", _CREATE_GROUP),
    Limit(_GROUP, "ProtocolVersion", among("HTTP1", "HTTP2", "GRPC"), "Take HTTP1, HTTP2 or GRPC.", _CREATE_GROUP),
    Limit(
        _GROUP, "", when(
            having(Protocol=among("TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC", "GENEVE")),
            without("ProtocolVersion")
        ), "Only HTTP and HTTPS have versions.", _CREATE_GROUP,
    ),
    Limit(
        _GROUP, "", when(_TCP_CHECK, without("HealthCheckPath", "Matcher")),
        "Only HTTP and HTTPS health checks have a path and a matcher.", _CREATE_GROUP,
    ),
    Limit(
        _GROUP, "HealthCheckProtocol", among("HTTP", "HTTPS", "TCP"), "Health checks are HTTP, HTTPS or TCP.",
        _CREATE_GROUP,
    ),
    Limit(_GROUP, "Matcher.HttpCode", like(_CODES), "Codes are like 200, 200,202 or 200-299.", _MATCHER),
    Limit(
        _GROUP, "", when(_HTTP, may(Matcher=may(HttpCode=like(_CODES.replace("5", "4"))))),
        "Codes of an application load balancer are 200 to 499.", _MATCHER,
    ),
    Limit(
        _GROUP, "Matcher.GrpcCode", like(r"\d{1,2}(-\d{1,2})?(,\d{1,2}(-\d{1,2})?)*"), "Codes are 0 to 99.", _MATCHER
    ),
    Limit(
        _GROUP, "", when(having(ProtocolVersion=among("GRPC")), may(Matcher=without("HttpCode"))),
        "The matcher of a GRPC group is GrpcCode.", _MATCHER,
    ),
    Limit(
        _GROUP, "", when(
            {"allOf": [_HTTP, may(ProtocolVersion=among("HTTP1", "HTTP2"))]}, may(Matcher=without("GrpcCode"))
        ), "The matcher of an HTTP group is HttpCode.", _MATCHER,
    ),
    Limit(
        _GROUP, "", when(having(TargetType=ABSENT), needs("Port", "Protocol", "VpcId")),
        "A group of instances needs Port, Protocol and VpcId.", _CREATE_GROUP,
    ),
    Limit(
        _GROUP, "", when(having(TargetType=among("alb")), may(Protocol=among("TCP"))),
        "A group of load balancers speaks TCP.", _CREATE_GROUP,
    ),
    Limit(
        _GROUP, "",
        when(having(TargetType=among("instance", "ip", "alb")), {"not": having(HealthCheckEnabled={"enum": [False]})}),
        "Health checks are switched off for functions only.", _CREATE_GROUP,
    ),
    Limit(
        _LISTENER, "SslPolicy", {"pattern": "^ELBSecurityPolicy-"}, "A policy is named ELBSecurityPolicy-....",
        f"{_API}CreateListener.html",
    ),
    Limit(_LISTENER, "Certificates", {"maxItems": 1}, "Add further ones by ListenerCertificate.",
        f"{_API}CreateListener.html"),
    Limit(
        _LISTENER, "", when(having(AlpnPolicy={"minItems": 1}), having(Protocol=among("TLS"))),
        "Only TLS listeners negotiate.", f"{_API}CreateListener.html",
    ),
    Limit(
        _LISTENER, "AlpnPolicy.*", among("HTTP1Only", "HTTP2Only", "HTTP2Optional", "HTTP2Preferred", "None"),
        "Take a policy of ELB.", f"{_API}CreateListener.html",
    ),
    Limit(
        _LISTENER, "MutualAuthentication.Mode", among("off", "passthrough", "verify"),
        "Take off, passthrough or verify.",
        f"{_API}MutualAuthenticationAttributes.html",
    ),
    Limit(
        _LISTENER, "MutualAuthentication", when(having(Mode=among("verify")), needs("TrustStoreArn")),
        "Verifying needs a trust store.", f"{_API}MutualAuthenticationAttributes.html",
    ),
    *(
        limit
        for types, place in _ACTIONS
        for limit in (
            Limit(
                types, place,
                when(having(Type=among("forward")), either(needs("TargetGroupArn"), needs("ForwardConfig"))),
                "Forwarding needs TargetGroupArn or ForwardConfig.", f"{_API}Action.html",
            ),
            *(
                Limit(types, place, when(having(Type=among(kind)), needs(name)), f"{kind} needs {name}.",
                    f"{_API}Action.html")
                for kind, name in _CONFIGURED.items()
            ),
            Limit(
                types, f"{place}.ForwardConfig.TargetGroups", {"minItems": 1, "maxItems": 5},
                "Forwarding is to 1 to 5 target groups.", f"{_API}ForwardActionConfig.html",
            ),
            Limit(
                types, f"{place}.ForwardConfig.TargetGroups.*.Weight", between(0, 999), "A weight is 0 to 999.",
                f"{_API}TargetGroupTuple.html",
            ),
            Limit(
                types, f"{place}.ForwardConfig.TargetGroupStickinessConfig",
                when(having(Enabled=ON), needs("DurationSeconds")),
                "Stickiness needs DurationSeconds.", f"{_API}TargetGroupStickinessConfig.html",
            ),
            Limit(
                types, f"{place}.ForwardConfig.TargetGroupStickinessConfig.DurationSeconds", between(1, 604800),
                "Stickiness lasts 1 to 604800 seconds.", f"{_API}TargetGroupStickinessConfig.html",
            ),
            Limit(
                types, f"{place}.FixedResponseConfig.ContentType",
                among("text/plain", "text/css", "text/html", "application/javascript", "application/json"),
                "Take a content type of ELB.", f"{_API}FixedResponseActionConfig.html",
            ),
            Limit(
                types, f"{place}.RedirectConfig.Port", like(r"#\{port\}|[1-9][0-9]{0,4}"), "Give #{port} or a port.",
                f"{_API}RedirectActionConfig.html",
            ),
            Limit(
                types, f"{place}.RedirectConfig", either(
                    _changes("Protocol", "#{protocol}"), _changes("Host", "#{host}"), _changes("Port", "#{port}"),
                    _changes("Path", "/#{path}"),
                ),
                "A redirect changes the protocol, the host, the port or the path.", f"{_API}RedirectActionConfig.html",
            ),
            Limit(
                types, f"{place}.RedirectConfig.Path", {"pattern": "^/"}, "A path begins with a slash.",
                f"{_API}RedirectActionConfig.html",
            ),
        )
    ),
    Limit(_RULE, "Conditions.*.Field", among(*_FIELDS), "Take a field of ELB.", _CREATE_RULE),
    Limit(_RULE, "Conditions", {"minItems": 1}, "A rule needs a condition.", _CREATE_RULE),
    *(
        Limit(
            _RULE, "Conditions.*", when(
                having(Field=among(field)),
                either(needs(config), needs("Values"), needs("RegexValues"))
                if field in ("host-header", "path-pattern") else needs(config),
            ), f"{field} needs {config}.", f"{_API}RuleCondition.html",
        )
        for field, config in _FIELDS.items()
    ),
    Limit(
        _RULE, "Conditions.*", when(
            having(Field=among("path-pattern")),
            may(Values={"items": like(r"[A-Za-z0-9_.$/~\"'@:+&*?-]{1,128}")},
                PathPatternConfig=may(Values={"items": like(r"[A-Za-z0-9_.$/~\"'@:+&*?-]{1,128}")})),
        ), "A path pattern has up to 128 characters, * and ? among them.", f"{_API}PathPatternConditionConfig.html",
    ),
    Limit(
        _RULE, "Conditions.*", when(
            having(Field=among("host-header")),
            may(Values={"items": like("[A-Za-z0-9.*?-]{1,128}")},
                HostHeaderConfig=may(Values={"items": like("[A-Za-z0-9.*?-]{1,128}")})),
        ), "A host has up to 128 letters, digits, periods, hyphens, * and ?.", f"{_API}HostHeaderConditionConfig.html",
    ),
    Limit(
        _RULE, "Conditions.*.HttpRequestMethodConfig.Values.*", like("[A-Z_-]{1,40}"), "A method is in upper case.",
        f"{_API}HttpRequestMethodConditionConfig.html",
    ),
    Limit(
        _RULE, "Conditions.*.SourceIpConfig.Values.*", {"pattern": "/"}, "A source is a CIDR block.",
        f"{_API}SourceIpConditionConfig.html",
    ),
    Limit(
        _BALANCER, "", when(having(Type=among("gateway")), without("Scheme", "SecurityGroups")),
        "A gateway load balancer has no scheme and no security groups.", f"{_API}CreateLoadBalancer.html",
    ),
    Limit(
        _BALANCER, "", when(
            either(having(Type=ABSENT), having(Type=among("application"))),
            may(SubnetMappings={"items": without("AllocationId", "PrivateIPv4Address", "IPv6Address")}),
        ), "Only a network load balancer has addresses of its own.", f"{_API}SubnetMapping.html",
    ),
    Limit(
        _BALANCER, "", when(having(Scheme=among("internal")), may(SubnetMappings={"items": without("AllocationId")})),
        "An internal load balancer has no Elastic IP addresses.", f"{_API}SubnetMapping.html",
    ),
)  # fmt: skip

_TEMPLATE = """
Parameters:
  Environment: {{Type: String, Default: {environment}}}
Resources:
  Targets:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties:
      Name: !Sub films-catalogue-${{Environment}}
      Port: 80
      Protocol: HTTP
      VpcId: vpc-0123456789abcdef0
"""


@rule(
    id="E9136",
    title="Load balancers, listeners, rules and target groups have values that go together",
    reason=(
        "Elastic Load Balancing refuses names, health checks, actions, conditions and pairs of properties beyond what "
        "its API documents; names often grow too long once the environment is in."
    ),
    source=_CREATE_GROUP,
    good=_TEMPLATE.format(environment="staging"),
    bad=_TEMPLATE.format(environment="integration-tests"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Hold everything of Elastic Load Balancing against the limits of its API."""
    yield from exceeded(tree, LIMITS)
