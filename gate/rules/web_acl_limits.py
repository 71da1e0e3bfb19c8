"""Web ACLs, rule groups and IP sets that WAF refuses."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Final

from gate.limits import (
    Limit,
    Shape,
    among,
    between,
    either,
    exceeded,
    having,
    may,
    needs,
    when,
    without,
)
from gate.places import each
from gate.rule import Hit, rule
from gate.tree import Path, Resource, Tree, as_text, dig, items

_ACL, _GROUP, _SET = ("AWS::WAFv2::WebACL",), ("AWS::WAFv2::RuleGroup",), ("AWS::WAFv2::IPSet",)
_BOTH = (*_ACL, *_GROUP)
_API = "https://docs.aws.amazon.com/waf/latest/APIReference/API_"
_LISTS = "https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html"
_STATEMENT = "Rules.*.Statement"
_GROUPED: Shape = either(
    having(Statement=needs("ManagedRuleGroupStatement")), having(Statement=needs("RuleGroupReferenceStatement"))
)
_MANAGED: Final = among(*(
    f"AWSManagedRules{name}" for name in (
        "CommonRuleSet", "AdminProtectionRuleSet", "KnownBadInputsRuleSet", "SQLiRuleSet", "LinuxRuleSet",
        "UnixRuleSet",
        "WindowsRuleSet", "PHPRuleSet", "WordPressRuleSet", "AmazonIpReputationList", "AnonymousIpList",
        "BotControlRuleSet", "ATPRuleSet", "ACFPRuleSet", "AntiDDoSRuleSet",
    )
))  # fmt: skip
"""AWS's managed rule groups (2026-11, the list of the developer guide)."""

LIMITS: Final = (
    Limit(
        _ACL, "DefaultAction", {"oneOf": [needs("Allow"), needs("Block")]}, "A default is Allow or Block.",
        f"{_API}DefaultAction.html",
    ),
    Limit(
        _ACL, "Rules.*", when(_GROUPED, {"allOf": [needs("OverrideAction"), without("Action")]}),
        "A rule that uses a rule group has an OverrideAction, such as None.", f"{_API}Rule.html",
    ),
    Limit(
        _ACL, "Rules.*", {"if": _GROUPED, "else": {"allOf": [needs("Action"), without("OverrideAction")]}},
        "A rule of its own has an Action, such as Block.", f"{_API}Rule.html",
    ),
    Limit(_GROUP, "Rules.*", needs("Action"), "A rule of a group has an Action.", f"{_API}Rule.html"),
    *(
        Limit(
            _BOTH, place,
            {"oneOf": [needs(name) for name in ("Allow", "Block", "Count", "Captcha", "Challenge", "Monetize")]},
            "A rule does one thing.", f"{_API}RuleAction.html",
        )
        for place in ("Rules.*.Action",)
    ),
    Limit(
        _ACL, "Rules.*.OverrideAction", {"oneOf": [needs("None"), needs("Count")]}, "Override with None or Count.",
        f"{_API}OverrideAction.html",
    ),
    *(
        Limit(
            _BOTH, f"{_STATEMENT}.{name}.Statements", {"minItems": 2}, "Combine two statements or more.",
            f"{_API}{name}.html",
        )
        for name in ("AndStatement", "OrStatement")
    ),
    Limit(
        _BOTH, f"{_STATEMENT}.RateBasedStatement", when(
            having(AggregateKeyType=among("FORWARDED_IP")), needs("ForwardedIPConfig")
        ), "Forwarded addresses need ForwardedIPConfig.", f"{_API}RateBasedStatement.html",
    ),
    Limit(
        _BOTH, f"{_STATEMENT}.RateBasedStatement", when(
            having(AggregateKeyType=among("CONSTANT")), needs("ScopeDownStatement")
        ), "Counting everything needs ScopeDownStatement.", f"{_API}RateBasedStatement.html",
    ),
    Limit(
        _BOTH, f"{_STATEMENT}.RateBasedStatement",
        when(having(AggregateKeyType=among("CUSTOM_KEYS")), needs("CustomKeys")),
        "Custom keys need CustomKeys.", f"{_API}RateBasedStatement.html",
    ),
    Limit(
        _BOTH, f"{_STATEMENT}.RateBasedStatement.Limit", between(10, 2000000000), "A limit is 10 requests or more.",
        f"{_API}RateBasedStatement.html",
    ),
    Limit(
        _ACL, f"{_STATEMENT}.ManagedRuleGroupStatement", when(having(VendorName=among("AWS")), may(Name=_MANAGED)),
        "Name one of AWS's managed rule groups.", _LISTS,
    ),
    Limit(
        _BOTH, "Rules.*.VisibilityConfig.MetricName", {"not": among("All", "Default_Action")},
        "These names are WAF's own.",
        f"{_API}VisibilityConfig.html",
    ),
)  # fmt: skip

_TEMPLATE = """
Parameters:
  Second: {{Type: Number, Default: {second}}}
Resources:
  Guard:
    Type: AWS::WAFv2::WebACL
    Properties:
      Scope: REGIONAL
      DefaultAction: {{Allow: {{}}}}
      VisibilityConfig: &seen {{CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true, MetricName: guard}}
      Rules:
        - Name: flood
          Priority: 0
          Action: {{Block: {{}}}}
          Statement: {{RateBasedStatement: {{Limit: 2000, AggregateKeyType: IP}}}}
          VisibilityConfig: {{CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true, MetricName: flood}}
        - Name: common
          Priority: !Ref Second
          OverrideAction: {{None: {{}}}}
          Statement: {{ManagedRuleGroupStatement: {{VendorName: AWS, Name: AWSManagedRulesCommonRuleSet}}}}
          VisibilityConfig: {{CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true, MetricName: common}}
"""


@rule(
    id="E9168",
    title="A web ACL has rules that WAF takes",
    reason=(
        "WAF refuses rules with the wrong kind of action, with a priority or name that is taken, rule groups that do "
        "not exist, addresses that are no CIDR blocks, and the scope of CloudFront outside us-east-1."
    ),
    source=f"{_API}CreateWebACL.html",
    good=_TEMPLATE.format(second=1),
    bad=_TEMPLATE.format(second=0),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Hold everything of WAF against the limits of its API."""
    yield from exceeded(tree, LIMITS)
    for group in tree.resources(*_BOTH):
        for key in ("Priority", "Name"):
            yield from _repeated(group, key)
    for addresses in tree.resources(*_SET):
        yield from _addresses(addresses)
    for scoped in tree.resources(*_BOTH, *_SET, "AWS::WAFv2::RegexPatternSet"):
        if as_text(scoped.get("Scope")) == "CLOUDFRONT" and tree.context.region != "us-east-1":
            message = f"the scope is CLOUDFRONT, the region {tree.context.region}"
            yield Hit(scoped, "Scope", message, "Deploy it in us-east-1, or write REGIONAL.")


def _repeated(group: Resource, key: str) -> Iterator[Hit]:
    seen: dict[str, int] = {}
    for place, entry in enumerate(items(group.get("Rules"))):
        given = as_text(dig(entry, key))
        first = seen.setdefault(given, place) if given is not None else place
        if first != place:
            path: Path = ("Rules", place, key)
            yield Hit(group, path, f"rule {first} has the {key.lower()} {given}, too", f"Give each rule its own {key}.")


def _addresses(addresses: Resource) -> Iterator[Hit]:
    version = {"IPV4": 4, "IPV6": 6}.get(as_text(addresses.get("IPAddressVersion")) or "")
    for place, value in each(addresses.properties, "Addresses.*"):
        given = as_text(value)
        if given is None:
            continue
        try:
            network = ipaddress.ip_network(given, strict=False)
        except ValueError:
            network = None
        if network is None or "/" not in given or (version and network.version != version) or network.prefixlen == 0:
            message = f"{given} is no CIDR block of {as_text(addresses.get('IPAddressVersion')) or 'an address'}"
            yield Hit(addresses, place, message, "Write blocks such as 192.0.2.0/24, of /1 or longer.")
