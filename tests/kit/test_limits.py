from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.limits import violations

REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"Type": "Number"}, "two", "Type Number"),
    ({"Type": "Number"}, "", "Type Number"),
    ({"Type": "Number"}, "1_0", "Type Number"),
    ({"Type": "Number", "MinValue": 1}, "0.5", "MinValue"),
    ({"Type": "Number", "MaxValue": 16}, "17", "MaxValue"),
    ({"Type": "List<Number>", "MaxValue": 16}, "1, 17", "MaxValue"),
    ({"Type": "Number", "AllowedValues": [2, 3]}, "4", "AllowedValues"),
    ({"Type": "String", "AllowedValues": ["true", "false"]}, "True", "AllowedValues"),
    ({"Type": "CommaDelimitedList", "AllowedValues": ["a", "b"]}, "a,c", "AllowedValues"),
    ({"Type": "String", "AllowedPattern": "[a-z]+"}, "abc1", "AllowedPattern"),
    ({"Type": "String", "MinLength": 1}, "", "MinLength"),
    ({"Type": "String", "MaxLength": 3}, "abcd", "MaxLength"),
]
ACCEPTED: list[tuple[dict[str, Any], str]] = [
    ({"Type": "Number", "MinValue": 0.5, "MaxValue": 1}, "0.5"),
    ({"Type": "Number", "AllowedValues": [2, 3]}, "2"),
    ({"Type": "List<Number>"}, "1, 2"),
    ({"Type": "CommaDelimitedList", "AllowedPattern": "[a-z]"}, "a,b"),
    ({"Type": "String", "AllowedPattern": "[a-z]+", "MinLength": 1, "MaxLength": 3}, "abc"),
]


@pytest.mark.parametrize(("declaration", "value", "rule"), REFUSED)
def test_a_value_outside_its_declaration_names_the_rule(declaration: dict[str, Any], value: str, rule: str) -> None:
    assert [said.split(":")[0] for said in violations(declaration, value)] == [rule]


@pytest.mark.parametrize(("declaration", "value"), ACCEPTED)
def test_a_value_inside_its_declaration_is_accepted(declaration: dict[str, Any], value: str) -> None:
    assert list(violations(declaration, value)) == []


@given(st.integers(-1000, 1000), st.integers(-1000, 1000), st.integers(-1000, 1000))
def test_a_number_is_accepted_exactly_inside_its_range(value: int, low: int, high: int) -> None:
    refused = list(violations({"Type": "Number", "MinValue": low, "MaxValue": high}, str(value)))
    assert bool(refused) == (not low <= value <= high)
