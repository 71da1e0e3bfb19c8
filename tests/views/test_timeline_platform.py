"""How long the platform takes to be created, and that the stacks cost little of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder import assemble
from gate.tree import Context, load_tree
from kit.durations import AVERAGES
from views.timeline import Timeline, svg, timeline

MOST = 1.10
"""What the stacks may cost: docs/decisions/0003-what-waits-for-what.md says what to do when they cost more."""


PICTURE = Path(__file__).parent.parent.parent / "docs/pictures/timeline-prod.svg"


@pytest.fixture(scope="session")
def timelines(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Timeline]:
    out = tmp_path_factory.mktemp("build")
    return {
        f"{environment.name} {region}": timeline(
            load_tree(out / "root.json", parameters=environment.parameters, context=Context(region=region))
        )
        for environment in assemble.built(out)
        for region in environment.regions
    }


def test_every_environment_takes_at_most_a_tenth_longer_than_it_must(timelines: dict[str, Timeline]) -> None:
    assert {name.split()[0] for name in timelines} >= {"dev", "staging", "prod"}
    slow = {name: [step.path for step in made.critical_path] for name, made in timelines.items() if made.ratio > MOST}
    assert slow == {}


def test_the_bound_honours_what_workers_need(timelines: dict[str, Timeline]) -> None:
    for made in timelines.values():
        assert {"Database/Cluster", "Database/Writer", "Compute/Service"} <= {step.path for step in made.bound_path}


def test_workers_begin_when_the_database_instances_cache_mounts_and_routes_are_there(
    timelines: dict[str, Timeline],
) -> None:
    used = {"AWS::RDS::DBInstance", "AWS::ElastiCache::ReplicationGroup", "AWS::EFS::MountTarget", "AWS::EC2::Route"}
    for made in timelines.values():
        (workers,) = (step for step in made.steps if step.path == "Compute/Service")
        needed = [step for step in made.steps if step.type in used]
        assert {step.type for step in needed} == used
        assert max(step.end for step in needed) <= workers.start


def test_durations_of_all_types_are_known(timelines: dict[str, Timeline]) -> None:
    assert {step.type for made in timelines.values() for step in made.steps} - AVERAGES.keys() == set()


def test_the_picture_in_the_documentation_is_current(timelines: dict[str, Timeline]) -> None:
    """If not: ./build.py timeline prod --format svg --out docs/pictures/timeline-prod.svg."""
    assert PICTURE.read_text(encoding="utf-8") == svg(timelines["prod eu-west-2"], "prod eu-west-2")
