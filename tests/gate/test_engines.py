from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gate.engines import linter, native, off, tree_rules
from gate.finding import Finding
from gate.subject import Subject
from gate.tree.load import Folder
from tests.gate.trees import QUEUES, ROOT, queue, subject, write


def found(engine: object, *subjects: Subject) -> list[Finding]:
    trees = {each: {path: stack.file for path, stack in each.tree.stacks.items()} for each in subjects}
    verdicts = [job.verdict() for job in engine.jobs(trees)]  # type: ignore[attr-defined]
    return [finding for verdict in verdicts for findings in verdict.values() for finding in findings]


def test_values_of_nested_stacks_reach_the_native_engine(tmp_path: Path) -> None:
    write(tmp_path)
    assert found(native, subject(tmp_path, days="7")) == []
    (finding,) = found(native, subject(tmp_path, days="31"))
    assert (finding.stack, finding.file, finding.logical_id) == ("root/Queues", "queues.yaml", "First")
    assert finding.path == ("Properties", "PendingWindowInDays")
    assert finding.line == QUEUES.splitlines().index("      PendingWindowInDays: !Ref Days") + 1
    assert finding.severity == "error"
    assert "31" in finding.message


def test_native_rules_that_would_be_taken_for_ours_are_renamed() -> None:
    assert native.name("E9101") == "VE9101"
    assert native.name("E3030") == "E3030"


def test_rules_are_switched_off_by_ids_that_exist() -> None:
    known = {rule.id for rule in native.engine().list_rules()}
    assert off.off(native.PACKAGE).keys() <= known
    assert all(len(reason) > 20 for reason in off.off(native.PACKAGE).values())


@pytest.mark.slow
def test_rules_of_the_linter_are_switched_off_by_ids_that_exist() -> None:
    assert off.off(linter.PACKAGE).keys() <= linter.rules().keys()


def test_our_rules_see_the_whole_tree_and_say_where(tmp_path: Path) -> None:
    write(tmp_path, {"root.yaml": ROOT.replace("Outputs.Url", "Outputs.Uri"), "queues.yaml": QUEUES})
    (finding,) = [each for each in found(tree_rules, subject(tmp_path)) if each.rule == "E9011"]
    assert (finding.stack, finding.file, finding.path[:2]) == ("root", "root.yaml", ("Outputs", "Url"))
    assert finding.line == ROOT.splitlines().index("  Url: {Value: !GetAtt Queues.Outputs.Url}") + 1


@pytest.mark.slow
def test_an_engine_that_fails_is_a_finding(tmp_path: Path) -> None:
    write(tmp_path, {"root.yaml": "Resources: {Queue: {Type: AWS::SQS::Queue, Metadata: [1]}}"})
    (finding,) = found(linter, subject(tmp_path))
    assert finding.rule == "E9099"
    assert finding.message.startswith("cfn-lint failed: ")


BROKEN = {
    "root.yaml": ROOT.replace("Days: !Ref Days,", "Hours: !Ref Days,"),
    "queues.yaml": QUEUES.replace("KmsMasterKeyId", "KmsMasterKeyIdd") + "  Arn: {Value: !GetAtt Nothing.Arn}\n",
}


@pytest.mark.slow
def test_the_linter_finds_in_this_process_what_its_command_finds(tmp_path: Path) -> None:
    write(tmp_path, BROKEN)
    shutil.copy(tmp_path / "queues.yaml", tmp_path / "again.yaml")
    (tmp_path / ".cfnlintrc").write_text("ignore_checks: [E]\n")  # the gate does not listen to it
    here = [
        (each.rule, each.file, each.line, each.message)
        for name in ("root.yaml", "queues.yaml", "again.yaml")
        for each in linter.lint(tmp_path, name, ("eu-west-2", "us-gov-west-1"))
    ]
    program = [
        sys.executable,
        "-c",
        "from cfnlint.runner.cli import main; main()",
        "--config-file",
        "/dev/null",
        "--format",
        "json",
        "--regions",
    ]
    command = [*program, "eu-west-2", "us-gov-west-1", "--ignore-checks", "W3002", "--template", "root.yaml"]
    done = subprocess.run([*command, "queues.yaml", "again.yaml"], cwd=tmp_path, capture_output=True, check=False)
    import json

    there = [
        (each["Rule"]["Id"], each["Filename"], each["Location"]["Start"]["LineNumber"], each["Message"])
        for each in json.loads(done.stdout)
    ]
    assert len(there) >= 4
    assert sorted(here) == sorted(there)


@pytest.mark.slow
def test_the_linter_says_in_which_region(tmp_path: Path) -> None:
    write(tmp_path, {"root.yaml": "Resources: {Domain: {Type: AWS::Lightsail::Domain, Properties: {DomainName: a.b}}}"})
    folder = Folder(tmp_path)
    here, there = subject(folder, region="us-east-1"), subject(folder, region="eu-central-2")
    (job,) = linter.jobs({here: {"root": "root.yaml"}, there: {"root": "root.yaml"}})
    verdict = job.verdict()
    assert verdict["us-east-1"] == []
    assert [finding.rule for finding in verdict["eu-central-2"]] == ["E3006"]


def test_environments_share_the_linter_s_jobs(tmp_path: Path) -> None:
    write(tmp_path)
    one = subject(tmp_path)
    two = subject(one.folder, days="8")
    stacks = {path: stack.file for path, stack in one.tree.stacks.items()}
    jobs = list(linter.jobs(dict.fromkeys([one, two], stacks)))
    assert [(job.file, job.subjects) for job in jobs] == [("root.yaml", (one, two)), ("queues.yaml", (one, two))]


def keys(folder: Path) -> dict[str, str]:
    made = subject(folder)
    return {job.file: job.key for job in linter.jobs({made: {"root": "root.yaml", "root/Queues": "queues.yaml"}})}


def test_a_template_is_linted_again_when_it_or_its_child_changes(tmp_path: Path) -> None:
    before = keys(write(tmp_path))
    assert keys(tmp_path) == before
    (tmp_path / "queues.yaml").write_text(QUEUES + "# changed\n")
    after = keys(tmp_path)
    assert after["queues.yaml"] != before["queues.yaml"]
    assert after["root.yaml"] != before["root.yaml"]
    (tmp_path / "queues.yaml").write_text(QUEUES)
    (tmp_path / "root.yaml").write_text(ROOT + "# changed\n")
    assert keys(tmp_path)["queues.yaml"] == before["queues.yaml"]
    assert keys(tmp_path)["root.yaml"] != before["root.yaml"]


@pytest.mark.parametrize("engine", [tree_rules, native])
def test_a_tree_is_judged_again_when_a_value_or_its_place_changes(tmp_path: Path, engine: object) -> None:
    write(tmp_path)

    def key(**changes: str) -> str:
        return next(iter(engine.jobs({subject(tmp_path, **changes): {}}))).key  # type: ignore[attr-defined,no-any-return]

    assert key() == key()
    assert len({key(), key(days="8"), key(region="eu-west-1"), key(Wanted="no")}) == 4
    assert key(profile="deploy") == key()
    before = key()
    write(tmp_path, {"other.json": queue()})
    assert key() != before
