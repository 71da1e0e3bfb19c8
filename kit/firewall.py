"""A web firewall from AWS's own rule groups and a limit per caller."""

from __future__ import annotations

from typing import Any, Final

from troposphere import AWSHelperFn, wafv2

from kit.values import Number

RULE_GROUPS: Final = (
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
)
"""AWS's rule groups that every request must pass, in this order.

https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
"""

ONLY_COUNTED: Final = {"AWSManagedRulesCommonRuleSet": ("SizeRestrictions_BODY",)}
"""Rules of a group that do not block: a body of more than 8 KB is no attack on an API that takes media metadata."""

AS_THE_GROUP_SAYS: Final = wafv2.OverrideAction.from_dict("OverrideAction", {"None": {}})
"""The word ``None`` of the API, which cannot be a keyword argument."""


def web_acl(title: str, name: AWSHelperFn, limit: Number) -> wafv2.WebACL:
    """Make a regional firewall that lets pass what no rule blocks.

    ``limit`` is the number of requests in five minutes after which an address is blocked.
    """
    return wafv2.WebACL(
        title,
        Name=name,
        Scope="REGIONAL",
        DefaultAction=wafv2.DefaultAction(Allow=wafv2.AllowAction()),
        VisibilityConfig=_visible(name),
        Rules=[_rate(limit), *(_group(place, group) for place, group in enumerate(RULE_GROUPS, start=1))],
    )


def _rate(limit: Number) -> wafv2.WebACLRule:
    return wafv2.WebACLRule(
        Name="rate",
        Priority=0,
        Action=wafv2.RuleAction(Block=wafv2.BlockAction()),
        Statement=wafv2.Statement(
            RateBasedStatement=wafv2.RateBasedStatement(AggregateKeyType="IP", EvaluationWindowSec=300, Limit=limit)
        ),
        VisibilityConfig=_visible("rate"),
    )


def _group(place: int, group: str) -> wafv2.WebACLRule:
    counted = [
        wafv2.RuleActionOverride(Name=rule, ActionToUse=wafv2.RuleAction(Count=wafv2.CountAction()))
        for rule in ONLY_COUNTED.get(group, ())
    ]
    # the service refuses an empty list
    overrides: dict[str, Any] = {"RuleActionOverrides": counted} if counted else {}
    return wafv2.WebACLRule(
        Name=group,
        Priority=place,
        OverrideAction=AS_THE_GROUP_SAYS,
        Statement=wafv2.Statement(
            ManagedRuleGroupStatement=wafv2.ManagedRuleGroupStatement(VendorName="AWS", Name=group, **overrides)
        ),
        VisibilityConfig=_visible(group),
    )


def _visible(metric: AWSHelperFn | str) -> wafv2.VisibilityConfig:
    return wafv2.VisibilityConfig(CloudWatchMetricsEnabled=True, MetricName=metric, SampledRequestsEnabled=True)
