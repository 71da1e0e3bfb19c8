"""Looking: status, outputs, logs, drift. Nothing here changes anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployer.aws import drift as drifts
from deployer.aws import services
from deployer.decide import states
from deployer.errors import DeployError
from deployer.exits import Exit, Result
from deployer.ground import busy, survey
from deployer.messages import DriftFound, Logged, Outputs, Overview
from deployer.model import STACK_TYPE

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from deployer.context import Context
    from deployer.model import Stack

IDLE = 2.0
"""Seconds between two looks at the logs."""


def status(ctx: Context) -> Result:
    """Show how the environment is: 0 for sound, absent or moving, 6 for stuck."""
    ground = survey(ctx)
    row = states.row(ground.status)
    if ground.stack is None:
        return Result(Exit.DONE, f"{ctx.stack_name} in {ctx.region}: {row.why}.", {"status": ground.status})
    nested = tuple((r.path, r.status) for r in ground.deployed if r.type == STACK_TYPE)
    unhealthy = tuple(r for r in ground.deployed if r.status.endswith("_FAILED") or "ROLLBACK" in r.status)
    cure = ctx.command(row.cure) if row.cure else ""
    ctx.tell(Overview(ground.stack, row.why, cure, nested, unhealthy))
    code = Exit.STUCK if row.phase is states.Phase.BROKEN else Exit.DONE
    return Result(code, f"{ctx.stack_name} in {ctx.region}: {ground.status}, {row.why}.", {"status": ground.status})


def outputs(ctx: Context) -> Result:
    """Return the root stack's outputs; ``deployer.show`` formats them."""
    values = dict(sorted(_existing(ctx).outputs.items()))
    ctx.tell(Outputs(values))
    return Result(Exit.DONE, f"{len(values)} outputs.", {"outputs": values})


def _existing(ctx: Context) -> Stack:
    stack = survey(ctx).stack
    if stack is None:
        message = f"there is no stack {ctx.stack_name} in {ctx.region}; next: {ctx.command('deploy')}"
        raise DeployError(message)
    return stack


def logs(ctx: Context, since: timedelta, *, pattern: str = "", tier: str = "", follow: bool = False) -> Result:
    """Show what the environment's log groups received, oldest first.

    ``pattern`` is a CloudWatch Logs filter, ``tier`` limits the groups to one nested stack. ``follow`` goes on until
    Ctrl-C.
    """
    _existing(ctx)
    deployed = survey(ctx).deployed
    groups = [r for r in deployed if r.type == services.LOG_GROUP and r.path.startswith(f"{tier}/" if tier else "")]
    names = [group.physical_id for group in groups if group.physical_id]
    start = ctx.now() - since
    shown: set[services.LogLine] = set()
    while True:
        start = _show(ctx, names, start, pattern, shown)
        if not follow:
            return Result(Exit.DONE, f"{len(shown)} lines from {len(names)} log groups.")
        try:
            ctx.sleep(IDLE)
        except KeyboardInterrupt:
            return Result(Exit.DONE, f"{len(shown)} lines from {len(names)} log groups.")


def _show(ctx: Context, names: list[str], start: datetime, pattern: str, shown: set[services.LogLine]) -> datetime:
    """Tell the lines that are new; return where to go on."""
    lines = [line for name in names for line in services.log_lines(ctx.clients, name, start, pattern)]
    for line in sorted((line for line in lines if line not in shown), key=lambda line: line.time):
        ctx.tell(Logged(line.time, line.group, line.stream, line.text))
        shown.add(line)
    return max((line.time for line in lines), default=start)


def drift(ctx: Context) -> Result:
    """Look for drift in the root and every nested stack, all at the same time; 7 if any is found."""
    stack = _existing(ctx)
    if states.moving(stack.status):
        raise busy(ctx, survey(ctx))
    ids = survey(ctx).ids
    waiting = {path: drifts.start(ctx.clients, stack_id) for path, stack_id in ids.items()}
    for _ in ctx.pauses():
        waiting = {path: each for path, each in waiting.items() if _running(ctx, path, each)}
        if not waiting:
            break
    found = tuple(each for path, stack_id in ids.items() for each in drifts.found(ctx.clients, stack_id, path))
    ctx.tell(DriftFound(len(ids), found))
    code = Exit.DRIFT if found else Exit.DONE
    what = f"{len(found)} resources have drifted" if found else "no drift"
    return Result(code, f"{ctx.stack_name} in {ctx.region}: {what} in {len(ids)} stacks.")


def _running(ctx: Context, path: str, detection: str) -> bool:
    state, reason = drifts.state(ctx.clients, detection)
    if state == "DETECTION_FAILED":
        message = f"drift of {path or ctx.stack_name} cannot be told: {reason}"
        raise DeployError(message)
    return state == drifts.RUNNING
