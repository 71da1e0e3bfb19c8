"""Whatever the tree, its schedule keeps to the rules: random stacks, references, DependsOn and conditions."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gate.tree import Tree, load_tree
from kit.durations import expected_seconds
from views.timeline import Timeline, svg, text, timeline
from views.timeline.schedule import STACK_BEGINS, STACK_ENDS

TYPES = ("AWS::KMS::Key", "AWS::SNS::Topic", "AWS::SQS::Queue", "AWS::IAM::Role", "Our::Own::Thing")


@dataclass(frozen=True)
class Made:
    """A resource: what it refers to and depends on in its stack, and reads from others; by place."""

    type: str
    created: bool
    refers: frozenset[int]
    depends: frozenset[int]
    reads: frozenset[tuple[int, int]]


@dataclass(frozen=True)
class Nested:
    resources: tuple[Made, ...]
    depends: frozenset[int]


@st.composite
def plans(draw: st.DrawFn) -> tuple[Nested, ...]:
    stacks: list[Nested] = []
    for number in range(draw(st.integers(1, 4))):
        readable = [
            (stack, place)
            for stack in range(number)
            for place, made in enumerate(stacks[stack].resources)
            if made.created
        ]
        resources: list[Made] = []
        for place in range(draw(st.integers(1, 5))):
            before = [index for index in range(place) if resources[index].created]
            resources.append(
                Made(
                    type=draw(st.sampled_from(TYPES)),
                    created=place == 0 or draw(st.integers(0, 4)) > 0,
                    refers=draw(some(before)),
                    depends=draw(some(range(place))),
                    reads=draw(some(readable)),
                )
            )
        stacks.append(Nested(tuple(resources), draw(some(range(number)))))
    return tuple(stacks)


def some(among: Any) -> st.SearchStrategy[frozenset[Any]]:
    return st.frozensets(st.sampled_from(list(among)), max_size=2) if among else st.just(frozenset())


def load(plan: tuple[Nested, ...]) -> Tree:
    """Write the templates of a plan and load them."""
    root: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for number, stack in enumerate(plan):
            wires = sorted({wire for made in stack.resources if made.created for wire in made.reads})
            root[f"S{number}"] = {
                "Type": "AWS::CloudFormation::Stack",
                "DependsOn": [f"S{other}" for other in sorted(stack.depends)],
                "Properties": {
                    "TemplateURL": f"s{number}.json",
                    "Parameters": {f"P{s}x{r}": {"Fn::GetAtt": [f"S{s}", f"Outputs.R{r}"]} for s, r in wires},
                },
            }
            write(Path(folder) / f"s{number}.json", child(stack, wires))
        write(Path(folder) / "root.json", {"Resources": root})
        tree = load_tree(Path(folder) / "root.json", parameters={})
        tree.problems  # noqa: B018 - evaluates all of it while the files are there
        return tree


def child(stack: Nested, wires: list[tuple[int, int]]) -> dict[str, Any]:
    return {
        "Parameters": {f"P{s}x{r}": {"Type": "String"} for s, r in wires},
        "Conditions": {"Never": {"Fn::Equals": ["a", "b"]}},
        "Resources": {
            f"R{place}": {
                "Type": made.type,
                "DependsOn": [f"R{other}" for other in sorted(made.depends)],
                "Properties": {
                    "Own": [{"Ref": f"R{other}"} for other in sorted(made.refers)],
                    "Read": [{"Fn::Sub": f"arn:${{P{s}x{r}}}"} for s, r in sorted(made.reads)] if made.created else [],
                },
                **({} if made.created else {"Condition": "Never"}),
            }
            for place, made in enumerate(stack.resources)
        },
        "Outputs": {
            f"R{place}": {"Value": {"Ref": f"R{place}"}} for place, made in enumerate(stack.resources) if made.created
        },
    }


def write(file: Path, body: dict[str, Any]) -> None:
    file.write_text(json.dumps(body), encoding="utf-8")


def takes(made: Made) -> int:
    return expected_seconds(made.type, "create")


def ends_without_stacks(plan: tuple[Nested, ...]) -> int:
    """Work out the bound once more, in another way."""

    @cache
    def end(stack: int, place: int) -> int:
        made = plan[stack].resources[place]
        own = {(stack, other) for other in made.refers | made.depends if plan[stack].resources[other].created}
        return max((end(*needed) for needed in own | made.reads), default=0) + takes(made)

    return max(
        end(stack, place)
        for stack, nested in enumerate(plan)
        for place, made in enumerate(nested.resources)
        if made.created
    )


def follows(plan: tuple[Nested, ...], made: Timeline) -> None:
    """Check the schedule against the plan: nothing begins early, and nothing dawdles."""
    steps = {step.path: step for step in made.steps}
    spans = {span.stack: span for span in made.stacks}
    for number, stack in enumerate(plan):
        span = spans[f"S{number}"]
        active = {place: each for place, each in enumerate(stack.resources) if each.created}
        feeding = {source for each in active.values() for source, _ in each.reads} | stack.depends
        assert span.start == max((spans[f"S{other}"].end for other in feeding), default=0)
        for place, each in active.items():
            step = steps[f"S{number}/R{place}"]
            waited = [steps[f"S{number}/R{other}"].end for other in each.refers | each.depends if other in active]
            assert step.start == max([span.start + STACK_BEGINS, *waited])
            assert step.seconds == takes(each)
        assert span.end == max(steps[f"S{number}/R{place}"].end for place in active) + STACK_ENDS
    assert len(steps) == sum(each.created for stack in plan for each in stack.resources)


@settings(max_examples=60, deadline=None)
@given(plans())
def test_schedule_bound_and_paths_of_any_tree(plan: tuple[Nested, ...]) -> None:
    made = timeline(load(plan))
    follows(plan, made)
    assert made.expected_seconds == max(span.end for span in made.stacks)
    assert made.bound_seconds == ends_without_stacks(plan) <= made.expected_seconds
    assert made.ratio >= 1
    for path, last in ((made.critical_path, made.expected_seconds - STACK_ENDS), (made.bound_path, made.bound_seconds)):
        assert path[-1].end == last
        assert all(one.end <= other.start for one, other in pairwise(path))
    assert made.bound_path[0].start == 0
    assert all(one.end == other.start for one, other in pairwise(made.bound_path))


@settings(max_examples=15, deadline=None)
@given(plans())
def test_the_same_tree_gives_the_same_bytes(plan: tuple[Nested, ...]) -> None:
    one, other = timeline(load(plan)), timeline(load(plan))
    assert one == other
    assert svg(one, "one") == svg(other, "one")
    assert text(one, "one", 100) == text(other, "one", 100)
