"""The expected creation of an environment: when each resource begins and ends, and what the time is spent on.

Two schedules of the same resources. The *expected* one follows CloudFormation: a resource begins when everything that
it refers to or depends on is done, a nested stack is one resource of its parent, and so a reader of its output waits
for the whole of it. The *bound* has no stacks: a resource begins when what it really needs is done. No arrangement of
the same resources can be faster than the bound.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Final, TypeAlias

from gate.tree import STACK_TYPE, Resource, Stack, Tree
from kit.durations import Recorded, expected_seconds
from kit.errors import UserError
from views.timeline.needs import needs

STACK_BEGINS: Final = 5
STACK_ENDS: Final = 5
"""Seconds before the first resource of a nested stack begins, and until its parent knows that the last one has ended.

An assumption: AWS publishes no figure.
"""


class CircleError(UserError):
    """Resources wait for each other, so that their creation would never end."""


@dataclass(frozen=True)
class Step:
    """One resource in the schedule; ``stack`` is its path below the root, empty in the root. Times in seconds."""

    stack: str
    id: str
    type: str
    start: int
    end: int

    @property
    def path(self) -> str:
        """Stack and logical id, as the deployer writes them: ``Database/Writer``."""
        return f"{self.stack}/{self.id}" if self.stack else self.id

    @property
    def seconds(self) -> int:
        """How long it takes."""
        return self.end - self.start


@dataclass(frozen=True)
class Span:
    """When a stack begins and ends, in seconds; ``stack`` as in a step."""

    stack: str
    start: int
    end: int


@dataclass(frozen=True)
class Timeline:
    """Both schedules: the steps of the expected one in the order of the templates, and the bound's longest chain."""

    steps: tuple[Step, ...]
    stacks: tuple[Span, ...]
    critical_path: tuple[Step, ...]
    bound_path: tuple[Step, ...]
    expected_seconds: int
    bound_seconds: int

    @property
    def ratio(self) -> float:
        """How much longer the expected deployment takes than the bound: 1.0 is as fast as can be."""
        return self.expected_seconds / self.bound_seconds if self.bound_seconds else 1.0

    @cached_property
    def critical(self) -> frozenset[str]:
        """The paths of what is on the critical path."""
        return frozenset(step.path for step in self.critical_path)

    def to_dict(self) -> dict[str, object]:
        """Return plain data, as ``timeline --format json`` prints it."""
        return {
            "expected_seconds": self.expected_seconds,
            "bound_seconds": self.bound_seconds,
            "ratio": round(self.ratio, 4),
            "critical_path": [_plain(step) for step in self.critical_path],
            "bound_path": [_plain(step) for step in self.bound_path],
            "stacks": [{"stack": span.stack, "start": span.start, "end": span.end} for span in self.stacks],
            "resources": [_plain(step) | {"critical": step.path in self.critical} for step in self.steps],
        }


def timeline(tree: Tree, recorded: Recorded | None = None) -> Timeline:
    """Return both schedules of creating everything in a tree; ``recorded`` durations beat the table.

    What is created on a condition that cannot be decided counts as created.

    Raises:
        CircleError: resources wait for each other.
    """
    made = {resource.path: resource for resource in tree.resources() if not _child(resource)}
    seconds = {path: expected_seconds(each.type, "create", recorded) for path, each in made.items()}
    needed = needs(tree)
    expected = _schedule(*_as_cloudformation(tree, seconds, needed))
    bound = _schedule(seconds, {path: needed.get(path, frozenset()) for path in seconds})
    return Timeline(
        steps=_steps(made, made, expected),
        stacks=tuple(_span(stack, expected) for stack in tree.stacks.values() if stack.resource),
        critical_path=_steps(made, expected.longest_chain, expected),
        bound_path=_steps(made, bound.longest_chain, bound),
        expected_seconds=expected.seconds,
        bound_seconds=bound.seconds,
    )


# --- the rules --------------------------------------------------------------------------------------------------------

Waits: TypeAlias = Mapping[str, Collection[str]]
"""What each waits for; all of them are keys."""


def _as_cloudformation(
    tree: Tree, seconds: Mapping[str, int], needed: Mapping[str, frozenset[str]]
) -> tuple[dict[str, int], dict[str, set[str]]]:
    """Return how long each takes and what it waits for: resources, and the beginning and the end of nested stacks.

    A stack's path stands for its beginning, that of its nested-stack resource for its end. A service that begins
    before what it needs cannot get stable, so it counts from when that is there.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html
    """
    takes = dict(seconds)
    waits: dict[str, set[str]] = {}
    for stack in tree.stacks.values():
        inside = [resource for resource in stack.resources.values() if resource.condition is not False]
        created = {resource.id for resource in inside}
        for resource in inside:
            before = {f"{stack.path}.{name}" for name in resource.dependencies & created}
            before |= needed.get(resource.path, frozenset())
            if stack.resource:
                before.add(stack.path)
            child = _child(resource)
            if child:
                takes |= {child.path: STACK_BEGINS, resource.path: STACK_ENDS}
                waits[child.path] = before
                waits[resource.path] = {child.path} | {
                    each.path for each in child.resources.values() if each.condition is not False
                }
            else:
                waits[resource.path] = before
    return takes, waits


def _child(resource: Resource) -> Stack | None:
    return resource.stack.child(resource.id) if resource.type == STACK_TYPE else None


# --- the arithmetic ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Schedule:
    """When each begins and ends, if everything begins as soon as it may."""

    starts: Mapping[str, int]
    ends: Mapping[str, int]
    waits: Waits

    @property
    def seconds(self) -> int:
        """When the last one ends."""
        return max(self.ends.values(), default=0)

    @property
    def longest_chain(self) -> list[str]:
        """What follows each other without a pause from the beginning to the end; of equals, the first written."""
        written = {path: place for place, path in enumerate(self.waits)}
        found: list[str] = []
        among: Iterable[str] = self.waits
        while among := list(among):
            found.append(min(among, key=lambda path: (-self.ends[path], written[path])))
            among = self.waits[found[-1]]
        return found[::-1]


def _schedule(takes: Mapping[str, int], waits: Waits) -> _Schedule:
    starts: dict[str, int] = {}
    ends: dict[str, int] = {}
    try:
        for path in TopologicalSorter(waits).static_order():
            starts[path] = max((ends[each] for each in waits[path]), default=0)
            ends[path] = starts[path] + takes[path]
    except CycleError as error:
        circle = " -> ".join(error.args[1])
        msg = f"{circle}: these wait for each other, so that they are never created. Take one reference out"
        raise CircleError(msg) from None
    return _Schedule(starts, ends, waits)


def _steps(made: Mapping[str, Resource], paths: Iterable[str], schedule: _Schedule) -> tuple[Step, ...]:
    """Return those of the paths that are resources, as steps."""
    return tuple(
        Step(_below_root(made[path].stack), made[path].id, made[path].type, schedule.starts[path], schedule.ends[path])
        for path in paths
        if path in made
    )


def _span(stack: Stack, schedule: _Schedule) -> Span:
    end = schedule.ends[stack.resource.path] if stack.resource else schedule.seconds
    return Span(_below_root(stack), schedule.starts[stack.path], end)


def _below_root(stack: Stack) -> str:
    return stack.path.partition("/")[2]


def _plain(step: Step) -> dict[str, object]:
    return {"stack": step.stack, "id": step.id, "type": step.type, "start": step.start, "end": step.end}
