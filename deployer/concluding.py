"""How an operation ended: the exit code, and for a failure its root cause and what to do next."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deployer.aws import validations
from deployer.decide import advice, causes, progress, states, templates
from deployer.errors import DeployError
from deployer.exits import Exit, Result
from deployer.messages import Failed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from deployer.context import Context
    from deployer.decide.causes import Cause, Verdict
    from deployer.decide.progress import Progress
    from deployer.feed import Feed


@dataclass(frozen=True)
class Watched:
    """How an operation ended: the status of its stack (empty if we detached), and what is known of it."""

    status: str
    feed: Feed
    hints: Mapping[str, tuple[str, ...]]

    @property
    def detached(self) -> bool:
        """Whether the operation goes on without us."""
        return not self.status

    @property
    def progress(self) -> Progress | None:
        """Every resource of the operation."""
        return progress.progress(self.feed.root_id, self.feed.events, {})


def conclude(ctx: Context, watched: Watched, goal: states.Goal) -> Result:
    """Return the result of an operation that was watched, having told why if it failed."""
    if watched.detached:
        summary = f"Detached; the operation goes on. Attach again: {ctx.command('watch')}"
        return Result(Exit.INTERRUPTED, summary)
    code = states.outcome(_real_goal(watched, goal), watched.status)
    if code is Exit.DONE:
        return Result(code, f"{ctx.stack_name} in {ctx.region}: {watched.status}.", {"status": watched.status})
    verdict = _explain(ctx, causes.diagnose(watched.feed.root_id, watched.feed.events))
    ctx.tell(_failure(ctx, watched, verdict))
    summary = f"{ctx.stack_name} in {ctx.region}: {watched.status}."
    return Result(code, summary, {"status": watched.status, "cause": _data(verdict.cause)})


def _explain(ctx: Context, verdict: Verdict) -> Verdict:
    """Look up what a cause that only points to DescribeEvents points to."""
    cause = verdict.cause
    if cause is None or not causes.unexplained(cause):
        return verdict
    try:
        return causes.explained(verdict, validations.of_stack(ctx.clients, cause.physical_id, cause.path))
    except DeployError:
        return verdict


def _real_goal(watched: Watched, goal: states.Goal) -> states.Goal:
    """Return what the operation was really for: a rollback asked for by hand, or a deletion, is told by its events."""
    events = watched.feed.events.get(watched.feed.root_id, ())
    first = events[0].status if events else ""
    if "ROLLBACK" in first:
        return states.Goal.REVERT
    return states.Goal.DELETE if goal is states.Goal.DEPLOY and first == "DELETE_IN_PROGRESS" else goal


def _failure(ctx: Context, watched: Watched, verdict: Verdict) -> Failed:
    found = [cause for cause in (verdict.cause, verdict.blocked) if cause]
    hints = [hint for cause in found for hint in watched.hints.get(cause.path, ())]
    steps = advice.next_steps(watched.status, verdict, ctx.command)
    places = sources(ctx, [cause.path for cause in found])
    return Failed(ctx.stack_name, ctx.region, watched.status, verdict, places, tuple(hints), steps)


def _data(cause: Cause | None) -> dict[str, Any] | None:
    return None if cause is None else {"path": cause.path, "type": cause.type, "reason": cause.reason}


SOURCES = "meta/sources.json"


def sources(ctx: Context, paths: Iterable[str]) -> dict[str, str]:
    """Return the source file and line of resources, as far as the build folder tells: ``templates/network.py:42``."""
    try:
        known = json.loads((ctx.build / SOURCES).read_text(encoding="utf-8"))
        files = templates.read(ctx.build).files
    except (OSError, ValueError, DeployError):
        return {}
    found = {}
    for path in paths:
        stack, _, name = path.rpartition("/")
        place = known.get(files.get(stack, ""), {}).get(name)
        if place:
            found[path] = place
    return found
