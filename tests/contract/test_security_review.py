"""docs/security.md is true where a test can tell."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from templates import TIERS
from tests.templates.rendering import rendered

HOME = Path(__file__).parent.parent.parent
REVIEW = (HOME / "docs" / "security.md").read_text(encoding="utf-8")
CHECKOV = (HOME / ".checkov.yaml").read_text(encoding="utf-8")


def test_every_test_that_the_review_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", REVIEW))
    sources = (file.read_text(encoding="utf-8") for file in (HOME / "tests").rglob("test_*.py"))
    there = {name for source in sources for name in re.findall(r"^def (test_\w+)", source, re.MULTILINE)}
    assert len(named) > 30
    assert named - there == set()


def test_every_file_that_the_review_names_exists() -> None:
    named = set(re.findall(r"`((?:kit|templates|deployer|tests)/[\w/]+\.py)`", REVIEW))
    assert len(named) > 15
    assert [name for name in named if not (HOME / name).is_file()] == []


def test_every_resource_that_the_review_names_exists() -> None:
    named = [
        (tier, title)
        for titles, tiers in re.findall(r"((?:`\w+`, )*`\w+`) \((\w+(?:, \w+)*)\)", REVIEW)
        for tier in tiers.split(", ")
        for title in re.findall(r"\w+", titles)
        if tier in TIERS
    ]
    assert len(named) > 40
    assert [(tier, title) for tier, title in named if title not in rendered()[tier]["Resources"]] == []


def test_every_check_left_out_has_a_reason_and_is_a_deviation() -> None:
    left_out = yaml.safe_load(CHECKOV)["skip-check"]
    reasons = dict(re.findall(r"^  - (CKV_\w+) # (.+)$", CHECKOV, re.MULTILINE))
    assert list(reasons) == left_out
    assert set(left_out) == set(re.findall(r"CKV_\w+", REVIEW))


def test_deviations_are_numbered_without_a_gap() -> None:
    numbers = [int(number) for number in re.findall(r"^\| (\d+) \|", REVIEW, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.slow
def test_the_reviews_script_fills_in_each_environments_values(tmp_path: Path) -> None:
    (script,) = re.findall(r"^```python\n(.+?)^```$", REVIEW, re.MULTILINE | re.DOTALL)
    subprocess.run([sys.executable, "-c", script, "tests/golden", tmp_path], cwd=HOME, check=True)
    protected = {
        file.parent.name: json.loads(file.read_text(encoding="utf-8"))["Resources"]["Cluster"]["Properties"]
        for file in tmp_path.glob("*/database.json")
    }
    assert {name: made["DeletionProtection"] for name, made in protected.items()} == {
        "dev": "false",
        "staging": "true",
        "prod": "true",
    }
