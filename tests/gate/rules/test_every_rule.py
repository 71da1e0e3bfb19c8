from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from gate.rule import PROFILES, Rule
from gate.rules import all_rules
from tests.gate.rules.cases import tree_of

RULES = pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)


@RULES
def test_the_good_case_is_clean_for_every_rule_that_deployments_need(rule: Rule, tmp_path: Path) -> None:
    tree = tree_of(rule.good, tmp_path)
    assert list(rule.findings(tree)) == []


@RULES
def test_the_bad_case_is_found_and_named(rule: Rule, tmp_path: Path) -> None:
    findings = list(rule.findings(tree_of(rule.bad, tmp_path)))
    assert findings
    for finding in findings:
        assert finding.rule == rule.id
        assert finding.message
        assert finding.fix


@RULES
def test_a_rule_explains_itself(rule: Rule) -> None:
    assert re.fullmatch(r"[EW]9\d{3}", rule.id)
    assert rule.profile in PROFILES
    assert (rule.severity == "warning") == (rule.profile == "production")
    assert rule.title
    assert len(rule.reason) > 20
    assert rule.source.startswith("https://")


def test_ids_are_unique() -> None:
    assert [id_ for id_, count in Counter(rule.id for rule in all_rules()).items() if count > 1] == []
