from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from gate.finding import Finding
from gate.judge import Outcome
from gate.show import FORMATS, show
from gate.subject import Subject
from tests.gate.trees import subject, write

STACKS = {"root": "root.yaml", "root/Queues": "queues.yaml"}


def finding(**changes: object) -> Finding:
    fields: dict[str, object] = {
        "rule": "E9201",
        "severity": "error",
        "message": "100% wrong: a, b\nand more",
        "fix": "Mend it.",
        "link": "https://example.com/why",
        "stack": "root/Queues",
        "file": "queues.yaml",
        "logical_id": "First",
        "path": ("Properties", "Tags", 0, "Key"),
        "line": 12,
        "source": "templates/queues.py:42",
    }
    return Finding(**{**fields, **changes})  # type: ignore[arg-type]


@pytest.fixture
def subjects(tmp_path: Path) -> tuple[Subject, Subject]:
    write(tmp_path)
    return subject(tmp_path, region="eu-west-1"), subject(tmp_path, region="eu-west-2")


@pytest.fixture
def outcomes(subjects: tuple[Subject, Subject]) -> list[Outcome]:
    one, two = subjects
    whole = finding(
        rule="W9091", severity="warning", stack="root", file="root.yaml", logical_id="", path=(), source=None
    )
    hidden = finding(rule="W9601", severity="warning")
    return [Outcome(one, STACKS, (finding(), whole), ((hidden, "known"),)), Outcome(two, STACKS, (finding(),))]


def test_text_says_where_what_and_how_to_mend_it(outcomes: list[Outcome], tmp_path: Path) -> None:
    assert show(outcomes) == (
        "root\n"
        "\n"
        "W9091 100% wrong: a, b and more\n"
        f"      at   {tmp_path}/root.yaml:12\n"
        "      fix  Mend it.\n"
        "      see  https://example.com/why\n"
        "      in   7 eu-west-1\n"
        "\n"
        "root/Queues\n"
        "\n"
        "E9201 First.Tags.0.Key: 100% wrong: a, b and more\n"
        f"      at   templates/queues.py:42, {tmp_path}/queues.yaml:12\n"
        "      fix  Mend it.\n"
        "      see  https://example.com/why\n"
        "\n"
        "1 error, 1 warning, 1 suppressed: 7 eu-west-1, 7 eu-west-2"
    )


def test_text_shortens_what_nobody_reads(subjects: tuple[Subject, Subject]) -> None:
    text = show([Outcome(subjects[0], STACKS, (finding(message="x" * 10_000),))])
    assert len(text) < 1000


def test_text_of_nothing_is_one_line(subjects: tuple[Subject, Subject]) -> None:
    assert show([Outcome(subjects[0], STACKS, ())]) == "clean, 0 suppressed: 7 eu-west-1"


def test_json_has_everything_once(outcomes: list[Outcome]) -> None:
    data = json.loads(show(outcomes, "json"))
    assert [tree["name"] for tree in data["trees"]] == ["7 eu-west-1", "7 eu-west-2"]
    assert [(each["rule"], each["trees"]) for each in data["findings"]] == [
        ("W9091", ["7 eu-west-1"]),
        ("E9201", ["7 eu-west-1", "7 eu-west-2"]),
    ]
    assert data["findings"][1]["path"] == ["Properties", "Tags", 0, "Key"]
    assert [(each["rule"], each["reason"]) for each in data["suppressed"]] == [("W9601", "known")]


def test_sarif_has_results_with_places_and_marks_what_is_suppressed(outcomes: list[Outcome], tmp_path: Path) -> None:
    log = json.loads(show(outcomes, "sarif"))
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert [rule["id"] for rule in driver["rules"]] == ["E9201", "W9091", "W9601"]
    assert all(rule["helpUri"] == "https://example.com/why" for rule in driver["rules"])
    by_rule = {result["ruleId"]: result for result in run["results"]}
    assert by_rule.keys() == {"E9201", "W9091", "W9601"}
    error = by_rule["E9201"]
    assert error["level"] == "error"
    place = error["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "templates/queues.py"}, "region": {"startLine": 42}}
    assert error["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": "root/Queues.First.Tags.0.Key"}]
    assert error["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"] == f"{tmp_path}/queues.yaml"
    assert "suppressions" not in error
    assert by_rule["W9601"]["suppressions"] == [{"justification": "known", "kind": "external"}]


def test_junit_has_a_suite_per_tree_and_a_test_per_stack(outcomes: list[Outcome]) -> None:
    suites = ET.fromstring(show(outcomes, "junit"))
    assert [suite.get("name") for suite in suites] == ["7 eu-west-1", "7 eu-west-2"]
    failed = [[case.get("name") for case in suite if case.find("failure") is not None] for suite in suites]
    assert failed == [["root", "root/Queues"], ["root/Queues"]]
    (failure,) = suites[1].iter("failure")
    assert failure.get("message") == "E9201 First.Tags.0.Key: 100% wrong: a, b and more"
    assert "templates/queues.py:42" in (failure.text or "")
    assert "suppressed: W9601" in ET.tostring(suites[0], encoding="unicode")


def test_github_commands_stay_on_their_line(outcomes: list[Outcome], tmp_path: Path) -> None:
    first, second = show(outcomes, "github").splitlines()
    assert first.startswith(f"::warning file={tmp_path}/root.yaml,line=12,title=W9091 ::100%25 wrong: a, b%0Aand more")
    assert second.startswith("::error file=templates/queues.py,line=42,title=E9201 First.Tags.0.Key::100%25 wrong")


@pytest.mark.parametrize("form", FORMATS)
def test_an_unreadable_tree_can_be_shown(subjects: tuple[Subject, Subject], form: str) -> None:
    broken = finding(rule="E9000", logical_id="", path=(), line=None, source=None, link="", file="gone.yaml")
    assert "E9000" in show([Outcome(subjects[0], {}, (broken,))], form)


def test_what_was_not_judged_is_named(subjects: tuple[Subject, Subject]) -> None:
    outcomes = [Outcome(subjects[0], {**STACKS, "root/Elsewhere": None}, ())]
    assert show(outcomes) == "clean, 0 suppressed: 7 eu-west-1; not judged, being outside the tree: root/Elsewhere"
    assert json.loads(show(outcomes, "json"))["trees"][0]["stacks"]["root/Elsewhere"] is None
    (skipped,) = ET.fromstring(show(outcomes, "junit")).iter("skipped")
    assert skipped.get("message") == "its template is outside the tree"
