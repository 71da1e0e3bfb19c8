from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from troposphere import Equals, Ref
from troposphere import encode_to_dict as _encode

from kit.conditions import is_given, is_on, switch
from kit.rules import Rule, at_most, either, in_production
from kit.scope import Scope, stack_tags
from kit.template import Template
from kit.values import Flag, Text


def encode_to_dict(thing: Any) -> Any:
    """Render anything; troposphere's own types leave out half of what it takes."""
    return _encode(thing)


SCOPE = Scope(environment=Text(Ref("Environment")))


def test_conditions_are_added_once_and_used_by_reference() -> None:
    t = Template("A template.")
    protect = is_on(t, "Protect", Flag(Ref("DeletionProtection")))
    mail = is_given(t, "Mail", Text(Ref("AlarmEmail")))
    wide = switch(t, "Wide", Equals(Ref("ZoneCount"), 3))
    assert encode_to_dict(t.conditions) == {
        "Protect": {"Fn::Equals": [{"Ref": "DeletionProtection"}, "true"]},
        "Mail": {"Fn::Not": [{"Fn::Equals": [{"Ref": "AlarmEmail"}, ""]}]},
        "Wide": {"Fn::Equals": [{"Ref": "ZoneCount"}, 3]},
    }
    assert wide.name == "Wide"
    assert protect.pick("a", "b").to_dict() == {"Fn::If": ["Protect", "a", "b"]}
    assert encode_to_dict(mail.pick("a")) == {"Fn::If": ["Mail", "a", {"Ref": "AWS::NoValue"}]}


def test_names_paths_and_tags_hold_the_environment() -> None:
    assert SCOPE.name("jobs").to_dict() == {"Fn::Sub": "streamflix-jobs-${Environment}"}
    assert SCOPE.path("worker").to_dict() == {"Fn::Sub": "/streamflix/${Environment}/worker"}
    assert encode_to_dict(SCOPE.name_tag("vpc")) == [
        {"Key": "Name", "Value": {"Fn::Sub": "streamflix-vpc-${Environment}"}}
    ]
    tags = {tag["Key"]: tag["Value"] for tag in encode_to_dict(stack_tags(SCOPE, "network"))}
    assert tags.keys() == {"Project", "Environment", "Tier", "ManagedBy", "ContentTracking"}
    assert tags["Environment"] == {"Ref": "Environment"}
    assert tags["Tier"] == "network"


def test_a_rule_renders_its_condition_and_every_assertion() -> None:
    rule = Rule(
        "Safe", "stay safe", (Equals(Ref("A"), "1"), Equals(Ref("B"), "2")), when=in_production(Ref("Environment"))
    )
    assert encode_to_dict(rule.to_dict()) == {
        "RuleCondition": {"Fn::Contains": [["prod", "production"], {"Ref": "Environment"}]},
        "Assertions": [
            {"Assert": {"Fn::Equals": [{"Ref": "A"}, "1"]}, "AssertDescription": "stay safe"},
            {"Assert": {"Fn::Equals": [{"Ref": "B"}, "2"]}, "AssertDescription": "stay safe"},
        ],
    }
    assert "RuleCondition" not in Rule("Always", "always", (Equals(Ref("A"), "1"),)).to_dict()
    assert list(either(Equals(Ref("A"), "1"), Equals(Ref("B"), "2")).to_dict()) == ["Fn::Or"]


def evaluate(test: object, values: dict[str, str]) -> bool:
    """Judge an assertion as CloudFormation does, with the functions that ``at_most`` uses."""
    assert isinstance(test, dict)
    ((function, argument),) = test.items()
    if function == "Fn::Not":
        return not evaluate(argument[0], values)
    if function == "Fn::And":
        return all(evaluate(part, values) for part in argument)
    if function == "Fn::Equals":
        return bool(values[argument[0]["Ref"]] == argument[1])
    assert function == "Fn::Contains"
    return values[argument[1]["Ref"]] in argument[0]


STEPS = (0, 0.5, 1, 2, 16)


@pytest.mark.parametrize(("low", "high"), list(product(STEPS, STEPS)))
def test_at_most_compares_every_pair_of_steps(low: float, high: float) -> None:
    assertions = [encode_to_dict(test) for test in at_most(Ref("Low"), Ref("High"), STEPS)]
    values = {"Low": f"{low:g}", "High": f"{high:g}"}
    assert all(evaluate(test, values) for test in assertions) == (low <= high)
