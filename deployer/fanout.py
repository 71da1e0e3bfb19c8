"""Several regions: one after the other, or all at once; either way nothing new starts after the first failure."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from deployer import deploying, planning
from deployer.consent import ConfirmedPlan
from deployer.decide import templates
from deployer.errors import DeployError
from deployer.exits import Exit, Result
from deployer.messages import Note

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from deployer.context import Context


def in_order(contexts: Sequence[Context], command: Callable[[Context], Result]) -> Result:
    """Run a command in each region in turn, up to the first that fails; return its result, or the last one's."""
    result = Result(Exit.DONE, "There is no region to work in.")
    pending = Exit.DONE
    for number, ctx in enumerate(contexts):
        if len(contexts) > 1:
            ctx.tell(Note(f"Region {ctx.region} ({number + 1} of {len(contexts)})"))
        result = command(ctx)
        if result.exit not in {Exit.DONE, Exit.CHANGES, Exit.DRIFT}:
            return result
        pending = max(pending, result.exit)
    return Result(pending, result.summary, result.data)


def at_once(
    contexts: Sequence[Context], *, allow_replace: Collection[str] = (), wait: bool = False, alarms: bool = True
) -> Result:
    """Plan and confirm every region first, then deploy all at once; return the first failure, or the last result.

    A region that has begun when another fails is watched to its end: CloudFormation finishes what it has begun.
    """
    ready: list[tuple[Context, ConfirmedPlan]] = []
    last = Result(Exit.DONE, "There is nothing to do.")
    try:
        for ctx in contexts:
            source = templates.read(ctx.build)
            planned = deploying.prepare(ctx, source, allow_replace, wait=wait, alarms=alarms)
            if isinstance(planned, ConfirmedPlan):
                ready.append((ctx, planned))
            else:
                last = planned
                _need(planned)
    except BaseException:
        for ctx, confirmed in ready:
            planning.discard(ctx, confirmed.plan)
        raise
    with ThreadPoolExecutor(max_workers=max(len(ready), 1)) as pool:
        results = list(pool.map(_execute, ready))
    failed = [result for result in results if result.exit is not Exit.DONE]
    return failed[0] if failed else (results[-1] if results else last)


def _need(planned: Result) -> None:
    """Stop everything where one region was not confirmed."""
    if planned.exit is not Exit.DONE:
        raise DeployError(planned.summary, planned.exit)


def _execute(ready: tuple[Context, ConfirmedPlan]) -> Result:
    ctx, confirmed = ready
    try:
        return deploying.execute(ctx, confirmed, templates.read(ctx.build))
    except DeployError as error:
        ctx.tell(Note(f"{ctx.region}: {error}"))
        return Result(error.exit, str(error))
