"""The platform passes the gate, and with any of the faults in it, it does not."""

from __future__ import annotations

import datetime
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from builder import environments
from gate.cache import Cache
from gate.judge import ALL, Outcome, judge
from gate.subject import Subject
from gate.suppressions import FILE
from gate.tree.load import Folder
from kit.environment import Environment
from tests.gate import faults
from tests.gate.faults import Built
from tests.templates.rendering import rendered

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Cache:
    """Remember verdicts between the tests: most templates are the same in all."""
    return Cache(tmp_path_factory.mktemp("cache"))


def environment(name: str) -> Environment:
    return environments.load(name, rendered()["root"]["Parameters"])


def built(name: str) -> Built:
    templates = {f"{tier}.json": template for tier, template in rendered().items()}
    return Built(templates, dict(environment(name).parameters)).copy()


def gate(tree: Built, regions: Sequence[str], folder: Path, cache: Cache) -> list[Outcome]:
    for file, template in tree.templates.items():
        (folder / file).write_text(json.dumps(template, indent=1), encoding="utf-8")
    shutil.copy(environments.PARAMS / FILE, folder)
    below = Folder(folder)
    subjects = [
        Subject(name=region, folder=below, root="root.json", parameters=tree.values, region=region)
        for region in regions
    ]
    return judge(subjects, engines=ALL, cache=cache, today=datetime.date(2026, 11, 21), processes=1)


@pytest.mark.parametrize("name", environments.names())
def test_the_platform_is_accepted_in_every_environment_and_region(name: str, tmp_path: Path, cache: Cache) -> None:
    outcomes = gate(built(name), environment(name).regions, tmp_path, cache)
    assert len(outcomes) == len(environment(name).regions)
    assert [finding for outcome in outcomes for finding in outcome.standing] == []


def test_the_platform_accepts_findings_in_one_file_only() -> None:
    """cfn-lint also hears directives in Metadata, which no summary counts."""
    assert not [tier for tier, template in rendered().items() if "cfn-lint" in json.dumps(template)]


@pytest.mark.parametrize("name", ["dev", "prod"])
@pytest.mark.parametrize("fault", faults.ALL, ids=lambda fault: fault.__name__)
def test_the_platform_with_a_fault_is_stopped(fault: object, name: str, tmp_path: Path, cache: Cache) -> None:
    tree = built(name)
    fault(tree)  # type: ignore[operator]
    assert tree != built(name), "the fault changed nothing"
    (outcome,) = gate(tree, environment(name).regions[:1], tmp_path, cache)
    assert outcome.standing
