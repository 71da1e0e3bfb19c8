from __future__ import annotations

from pathlib import Path

from builder.reference import reference
from builder.render import render
from kit.template import Rendered

PAGE = Path(__file__).parent.parent.parent / "docs" / "reference.md"


def test_the_reference_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference(render()), "run: tox run -e goldens"


def test_every_parameter_output_and_resource_is_listed() -> None:
    page = PAGE.read_text(encoding="utf-8")
    templates = render()
    root = templates["root"].body
    named = [*root["Parameters"], *root["Outputs"]]
    named += [title for name, each in templates.items() if name != "root" for title in each.body["Resources"]]
    assert [name for name in named if f"`{name}`" not in page] == []


def test_limits_are_told_in_the_words_of_the_parameter() -> None:
    parameters = {
        "One": {"Type": "String", "Description": "A | b.", "AllowedValues": ["x", "y"]},
        "Two": {"Type": "Number", "Description": "B.", "Default": "", "MinValue": 1, "MaxValue": 9},
        "Three": {"Type": "String", "Description": "C.", "AllowedPattern": "a|b", "ConstraintDescription": "a or b"},
        "Four": {"Type": "String", "Description": "D.", "MaxLength": 3},
    }
    interface = {"ParameterGroups": [{"Label": {"default": "All"}, "Parameters": list(parameters)}]}
    root = {
        "Description": "x",
        "Metadata": {"AWS::CloudFormation::Interface": interface},
        "Parameters": parameters,
        "Resources": {"Only": {"Type": "AWS::SQS::Queue"}},
    }
    page = reference({"root": Rendered(root, {})})
    assert "| `One` | *required* | `x`, `y` | A \\| b. |" in page
    assert "| `Two` | *empty* | 1 to 9 | B. |" in page
    assert "| `Three` | *required* | a or b | C. |" in page
    assert "| `Four` | *required* | MaxLength `3` | D. |" in page
