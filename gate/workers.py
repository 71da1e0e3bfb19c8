"""Tasks on several processes: forked, so that what is loaded already is shared, and fed one task at a time."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, Final, TypeVar

from kit.errors import UserError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

T = TypeVar("T")

CORES: Final = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
"""Processes that pay off; elsewhere than on Linux forking is not safe, so everything runs in one."""


class WorkerError(UserError):
    """A worker process died."""

    exit_code = 1


def start(tasks: Sequence[Callable[[], T]], workers: int = CORES) -> Callable[[], list[T]]:
    """Begin the tasks in their order; return a function that waits for the results, in the order of the tasks.

    The returned function raises WorkerError if a worker is killed. With one worker, the tasks run when it is called.
    """
    count = min(workers, len(tasks))
    if workers < 2:  # noqa: PLR2004 - one worker is this process
        return lambda: [task() for task in tasks]
    gc.freeze()  # what exists stays in pages that all share
    context: Any = get_context("fork")
    queue = context.SimpleQueue()
    connections = []
    for _ in range(count):
        receiving, sending = context.Pipe(duplex=False)
        context.Process(target=_work, args=(tasks, queue, sending), daemon=True).start()
        sending.close()
        connections.append(receiving)
    for number in (*range(len(tasks)), *[None] * count):
        queue.put(number)
    return lambda: _collect(connections)


def _work(tasks: Sequence[Callable[[], object]], queue: Any, sending: Connection) -> None:  # noqa: ANN401 - SimpleQueue has no type at run time
    gc.set_threshold(100_000, 50, 100)  # a task makes much and drops it at its end
    try:
        sending.send([(number, tasks[number]()) for number in iter(queue.get, None)])
    except KeyboardInterrupt:
        sys.exit(130)


def _collect(connections: Sequence[Connection]) -> list[Any]:
    results: dict[int, Any] = {}
    for connection in connections:
        try:
            results.update(connection.recv())
        except EOFError:
            raise WorkerError("a worker process of the gate was killed; is the machine out of memory?") from None
    return [results[number] for number in sorted(results)]
