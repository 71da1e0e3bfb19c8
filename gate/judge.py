"""Run the engines on some trees and weigh what they find: profile, suppressions, duplicates."""

from __future__ import annotations

import datetime
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from gate import suppressions, workers
from gate.cache import Cache
from gate.digest import digest, sources
from gate.engines import CRASHED, Engine, Stacks, Verdict, linter, native, tree_rules
from gate.finding import Finding
from gate.subject import Subject
from gate.suppressions import Suppression
from gate.tree import STACK_TYPE, TreeError

QUICK: Final[tuple[Engine, ...]] = (tree_rules, native)
ALL: Final[tuple[Engine, ...]] = (*QUICK, linter)
CLEAN, FOUND = 0, 3
UNREADABLE: Final = "E9000"
SOURCES: Final = "meta/sources.json"
"""Beside the templates: ``{"<template>": {"<logical id>": "<source file>:<line>"}}``; optional."""


@dataclass(frozen=True)
class Outcome:
    """What was found in one tree: what stands, and what a suppression covers, with its reason."""

    subject: Subject
    stacks: Stacks
    standing: tuple[Finding, ...]
    suppressed: tuple[tuple[Finding, str], ...] = ()


def judge(
    subjects: Sequence[Subject],
    *,
    engines: Sequence[Engine],
    cache: Cache,
    today: datetime.date,
    processes: int | None = None,
) -> list[Outcome]:
    """Gate every subject with every engine, on so many processes (by default one per core).

    A tree that cannot be read is a finding, not an error.

    Raises:
        SubjectError: a tree's suppressions cannot be read.
        WorkerError: a worker process died.
    """
    accepted = {folder: suppressions.load(folder) for folder in {subject.folder.directory for subject in subjects}}
    trees: dict[Subject, Stacks] = {}
    outcomes: dict[Subject, Outcome] = {}
    for subject in subjects:
        try:
            trees[subject] = _stacks(subject, cache)
        except TreeError as error:
            outcomes[subject] = Outcome(subject, {}, (_unreadable(subject, error),))
    found = _run(trees, engines, cache, processes or workers.CORES)
    for subject, stacks in trees.items():
        told = _told(subject, stacks, found.get(subject, ()))
        entries = [entry for entry in accepted[subject.folder.directory] if entry.concerns(subject)]
        standing, suppressed, unused = _weigh(told, entries, today)
        stale = [entry.stale(today) for entry in unused if not entry.holds(today) or _looked_for(entry, engines)]
        outcomes[subject] = Outcome(subject, stacks, (*standing, *stale), suppressed)
    return [outcomes[subject] for subject in subjects]


def exit_code(outcomes: Sequence[Outcome]) -> int:
    """Return 0 if nothing stands in any tree, else 3."""
    return FOUND if any(outcome.standing for outcome in outcomes) else CLEAN


def _stacks(subject: Subject, cache: Cache) -> Stacks:
    key = digest("stacks", sources("tree"), subject.digest)
    found: Stacks | None = cache.get(key)
    if found is None:
        tree = subject.tree
        nested = {resource.stack.path + "/" + resource.id: None for resource in tree.resources(STACK_TYPE)}
        found = {**nested, **{path: stack.file for path, stack in tree.stacks.items()}}
        cache.put(key, found)
    return found


def _unreadable(subject: Subject, error: TreeError) -> Finding:
    return Finding(
        rule=UNREADABLE,
        severity="error",
        message=error.message,
        fix=error.fix,
        link="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html",
        stack="root",
        file=error.file or subject.root,
        line=error.line,
    )


def _run(
    trees: Mapping[Subject, Stacks], engines: Sequence[Engine], cache: Cache, processes: int
) -> Mapping[Subject, Sequence[Finding]]:
    """Collect each subject's findings from remembered verdicts and from jobs, of which the heaviest begin first."""
    jobs = [(engine, job) for engine in engines for job in engine.jobs(trees)]
    verdicts = {job.key: _loaded(stored) for _, job in jobs if (stored := cache.get(job.key)) is not None}
    begun = []
    for engine in engines:
        missing = {job.key: job for owner, job in jobs if owner is engine and job.key not in verdicts}
        if missing:
            todo = sorted(missing.values(), key=lambda job: -job.weight)
            engine.prepare()
            begun.append((todo, workers.start([job.verdict for job in todo], processes)))
    for todo, wait in begun:
        for job, verdict in zip(todo, wait(), strict=True):
            verdicts[job.key] = verdict
            if not any(finding.rule == CRASHED for found in verdict.values() for finding in found):
                cache.put(job.key, {region: list(map(asdict, found)) for region, found in verdict.items()})
    if begun:
        cache.trim()
    found: defaultdict[Subject, dict[Finding, Engine]] = defaultdict(dict)
    for engine, job in jobs:
        for subject in job.subjects:
            found[subject].update(dict.fromkeys(verdicts[job.key][subject.region], engine))
    return {subject: list(_once(every)) for subject, every in found.items()}


def _once(found: Mapping[Finding, Engine]) -> Iterator[Finding]:
    """Drop what two engines say of the same resource by the same rule: the last one listed is heard."""
    spoken = {(finding.rule, finding.file, finding.logical_id): engine for finding, engine in found.items()}
    for finding, engine in found.items():
        if spoken[finding.rule, finding.file, finding.logical_id] is engine:
            yield finding


def _loaded(stored: Mapping[str, list[dict[str, Any]]]) -> Verdict:
    return {
        region: [Finding(**{**fields, "path": tuple(fields["path"])}) for fields in found]
        for region, found in stored.items()
    }


def _told(subject: Subject, stacks: Stacks, found: Sequence[Finding]) -> Iterator[Finding]:
    """Give what the profile asks for, each once, with its stack and the source line."""
    first = {file: path for path, file in reversed(list(stacks.items()))}
    written = _written(subject)
    seen = set()
    for finding in found:
        told = replace(
            finding,
            stack=finding.stack or first[finding.file],
            source=written.get(finding.file, {}).get(finding.logical_id),
        )
        if told not in seen and (subject.profile == "production" or told.severity == "error"):
            seen.add(told)
            yield told


def _written(subject: Subject) -> Mapping[str, Mapping[str, str]]:
    try:
        lines = json.loads((subject.folder.directory / SOURCES).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return lines if isinstance(lines, dict) else {}


def _weigh(
    found: Iterator[Finding], entries: Sequence[Suppression], today: datetime.date
) -> tuple[tuple[Finding, ...], tuple[tuple[Finding, str], ...], list[Suppression]]:
    """Split the findings into what stands and what is suppressed; give the suppressions that cover nothing."""
    valid = [entry for entry in entries if entry.holds(today)]
    standing: list[Finding] = []
    suppressed: list[tuple[Finding, str]] = []
    used = set()
    for finding in found:
        cover = next((entry for entry in valid if entry.covers(finding)), None)
        if cover:
            used.add(cover)
            suppressed.append((finding, cover.reason))
        else:
            standing.append(finding)
    return tuple(standing), tuple(suppressed), [entry for entry in entries if entry not in used]


def _looked_for(entry: Suppression, engines: Sequence[Engine]) -> bool:
    """Tell whether the engines that ran could have found what a suppression covers."""
    return linter in engines or entry.rule[1:2] == "9"
