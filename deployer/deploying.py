"""Deploy: plan, confirm, execute, watch, guard, record."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from deployer import ask, concluding, durations, guards, planning, watching
from deployer.aws import stacks, writes
from deployer.decide import plans, progress, states, templates
from deployer.decide.states import Goal, Move
from deployer.errors import DeployError
from deployer.exits import Exit, Result
from deployer.feed import Feed
from deployer.ground import busy, survey
from deployer.messages import Note, Outputs, Planned

if TYPE_CHECKING:
    from collections.abc import Collection

    from deployer.consent import ConfirmedPlan
    from deployer.context import Context
    from deployer.decide.plans import Plan
    from deployer.decide.templates import Source
    from deployer.ground import Ground


def deploy(ctx: Context, *, allow_replace: Collection[str] = (), wait: bool = False, alarms: bool = True) -> Result:
    """Deploy the built templates to the context's region.

    ``allow_replace`` names the resources (``Database/Cluster``) whose data may be lost this once. ``wait`` waits for an
    operation that is running already. Without ``alarms`` the deployed alarms do not roll the deployment back, as it
    must be when the deployment is the cure for one.
    """
    source = templates.read(ctx.build)
    ready = prepare(ctx, source, allow_replace, wait=wait, alarms=alarms)
    return ready if isinstance(ready, Result) else execute(ctx, ready, source)


def prepare(
    ctx: Context, source: Source, allowed: Collection[str], *, wait: bool, alarms: bool
) -> Result | ConfirmedPlan:
    """Plan, show and ask; return the confirmed plan, or the result where there is nothing to execute."""
    ground = _at_rest(ctx, wait=wait)
    plan = planning.make(ctx, source, ground, allowed, alarms=alarms)
    ctx.tell(Planned(plan))
    if plan.empty:
        return Result(Exit.DONE, f"{ctx.stack_name} in {ctx.region}: no changes.", {"changed": False})
    for path in plans.unused(plan.changes, allowed):
        ctx.tell(Note(f"--allow-replace {path}: nothing changes there."))
    try:
        confirmed = ask.confirm(ctx, plan, allowed)
    except BaseException:
        planning.discard(ctx, plan)
        raise
    if confirmed is None:
        planning.discard(ctx, plan)
        return Result(Exit.REFUSED, "Not confirmed; nothing was changed.")
    return confirmed


def _at_rest(ctx: Context, *, wait: bool) -> Ground:
    """Survey the stack once nothing runs on it."""
    ground = survey(ctx)
    if ground.stack is None or not states.moving(ground.status):
        return ground
    if not wait and not ctx.person.agree(f"{ctx.stack_name} is {ground.status}. Wait for it to end?"):
        raise busy(ctx, ground)
    watching.wait_for_rest(ctx, ground.stack.id)
    return _at_rest(ctx, wait=wait)


def execute(ctx: Context, confirmed: ConfirmedPlan, source: Source) -> Result:
    """Carry a confirmed plan out and watch it to its end."""
    if confirmed.plan.move is Move.CLEAN:
        confirmed = _cleaned(ctx, confirmed, source)
    plan = confirmed.plan
    if plan.move is Move.UPDATE:
        _set_policies(ctx, confirmed, source, confirmed.allowed)
    if not plan.change_set_id:
        guards.protect(ctx, confirmed)
        return Result(Exit.DONE, f"{ctx.stack_name} in {ctx.region}: guards set.", {"changed": True})
    feed = Feed(ctx.clients, plan.stack_id, fresh=True)
    writes.execute(ctx.clients, confirmed)
    watched = watching.until_settled(ctx, feed, plan.planned)
    result = concluding.conclude(ctx, watched, Goal.DEPLOY)
    if result.exit is Exit.DONE or (result.exit is Exit.ROLLED_BACK and plan.move is Move.UPDATE):
        _set_policies(ctx, confirmed, source, ())
        guards.protect(ctx, confirmed)
    if watched.progress:
        durations.record(ctx.recorded, progress.measured(watched.progress))
    return _with_outputs(ctx, result) if result.exit is Exit.DONE else result


def _set_policies(ctx: Context, confirmed: ConfirmedPlan, source: Source, lifted: Collection[str]) -> None:
    """Set each stack's policy, for what is deployed and what is about to be."""
    deployed = stacks.all_resources(ctx.clients, confirmed.stack_id)
    types = {**templates.resource_types(source.tree), **{each.path: each.type for each in deployed}}
    ids = stacks.stack_ids(confirmed.stack_id, deployed)
    guards.set_policies(ctx, confirmed, ids, guards.wanted(types, ids, lifted))


def _cleaned(ctx: Context, confirmed: ConfirmedPlan, source: Source) -> ConfirmedPlan:
    """Delete the empty leftover of a failed creation, as the confirmed plan says, and stage the creation anew."""
    feed = Feed(ctx.clients, confirmed.stack_id, fresh=True)
    ctx.tell(Note(f"Deleting the empty leftover of {ctx.stack_name}."))
    writes.delete(ctx.clients, confirmed, attempt=feed.mark)
    ended = watching.follow(ctx, feed, Goal.DELETE, {})
    if ended.exit is not Exit.DONE:
        message = f"the leftover of {ctx.stack_name} is not deleted: {ended.summary}"
        raise DeployError(message, ended.exit)
    fresh = planning.make(ctx, source, survey(ctx), confirmed.allowed)
    return replace(confirmed, stack_id=fresh.stack_id, plan=_same(confirmed.plan, fresh))


def _same(shown: Plan, fresh: Plan) -> Plan:
    """Return the fresh plan; both create everything, so what was shown and agreed to is what will be done."""
    strange = {change.path for change in fresh.changes} - {change.path for change in shown.changes}
    if strange:
        message = f"the change set holds what was not shown: {', '.join(sorted(strange))}; run the command again"
        raise DeployError(message)
    return fresh


def _with_outputs(ctx: Context, result: Result) -> Result:
    stack = stacks.find(ctx.clients, ctx.stack_name)
    values = dict(stack.outputs) if stack else {}
    ctx.tell(Outputs(values))
    return replace(result, data={**result.data, "changed": True, "outputs": values})
