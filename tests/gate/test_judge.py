from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

from gate.cache import Cache
from gate.engines import Engine, Job, Stacks, native, tree_rules
from gate.finding import Finding
from gate.judge import Outcome, exit_code, judge
from gate.subject import Subject
from tests.gate.trees import ROOT, subject, write

TODAY = datetime.date(2026, 11, 21)
NO_CACHE = Cache(None)


def gate(
    *subjects: Subject, engines: Sequence[Engine] = (native,), cache: Cache = NO_CACHE, today: datetime.date = TODAY
) -> list[Outcome]:
    return judge(subjects, engines=engines, cache=cache, today=today, processes=1)


def rules(outcome: Outcome) -> list[str]:
    return [finding.rule for finding in outcome.standing]


class Says:
    """An engine that reports fixed findings, and counts how often it is asked."""

    def __init__(self, *found: tuple[str, str]) -> None:
        self.found = found
        self.runs = 0

    def prepare(self) -> None:
        pass

    def jobs(self, trees: Mapping[Subject, Stacks]) -> Iterable[Job]:
        for each in trees:
            key = f"{id(self)}{each.digest}"
            yield Job(key=key, name="says", file="root.yaml", subjects=(each,), weight=1, run=partial(self.run, each))

    def run(self, at: Subject) -> dict[str, list[Finding]]:
        self.runs += 1
        return {at.region: [_finding(rule, severity) for rule, severity in self.found]}


def _finding(rule: str, severity: str) -> Finding:
    return Finding(
        rule=rule, severity=severity, message="m", fix="f", link="", stack="", file="queues.yaml", logical_id="First"
    )


def test_a_correct_tree_is_clean(tmp_path: Path) -> None:
    (outcome,) = found = gate(subject(write(tmp_path)), engines=(tree_rules, native))
    assert outcome.standing == ()
    assert exit_code(found) == 0


def test_each_tree_is_judged_by_its_own_values(tmp_path: Path) -> None:
    good, bad = found = gate(subject(write(tmp_path)), subject(tmp_path, days="99"))
    assert good.standing == ()
    assert [finding.logical_id for finding in bad.standing] == ["First"]
    assert exit_code(found) == 3


def test_a_tree_that_cannot_be_read_is_a_finding_and_others_are_still_judged(tmp_path: Path) -> None:
    write(tmp_path / "good")
    write(tmp_path / "bad", {"root.yaml": "Resources:\n  A: {\n"})
    good, bad = gate(subject(tmp_path / "good"), subject(tmp_path / "bad"))
    assert good.standing == ()
    assert [(finding.rule, finding.file) for finding in bad.standing] == [("E9000", "root.yaml")]


def test_a_finding_in_a_template_is_told_with_its_stack(tmp_path: Path) -> None:
    (outcome,) = gate(subject(write(tmp_path)), engines=[Says(("E3012", "error"))])
    assert [finding.stack for finding in outcome.standing] == ["root/Queues"]


def test_the_source_line_is_told_where_it_is_known(tmp_path: Path) -> None:
    write(tmp_path)
    write(tmp_path, {"meta/sources.json": json.dumps({"queues.yaml": {"First": "templates/queues.py:12"}})})
    (outcome,) = gate(subject(tmp_path), engines=[Says(("E3012", "error"))])
    assert [finding.source for finding in outcome.standing] == ["templates/queues.py:12"]
    write(tmp_path, {"meta/sources.json": "["})
    (outcome,) = gate(subject(tmp_path), engines=[Says(("E3012", "error"))])
    assert [finding.source for finding in outcome.standing] == [None]


def test_warnings_belong_to_the_production_profile(tmp_path: Path) -> None:
    engine = Says(("E3012", "error"), ("W2001", "warning"))
    strict, lax = gate(subject(write(tmp_path)), subject(tmp_path, profile="deploy"), engines=[engine])
    assert rules(strict) == ["E3012", "W2001"]
    assert rules(lax) == ["E3012"]


def test_what_two_engines_say_by_one_rule_at_one_resource_is_told_once(tmp_path: Path) -> None:
    engines = [Says(("E3012", "error"), ("E1", "error")), Says(("E3012", "error"))]
    (outcome,) = gate(subject(write(tmp_path)), engines=engines)
    assert sorted(rules(outcome)) == ["E1", "E3012"]


def suppress(folder: Path, more: str = "", rule: str = "W9601", place: str = "root/Queues.First") -> None:
    entry = f'[[suppress]]\nrule = "{rule}"\nplace = "{place}"\nreason = "known"\n{more}'
    write(folder, {"suppressions.toml": entry})


def test_what_is_suppressed_is_counted_with_its_reason(tmp_path: Path) -> None:
    suppress(write(tmp_path))
    (outcome,) = found = gate(subject(tmp_path), engines=[Says(("W9601", "warning"))])
    assert outcome.standing == ()
    assert [(finding.rule, reason) for finding, reason in outcome.suppressed] == [("W9601", "known")]
    assert exit_code(found) == 0


def test_a_suppression_that_covers_nothing_is_found(tmp_path: Path) -> None:
    suppress(write(tmp_path), place="root/Queues.Other")
    (outcome,) = gate(subject(tmp_path), engines=[Says(("W9601", "warning"))])
    assert rules(outcome) == ["W9601", "W9091"]


def test_a_suppression_that_has_expired_is_found_and_covers_nothing(tmp_path: Path) -> None:
    suppress(write(tmp_path), more="expires = 2026-11-20\n")
    (outcome,) = gate(subject(tmp_path), engines=[Says(("W9601", "warning"))])
    assert rules(outcome) == ["W9601", "W9090"]
    (outcome,) = gate(subject(tmp_path), engines=[Says(("W9601", "warning"))], today=datetime.date(2026, 11, 20))
    assert rules(outcome) == []


def test_a_suppression_for_other_values_is_not_missed_here(tmp_path: Path) -> None:
    suppress(write(tmp_path), more='when = { Days = "9" }\n')
    here, there = gate(subject(tmp_path), subject(tmp_path, days="9"), engines=[Says()])
    assert rules(here) == []
    assert rules(there) == ["W9091"]


def test_a_suppression_of_an_engine_that_does_not_run_is_not_missed(tmp_path: Path) -> None:
    suppress(write(tmp_path), rule="E3012", place="*")
    (outcome,) = gate(subject(tmp_path), engines=[native])
    assert rules(outcome) == []


def test_a_verdict_is_remembered_until_something_changes(tmp_path: Path) -> None:
    cache, engine = Cache(tmp_path / "cache"), Says(("E1", "error"))
    tree = write(tmp_path / "tree")

    def runs(**changes: str) -> int:
        before = engine.runs
        (outcome,) = gate(subject(tree, **changes), engines=[engine], cache=cache)
        assert rules(outcome) == ["E1"]
        assert outcome.standing[0].path == ()
        return engine.runs - before

    assert [runs(), runs()] == [1, 0]
    assert [runs(days="8"), runs(days="8")] == [1, 0]
    assert [runs(region="eu-west-1"), runs()] == [1, 0]
    for entry in (tmp_path / "cache").iterdir():
        entry.write_text("damaged")
    assert [runs(), runs()] == [1, 0]
    write(tree, {"root.yaml": ROOT + "# changed\n"})
    assert [runs(), runs()] == [1, 0]


def test_a_suppression_applies_to_remembered_verdicts_too(tmp_path: Path) -> None:
    cache, engine = Cache(tmp_path / "cache"), Says(("W9601", "warning"))
    tree = write(tmp_path / "tree")
    (first,) = gate(subject(tree), engines=[engine], cache=cache)
    suppress(tree)
    (second,) = gate(subject(tree), engines=[engine], cache=cache)
    assert (rules(first), rules(second), engine.runs) == (["W9601"], [], 1)


def test_a_failure_is_not_remembered(tmp_path: Path) -> None:
    cache, engine = Cache(tmp_path / "cache"), Says(("E1", "not a severity", "so it cannot be made"))  # type: ignore[arg-type]
    tree = write(tmp_path / "tree")
    (broken,) = gate(subject(tree), engines=[engine], cache=cache)
    engine.found = (("E1", "error"),)
    (mended,) = gate(subject(tree), engines=[engine], cache=cache)
    assert (rules(broken), rules(mended)) == (["E9099"], ["E1"])


def test_a_nested_template_outside_the_tree_is_not_judged_and_named(tmp_path: Path) -> None:
    url = "https://example.s3.amazonaws.com/vpc.yaml"
    write(tmp_path, {"root.yaml": ROOT.replace("queues.yaml", url), "other.yaml": ROOT})
    (outcome,) = gate(subject(tmp_path), engines=(tree_rules, native))
    assert outcome.standing == ()
    assert outcome.stacks == {"root": "root.yaml", "root/Queues": None}
