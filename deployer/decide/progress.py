"""Where a running deployment stands: a tree of stacks, made from events alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deployer.decide.causes import operation, paths
from deployer.model import STACK_TYPE, join

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from deployer.model import Event

ACTIONS = {"CREATE": "create", "UPDATE": "update", "DELETE": "delete", "IMPORT": "create"}


@dataclass(frozen=True)
class Item:
    """One resource of a running operation: when it started and, once it is done, ended."""

    path: str
    type: str
    status: str
    action: str
    started: datetime
    ended: datetime | None
    reason: str
    physical_id: str

    @property
    def seconds(self) -> int | None:
        """How long it took, or None while it runs."""
        return None if self.ended is None else round((self.ended - self.started).total_seconds())

    @property
    def failed(self) -> bool:
        """Whether it ended badly."""
        return self.status.endswith("_FAILED")


@dataclass(frozen=True)
class Branch:
    """One stack of the tree: its own status, its items that are not stacks, and how many it will have in all.

    ``total`` is None where it is not known.
    """

    path: str
    status: str
    items: tuple[Item, ...]
    total: int | None

    @property
    def done(self) -> int:
        """How many items have ended well."""
        return sum(1 for item in self.items if item.ended is not None and not item.failed)


@dataclass(frozen=True)
class Progress:
    """The state of an operation: its stacks, parents before children, and when it started."""

    started: datetime
    branches: tuple[Branch, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """Every item of every stack."""
        return tuple(item for branch in self.branches for item in branch.items)

    @property
    def running(self) -> list[Item]:
        """What is being waited for, the longest-running first."""
        return sorted((item for item in self.items if item.ended is None), key=lambda item: item.started)


def progress(root_id: str, events: Mapping[str, Sequence[Event]], planned: Mapping[str, int]) -> Progress | None:
    """Return where the newest operation stands, or None where there has been none.

    ``planned`` says how many resources (nested stacks aside) each stack path will touch, as far as that is known.
    """
    current = operation(events.get(root_id, ()))
    if not current:
        return None
    started = current[0].time
    recent = {stack_id: _since(known, started) for stack_id, known in events.items()}
    branches = [
        _branch(path, recent.get(stack_id, ()), planned.get(path)) for stack_id, path in paths(root_id, recent).items()
    ]
    return Progress(started, tuple(sorted(branches, key=lambda branch: branch.path.split("/"))))


def _since(events: Iterable[Event], start: datetime) -> list[Event]:
    return sorted((event for event in events if event.time >= start), key=lambda event: event.time)


def _branch(path: str, events: Sequence[Event], total: int | None) -> Branch:
    status = ""
    items: dict[str, Item] = {}
    for event in events:
        if event.of_stack:
            status = event.status
        elif event.type != STACK_TYPE:
            items[event.logical_id] = _advance(items.get(event.logical_id), path, event)
    return Branch(path, status, tuple(items.values()), None if total is None else max(total, len(items)))


def _advance(item: Item | None, stack_path: str, event: Event) -> Item:
    """Return what one more event makes of a resource; another action on it starts its clock anew."""
    action = ACTIONS.get(event.status.split("_")[0], "update")
    started = item.started if item and item.action == action and item.ended is None else event.time
    ended = None if event.status.endswith("_IN_PROGRESS") else event.time
    path = join(stack_path, event.logical_id)
    return Item(path, event.type, event.status, action, started, ended, event.reason, event.physical_id)


def measured(done: Progress) -> list[tuple[str, str, int]]:
    """Return type, action and seconds of everything that was made or changed successfully."""
    return [
        (item.type, item.action, item.seconds)
        for item in done.items
        if item.seconds is not None and item.status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
    ]
