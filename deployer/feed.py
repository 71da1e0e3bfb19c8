"""The events of a stack and of all stacks nested in it, as they come in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployer.aws import stacks
from deployer.decide import causes, states
from deployer.errors import NotFoundError

if TYPE_CHECKING:
    from deployer.aws.clients import Clients
    from deployer.model import Event


class Feed:
    """Collects the events of a root stack's newest operation; ``events`` holds them by stack id, oldest first."""

    def __init__(self, clients: Clients, root_id: str, *, fresh: bool = False) -> None:
        """Start at the newest operation; ``fresh`` means one that has yet to begin, after the event ``mark``."""
        self._clients = clients
        self.root_id = root_id
        self.events: dict[str, list[Event]] = {}
        newest = stacks.events(clients, root_id, lambda _: True) if fresh else []
        self.mark = newest[0].id if newest else ""
        self._known = {self.mark}

    @property
    def status(self) -> str:
        """What the root stack last said of itself, or an empty string."""
        own = [event for event in self.events.get(self.root_id, ()) if event.of_stack]
        return own[-1].status if own else ""

    def poll(self) -> list[tuple[str, Event]]:
        """Read what is new; return each new event with the path of its resource or stack, oldest first."""
        fresh = self._read(self.root_id)
        waiting = self._nested(self.root_id)
        while waiting:
            stack_id = waiting.pop()
            if self._worth_reading(stack_id):
                fresh += self._read(stack_id)
            waiting += self._nested(stack_id)
        where = causes.paths(self.root_id, self.events)
        fresh.sort(key=lambda event: event.time)
        return [(where[event.stack_id] if event.of_stack else _path(where, event), event) for event in fresh]

    def _read(self, stack_id: str) -> list[Event]:
        root = self.events.get(self.root_id)
        start = root[0].time if root else None

        def last(event: Event) -> bool:
            return event.id in self._known or (causes.starts(event) if start is None else event.time < start)

        try:
            read = stacks.events(self._clients, stack_id, last)
        except NotFoundError:
            return []
        fresh = [e for e in reversed(read) if e.id not in self._known and (start is None or e.time >= start)]
        if start is None:
            fresh = causes.operation(fresh)
        self.events.setdefault(stack_id, []).extend(fresh)
        self._known.update(event.id for event in fresh)
        return fresh

    def _nested(self, stack_id: str) -> list[str]:
        return list(dict.fromkeys(e.nested_id for e in self.events.get(stack_id, ()) if e.nested_id))

    def _worth_reading(self, stack_id: str) -> bool:
        """Whether a nested stack is moving, by its own or its parent's words, or was never read."""
        own = [event for event in self.events.get(stack_id, ()) if event.of_stack]
        parents = [event for known in self.events.values() for event in known if event.nested_id == stack_id]
        said = [max(words, key=lambda event: event.time) for words in (own, parents) if words]
        return not own or any(states.moving(event.status) for event in said)


def _path(where: dict[str, str], event: Event) -> str:
    stack = where[event.stack_id]
    return f"{stack}/{event.logical_id}" if stack else event.logical_id
