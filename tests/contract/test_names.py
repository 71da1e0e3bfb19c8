"""Physical names: unique for each environment, and inside every service's limit."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from builder.assemble import build
from gate.schemas import schema
from gate.tree import Context, Tree, as_text, load_tree, text
from gate.tree.identity import name_property
from kit.scope import LONGEST_ENVIRONMENT

LONGEST = "a" * LONGEST_ENVIRONMENT

IN_ALL_REGIONS = {"AWS::CloudTrail::Trail", "AWS::CloudWatch::Dashboard", "AWS::IAM::Role", "AWS::S3::Bucket"}
"""Types whose names an account has only once; a trail of all regions is seen in each.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("build")
    build(out)
    return out


def names(built: Path, environment: str, region: str = "eu-west-2") -> Counter[tuple[str, str]]:
    """Count (type, physical name) of everything that has a name of its own."""
    tree = platform(built, environment, region)
    found = Counter(
        (resource.type, name)
        for resource in tree.resources()
        if (name := text(tree.literal(tree.name(resource)))) is not None
    )
    assert len(found) > 20
    return found


def platform(built: Path, environment: str, region: str = "eu-west-2") -> Tree:
    return load_tree(built / "root.json", parameters={"Environment": environment}, context=Context(region=region))


def test_two_environments_in_one_account_and_region_never_collide(built: Path) -> None:
    one, other = names(built, LONGEST), names(built, LONGEST[:-1] + "b")
    assert not one.keys() & other.keys()


def test_one_environment_in_two_regions_never_collides(built: Path) -> None:
    here, there = (
        {name for name in names(built, LONGEST, region) if name[0] in IN_ALL_REGIONS}
        for region in ("eu-west-2", "eu-central-1")
    )
    assert {type_ for type_, _ in here} == {"AWS::CloudTrail::Trail", "AWS::CloudWatch::Dashboard"}
    assert not here & there


def test_every_name_holds_the_environment_and_is_given_once(built: Path) -> None:
    found = names(built, LONGEST)
    assert [name for _, name in found if LONGEST not in name] == []
    assert [name for name, count in found.items() if count > 1] == []


def test_names_fit_their_service_at_the_longest_environment(built: Path) -> None:
    judged = 0
    for resource in platform(built, LONGEST).resources():
        property_ = name_property(resource.type)
        value = text(resource.stack.tree.literal(resource.get(property_))) if property_ else None
        declared = schema(resource.type)
        if value is None or declared is None or property_ is None:
            continue
        limit = declared.property(property_).get("maxLength")
        if isinstance(limit, int):
            judged += 1
            assert len(value) <= limit, f"{resource.path}: {value} is longer than {limit}"
    assert judged > 5


def test_every_environment_specific_name_is_read_from_the_parameter(built: Path) -> None:
    tree = platform(built, LONGEST)
    assert {
        as_text(stack.parameter("Environment"))
        for stack in tree.stacks.values()
        if "Environment" in stack.parameter_names
    } == {LONGEST}
