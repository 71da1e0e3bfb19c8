"""Attributes of load balancers, target groups and listeners that Elastic Load Balancing does not know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gate.conformance import breaches
from gate.limits import Shape, among, between, like
from gate.rule import Hit, rule
from gate.tree import Path, Resource, Tree, Value, as_text, dig, items

_ANY: Shape = {}
_SWITCH: Shape = like("(?i:true|false)")
_WEEK: Shape = between(1, 604800)
_PERCENT: Shape = like("off|[1-9][0-9]?|100")
_COUNT: Shape = like("off|[1-9][0-9]*")
_FAILOVER: Shape = among("rebalance", "no_rebalance")

_ATTRIBUTES: Final[dict[str, tuple[str, dict[str, Shape]]]] = {
    "AWS::ElasticLoadBalancingV2::TargetGroup": ("TargetGroupAttributes", {
        "deregistration_delay.timeout_seconds": between(0, 3600),
        "deregistration_delay.connection_termination.enabled": _SWITCH,
        "stickiness.enabled": _SWITCH,
        "stickiness.type": among("lb_cookie", "app_cookie", "source_ip", "source_ip_dest_ip",
            "source_ip_dest_ip_proto"),
        "stickiness.app_cookie.cookie_name": {"not": like("AWSALB.*")},
        "stickiness.app_cookie.duration_seconds": _WEEK,
        "stickiness.lb_cookie.duration_seconds": _WEEK,
        "load_balancing.cross_zone.enabled": like("(?i:true|false|use_load_balancer_configuration)"),
        "load_balancing.algorithm.type": among("round_robin", "least_outstanding_requests", "weighted_random"),
        "load_balancing.algorithm.anomaly_mitigation": among("on", "off"),
        "target_group_health.dns_failover.minimum_healthy_targets.count": _COUNT,
        "target_group_health.dns_failover.minimum_healthy_targets.percentage": _PERCENT,
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": _COUNT,
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": _PERCENT,
        "slow_start.duration_seconds": {"anyOf": [among(0), between(30, 900)]},
        "lambda.multi_value_headers.enabled": _SWITCH,
        "preserve_client_ip.enabled": _SWITCH,
        "proxy_protocol_v2.enabled": _SWITCH,
        "target_health_state.unhealthy.connection_termination.enabled": _SWITCH,
        "target_health_state.unhealthy.draining_interval_seconds": between(0, 360000),
        "target_failover.on_deregistration": _FAILOVER,
        "target_failover.on_unhealthy": _FAILOVER,
        "send_tcp_reset.on_unhealthy.enabled": _SWITCH,
        "send_tcp_reset.on_deregistration.enabled": _SWITCH,
    }),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": ("LoadBalancerAttributes", {
        "deletion_protection.enabled": _SWITCH,
        "load_balancing.cross_zone.enabled": _SWITCH,
        **{
            f"{logs}.s3.{name}": _SWITCH if name == "enabled" else _ANY
            for logs in ("access_logs", "connection_logs", "health_check_logs")
            for name in ("enabled", "bucket", "prefix")
        },
        "ipv6.deny_all_igw_traffic": _SWITCH,
        "zonal_shift.config.enabled": _SWITCH,
        "idle_timeout.timeout_seconds": between(1, 4000),
        "client_keep_alive.seconds": between(60, 604800),
        "routing.http.desync_mitigation_mode": among("monitor", "defensive", "strictest"),
        "routing.http.drop_invalid_header_fields.enabled": _SWITCH,
        "routing.http.preserve_host_header.enabled": _SWITCH,
        "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": _SWITCH,
        "routing.http.xff_client_port.enabled": _SWITCH,
        "routing.http.xff_header_processing.mode": among("append", "preserve", "remove"),
        "routing.http2.enabled": _SWITCH,
        "waf.fail_open.enabled": _SWITCH,
        "dns_record.client_routing_policy": among(
            "availability_zone_affinity", "partial_availability_zone_affinity", "any_availability_zone"
        ),
        "secondary_ips.auto_assigned.per_subnet": between(0, 7),
    }),
    "AWS::ElasticLoadBalancingV2::Listener": ("ListenerAttributes", {
        "tcp.idle_timeout.seconds": between(60, 6000),
        "send_tcp_reset.on_idle_timeout.enabled": _SWITCH,
    }),
}  # fmt: skip
"""Attributes and what they take; those of listeners that begin with routing.http are not listed.

Source (2026-11): https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html,
API_LoadBalancerAttribute.html and API_ListenerAttribute.html.
"""

_WEB, _WIRE = ("HTTP", "HTTPS"), ("TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC")
_ONLY: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(
        ("load_balancing.algorithm.", "slow_start.", "stickiness.app_cookie.", "stickiness.lb_cookie."), _WEB
    ),
    **dict.fromkeys(
        ("deregistration_delay.connection_", "preserve_client_ip.", "proxy_protocol_v2.", "target_health_state."), _WIRE
    ),
    "target_failover.": ("GENEVE",),
    "idle_timeout.": ("application",),
    "client_keep_alive.": ("application",),
    "connection_logs.": ("application",),
    "health_check_logs.": ("application",),
    "routing.": ("application",),
    "waf.": ("application",),
    "dns_record.": ("network",),
    "secondary_ips.": ("network",),
}
"""Attributes, by how they begin, of some protocols of target groups or types of load balancers only."""
_STICKINESS: Final = {
    "lb_cookie": _WEB,
    "app_cookie": _WEB,
    "source_ip": _WIRE,
    "source_ip_dest_ip": ("GENEVE",),
    "source_ip_dest_ip_proto": ("GENEVE",),
}

_TEMPLATE = """
Parameters:
  Seconds: {{Type: String, Default: "{seconds}"}}
Resources:
  Targets:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties:
      TargetType: ip
      Port: 80
      Protocol: HTTP
      VpcId: vpc-0123456789abcdef0
      TargetGroupAttributes: [{{Key: deregistration_delay.timeout_seconds, Value: !Ref Seconds}}]
"""


@rule(
    id="E9138",
    title="Attributes of load balancers and target groups exist, and have a value that they take",
    reason="Elastic Load Balancing refuses an attribute that it does not know, and a value beyond what it documents.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html",
    good=_TEMPLATE.format(seconds=30),
    bad=_TEMPLATE.format(seconds=3601),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look up each attribute."""
    for resource in tree.resources(*_ATTRIBUTES):
        name, known = _ATTRIBUTES[resource.type]
        given = items(resource.get(name))
        kind = _kind(resource)
        for place, attribute in enumerate(given):
            at: Path = (name, place)
            key = as_text(dig(attribute, "Key"))
            if key in known:
                for _, wrong in breaches(known[key], dig(attribute, "Value")):
                    yield Hit(resource, (*at, "Value"), f"{key}: {wrong}", "Give a value that the attribute takes.")
                value = as_text(dig(attribute, "Value")) or ""
                only = _STICKINESS.get(value) if key == "stickiness.type" else _kinds(key)
                if kind and only and kind not in only:
                    message = f"{key} {value} is for {', '.join(only)}, not for {kind}"
                    yield Hit(resource, (*at, "Key"), message, "Remove the attribute.")
            elif key is not None and not key.startswith("routing.http."):
                yield Hit(
                    resource, (*at, "Key"), f"there is no attribute {key}", f"Known are {', '.join(sorted(known))}."
                )
        for logs in ("access_logs", "connection_logs", "health_check_logs"):
            if (as_text(_value(given, f"{logs}.s3.enabled")) or "").lower() == "true" and not _has(
                given, f"{logs}.s3.bucket"
            ):
                yield Hit(resource, name, f"{logs} are enabled, but go to no bucket", f"Give {logs}.s3.bucket.")


def _kind(resource: Resource) -> str | None:
    """Return the protocol of a target group or the type of a load balancer; None if it is not known."""
    if resource.type.endswith("::LoadBalancer"):
        return "application" if resource.get("Type") is None else as_text(resource.get("Type"))
    return as_text(resource.get("Protocol")) if resource.type.endswith("::TargetGroup") else None


def _kinds(key: str) -> tuple[str, ...] | None:
    return next((kinds for start, kinds in _ONLY.items() if key.startswith(start)), None)


def _value(given: list[Value], key: str) -> Value:
    return next((dig(one, "Value") for one in given if as_text(dig(one, "Key")) == key), None)


def _has(given: list[Value], key: str) -> bool:
    return any(as_text(dig(one, "Key")) in (key, None) for one in given)
