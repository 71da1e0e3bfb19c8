from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from gate.finding import Finding
from gate.subject import SubjectError
from gate.suppressions import load
from tests.gate.trees import subject, write

TODAY = datetime.date(2026, 11, 21)
ENTRY = '[[suppress]]\nrule = "E9201"\nplace = "root/Net*.Subnet?"\nreason = "x"\n'


def finding(rule: str = "E9201", stack: str = "root/Network", logical_id: str = "SubnetA") -> Finding:
    return Finding(
        rule=rule, severity="error", message="", fix="", link="", stack=stack, file="", logical_id=logical_id
    )


def test_a_tree_without_the_file_has_none(tmp_path: Path) -> None:
    assert load(tmp_path) == ()


def test_it_covers_a_rule_at_a_place(tmp_path: Path) -> None:
    write(tmp_path, {"suppressions.toml": ENTRY})
    (entry,) = load(tmp_path)
    assert entry.covers(finding())
    assert not entry.covers(finding(rule="E9202"))
    assert not entry.covers(finding(stack="root/Other"))
    assert not entry.covers(finding(logical_id="SubnetAB"))
    assert not entry.covers(finding(logical_id=""))


def test_the_stack_itself_is_a_place(tmp_path: Path) -> None:
    write(tmp_path, {"suppressions.toml": ENTRY.replace("root/Net*.Subnet?", "root/Network")})
    (entry,) = load(tmp_path)
    assert entry.covers(finding(logical_id=""))
    assert not entry.covers(finding())


def test_it_holds_until_its_last_day(tmp_path: Path) -> None:
    write(tmp_path, {"suppressions.toml": f"{ENTRY}expires = 2026-11-21\n\n{ENTRY}"})
    dated, forever = load(tmp_path)
    assert dated.holds(TODAY)
    assert not dated.holds(TODAY + datetime.timedelta(days=1))
    assert forever.holds(datetime.date(9999, 1, 1))
    assert (dated.line, forever.line) == (1, 7)
    assert dated.stale(TODAY).rule == "W9091"
    assert dated.stale(TODAY + datetime.timedelta(days=1)).rule == "W9090"


def test_it_concerns_the_values_that_it_names(tmp_path: Path) -> None:
    write(tmp_path)
    write(tmp_path, {"suppressions.toml": f'{ENTRY}when = {{ Days = "7" }}\n'})
    (entry,) = load(tmp_path)
    assert entry.concerns(subject(tmp_path, days="7"))
    assert not entry.concerns(subject(tmp_path, days="8"))


def test_a_warning_is_not_looked_for_by_the_deploy_profile(tmp_path: Path) -> None:
    write(tmp_path)
    write(tmp_path, {"suppressions.toml": ENTRY.replace("E9201", "W9601")})
    (entry,) = load(tmp_path)
    assert entry.concerns(subject(tmp_path))
    assert not entry.concerns(subject(tmp_path, profile="deploy"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[suppress]\n", "cannot be read as TOML"),
        ('[suppress]\nrule = "E1"\n', "begin with [[suppress]]"),
        ("suppress = 1\n", "begin with [[suppress]]"),
        ("other = 1\n", "begin with [[suppress]]"),
        (ENTRY.replace("rule", "rules"), "1: unknown key 'rules'"),
        (ENTRY.replace('"x"', '""'), "1: give reason"),
        ('[[suppress]]\nrule = "E9201"\n', "1: give place and reason"),
        (f"\n{ENTRY}expires = 'soon'\n", "2: expires must be a date"),
        (f"{ENTRY}when = 1\n", "1: when must be a dict"),
    ],
)
def test_what_is_wrong_with_the_file_is_said_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    write(tmp_path, {"suppressions.toml": text})
    with pytest.raises(SubjectError) as caught:
        load(tmp_path)
    assert message in str(caught.value)
    assert str(tmp_path / "suppressions.toml") in str(caught.value)
    assert caught.value.exit_code == 2
