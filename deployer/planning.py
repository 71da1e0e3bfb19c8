"""Plan: a nested change set, read and judged; or two trees compared, without an account."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from deployer import guards, staging
from deployer.aws import change_sets
from deployer.decide import changes as effects
from deployer.decide import compare, plans, release, states, templates, triggers
from deployer.decide.states import Move
from deployer.exits import Exit, Result
from deployer.ground import Ground, busy, survey, tree_of
from deployer.messages import Planned
from deployer.model import STACK_TYPE, Change, join
from deployer.publish import publish

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from deployer.context import Context
    from deployer.decide.plans import Plan, Setting
    from deployer.decide.templates import Source
    from deployer.model import Tree


def plan(ctx: Context) -> Result:
    """Show what a deployment would do, and leave nothing behind."""
    source = templates.read(ctx.build)
    ground = survey(ctx)
    found = make(ctx, source, ground, ())
    try:
        ctx.tell(Planned(found))
    finally:
        discard(ctx, found)
    if found.empty:
        return Result(Exit.DONE, f"{ctx.stack_name} in {ctx.region}: no changes.")
    return Result(Exit.CHANGES, f"{ctx.stack_name} in {ctx.region}: changes are pending.", {"plan": found})


def offline(ctx: Context, before: Tree, parameters: Mapping[str, str]) -> Result:
    """Show what the built templates would change against another tree, asking no account.

    ``parameters`` are the root parameter values that ``before`` was (or would be) deployed with.
    """
    source = templates.read(ctx.build)
    old = compare.Side(before, parameters)
    new = compare.Side(source.tree, ctx.environment.parameters)
    found = _plan(ctx, Move.UPDATE if before else Move.CREATE, "", compare.compare(old, new, ctx.create_only))
    found = replace(found, predicted=True, account="")
    ctx.tell(Planned(found))
    if not found.changes:
        return Result(Exit.DONE, "no changes.")
    return Result(Exit.CHANGES, "changes are predicted.", {"plan": found})


def deployed_tree(ctx: Context) -> tuple[Tree, Mapping[str, str]]:
    """Return the templates that are deployed, by stack path, and the root's parameter values; needs an account."""
    ground = survey(ctx)
    return tree_of(ctx, ground), ground.stack.parameters if ground.stack else {}


def make(ctx: Context, source: Source, ground: Ground, allowed: Collection[str], *, alarms: bool = True) -> Plan:
    """Make the plan of a deployment: with a change set, where the stack is in a state to have one.

    Raises DeployError where CloudFormation rejects it (exit 4) or the stack is busy or stuck.
    """
    row = states.row(ground.status)
    if row.deploy is Move.CLEAN:
        everything = compare.compare(compare.Side({}, {}), _side(ctx, source), ctx.create_only)
        empty = _plan(ctx, row.deploy, ground.stack.id if ground.stack else "", everything)
        return replace(empty, predicted=True, settings=_settings(ctx, source, ground, allowed))
    if row.deploy not in {Move.CREATE, Move.UPDATE}:
        raise busy(ctx, ground)
    request = _request(ctx, source, ground, row.deploy, alarms=alarms)
    if ground.stack is not None:
        staging.drop_abandoned(ctx, ground.stack)
    staged = staging.stage(ctx, request)
    settings = _settings(ctx, source, ground, allowed)
    validations = staging.validations(ctx, staged)
    if staged.root.status == "FAILED":
        problem = staging.problems(ctx, staged, validations)
        staging.throw_away(ctx, staged.root.id, staged.root.stack_id)
        if problem:
            raise problem
        return replace(_plan(ctx, row.deploy, staged.root.stack_id, ()), settings=settings)
    blind = [c for c in staged.changes if c.type == STACK_TYPE and c.action != "Remove" and not c.change_set_id]
    inner = _predicted(ctx, source, ground) if blind else _removed_inside(staged.changes, ground)
    return replace(
        _plan(ctx, row.deploy, staged.root.stack_id, [*staged.changes, *inner]),
        change_set_id=staged.root.id,
        validations=validations,
        settings=settings,
        triggers=tuple(trigger["Arn"] for trigger in request.triggers),
        predicted=bool(blind),
    )


def _plan(ctx: Context, move: Move, stack_id: str, changes: Sequence[Change]) -> Plan:
    return plans.Plan(
        environment=ctx.environment.name,
        stack=ctx.stack_name,
        stack_id=stack_id,
        region=ctx.region,
        account=ctx.clients.account if stack_id else "",
        move=move,
        changes=tuple(effects.ordered(changes)),
        planned=plans.counts(changes, STACK_TYPE),
    )


def _side(ctx: Context, source: Source) -> compare.Side:
    return compare.Side(source.tree, ctx.environment.parameters)


def _request(ctx: Context, source: Source, ground: Ground, move: Move, *, alarms: bool) -> change_sets.Request:
    prefix = f"arn:{ctx.clients.partition}:cloudwatch:{ctx.region}:{ctx.clients.account}"
    found = triggers.triggers(ground.deployed, templates.resource_types(source.tree), prefix) if alarms else []
    request = change_sets.Request(
        stack_name=ctx.stack_name,
        name="",
        create=move is Move.CREATE,
        template_url=publish(ctx, source).root_url,
        parameters=ctx.environment.parameters,
        tags=ctx.environment.tags,
        triggers=[{"Arn": each["Arn"], "Type": each["Type"]} for each in found],
        monitor_minutes=triggers.MONITOR_MINUTES if found and ctx.environment.protected else 0,
    )
    return _named(request, ground)


def _named(request: change_sets.Request, ground: Ground) -> change_sets.Request:
    content = {**vars(request), "parameters": dict(request.parameters), "tags": dict(request.tags)}
    return replace(request, name=plans.change_set_name(content, ground.stack))


def make_release(ctx: Context, ground: Ground, tree: Tree) -> Plan:
    """Plan the destruction of a stack: with a change set that lets go of what would outlive it, if there is any.

    A stack that cannot be updated in its state gets none; what it retains then stays.
    """
    found = _plan(ctx, Move.DELETE, ground.stack.id if ground.stack else "", ())
    source = release.released(tree)
    if ground.stack is None or source is None or states.row(ground.status).deploy is not Move.UPDATE:
        return found
    request = change_sets.Request(
        stack_name=ctx.stack_name,
        name="",
        create=False,
        template_url=publish(ctx, source).root_url,
        parameters=dict.fromkeys(ground.stack.parameters),
        tags=ctx.environment.tags,
        triggers=[],
        monitor_minutes=0,
    )
    staged = staging.stage(ctx, _named(request, ground))
    if staged.root.status != "FAILED":
        return replace(found, change_set_id=staged.root.id)
    problem = staging.problems(ctx, staged, staging.validations(ctx, staged))
    staging.throw_away(ctx, staged.root.id, staged.root.stack_id)
    if problem:
        raise problem
    return found


def _settings(ctx: Context, source: Source, ground: Ground, allowed: Collection[str]) -> tuple[Setting, ...]:
    types = templates.resource_types(source.tree)
    if ground.stack is None or states.row(ground.status).deploy is not Move.UPDATE:
        return tuple(guards.intended(ctx, types))
    policies = guards.wanted({**types, **ground.types}, ground.ids, allowed)
    return tuple(guards.missing(ctx, ground.stack, ground.ids, policies))


def _predicted(ctx: Context, source: Source, ground: Ground) -> list[Change]:
    """Return what changes inside nested stacks, worked out from the deployed and the new templates."""
    parameters = ground.stack.parameters if ground.stack else {}
    found = compare.compare(compare.Side(tree_of(ctx, ground), parameters), _side(ctx, source), ctx.create_only)
    return [change for change in found if change.stack_path]


def _removed_inside(known: Sequence[Change], ground: Ground) -> list[Change]:
    """Return a removal for every resource of a nested stack that is removed as a whole."""
    gone = [c.path for c in known if c.type == STACK_TYPE and c.action == "Remove" and not c.change_set_id]
    return [
        Change(
            stack_path=resource.stack_path,
            logical_id=resource.logical_id,
            physical_id=resource.physical_id,
            type=resource.type,
            action="Remove",
        )
        for resource in ground.deployed
        if any(resource.path.startswith(join(path, "")) for path in gone)
    ]


def discard(ctx: Context, found: Plan) -> None:
    """Throw a plan's change set away, and the empty stack that was made for it."""
    if found.change_set_id:
        staging.throw_away(ctx, found.change_set_id, found.stack_id)
