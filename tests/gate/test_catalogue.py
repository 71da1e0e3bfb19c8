from __future__ import annotations

from pathlib import Path

import pytest

from gate import catalogue
from gate.engines import native
from gate.engines.off import off
from gate.rule import Rule
from gate.rules import all_rules

PAGE = Path(__file__).resolve().parents[2] / "docs" / "rules.md"


def test_the_reference_page_is_current() -> None:
    message = "run: python build.py rules --format markdown > docs/rules.md"
    assert PAGE.read_text(encoding="utf-8") == catalogue.markdown() + "\n", message


def test_every_rule_is_listed_once() -> None:
    listed = [line.split()[0] for line in catalogue.listing().splitlines()]
    assert sorted(listed) == sorted([*(rule.id for rule in all_rules()), *catalogue.GATE])
    assert listed == sorted(listed)


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
def test_every_rule_is_explained_with_its_examples(rule: Rule) -> None:
    text = catalogue.explain(rule.id)
    assert all(part in text for part in (rule.title, rule.reason, rule.source, rule.profile))
    for case in (rule.good, rule.bad):
        first = (case if isinstance(case, str) else next(iter(case.values()))).strip().splitlines()[0]
        assert f"    {first}" in text


@pytest.mark.parametrize("id_", catalogue.GATE)
def test_what_the_gate_itself_reports_is_explained(id_: str) -> None:
    assert catalogue.GATE[id_] in catalogue.explain(id_)


@pytest.mark.slow
def test_rules_of_the_engines_are_explained() -> None:
    text = catalogue.explain("W3002")
    assert "(cfn-lint)" in text
    assert "(cloudformation-validate)" in text
    assert f"switched off: {off(native.PACKAGE)['W3002']}" in text


@pytest.mark.slow
def test_an_unknown_rule_is_an_error_that_helps() -> None:
    with pytest.raises(catalogue.UnknownRuleError, match="E9999: no such rule; did you mean E9"):
        catalogue.explain("E9999")
