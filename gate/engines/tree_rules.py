"""Our own rules, on the whole evaluated tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from gate.digest import digest, sources, versions
from gate.engines import Job, Stacks, Verdict, crash
from gate.finding import Finding
from gate.rule import Rule
from gate.subject import Subject
from gate.tree import Tree


def jobs(trees: Mapping[Subject, Stacks]) -> Iterator[Job]:
    """Give one job per tree: a rule may look anywhere."""
    code = sources()
    data = versions("cfn-lint", "botocore")
    for subject, stacks in trees.items():
        # what a service still offers may change with the day
        key = digest("tree-rules", code, data, subject.digest, datetime.now(UTC).date().isoformat())
        run = partial(_run, subject)
        yield Job(key=key, name="tree", file=subject.root, subjects=(subject,), weight=50 * len(stacks), run=run)


def prepare() -> None:
    """Do nothing: rules import quickly."""


def _run(subject: Subject) -> Verdict:
    from gate.rules import all_rules  # noqa: PLC0415 - not needed where every verdict is remembered

    tree = subject.tree
    return {subject.region: [finding for rule in all_rules() for finding in _findings(rule, tree)]}


def _findings(rule: Rule, tree: Tree) -> Iterator[Finding]:
    try:
        for finding in rule.findings(tree):
            place = ("Resources", finding.logical_id, *finding.path) if finding.logical_id else finding.path
            yield replace(finding, line=tree.folder.template(finding.file).line(place))
    except Exception as error:  # it must not hide what other rules find
        yield crash(rule.id, tree.root.file, error)
