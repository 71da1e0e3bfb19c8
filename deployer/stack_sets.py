"""Scale-out: one environment in many accounts and regions, by a stack set instead of a stack per region.

The context is the administrator account's, in the environment's first region. The permissions are self-managed:
StackSets refuses nested stacks in service-managed sets.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployer import ask
from deployer.aws import artifacts, stack_set_writes
from deployer.aws import stack_sets as sets
from deployer.decide import changes as effects
from deployer.decide import checks, compare, plans, templates
from deployer.decide import stack_sets as decide
from deployer.decide.states import Move
from deployer.errors import DeployError
from deployer.exits import Exit, Result
from deployer.messages import InstanceMoved, Note, SetOverview, SetPlanned
from deployer.model import STACK_TYPE, join
from deployer.publish import bucket_of, publish
from deployer.recovering import NOT_DONE

if TYPE_CHECKING:
    from collections.abc import Collection

    from deployer.consent import ConfirmedSet
    from deployer.context import Context
    from deployer.decide.stack_sets import Content, Operation, SetPlan
    from deployer.decide.templates import Source
    from deployer.model import Template, Tree
    from kit.environment import StackSet


def plan(ctx: Context) -> Result:
    """Show which instances a deployment would create, update and delete, and what would change in them."""
    source = templates.read(ctx.build)
    found = _plan(ctx, source, _content(ctx, source))
    ctx.tell(SetPlanned(found))
    if found.empty:
        return Result(Exit.DONE, f"{ctx.stack_name}: no changes.")
    return Result(Exit.CHANGES, f"{ctx.stack_name}: changes are pending.", {"plan": found})


def deploy(ctx: Context, *, allow_replace: Collection[str] = (), wait: bool = False, parallel: bool = False) -> Result:
    """Bring the stack set and its instances to what the environment says; 5 where an instance failed, 6 if stuck.

    ``allow_replace`` names resources (``Database/Cluster``) whose data may be lost this once in every instance, and
    instances (``111122223333/eu-west-2``) that may be deleted. ``parallel`` works in all regions at the same time.
    """
    source = templates.read(ctx.build)
    _at_rest(ctx, wait=wait)
    content = _content(ctx, source)
    found = _plan(ctx, source, content)
    ctx.tell(SetPlanned(found))
    if found.empty:
        return _stuck(found) or Result(Exit.DONE, f"{ctx.stack_name}: no changes.", {"changed": False})
    question = f"Deploy {found.environment} to the instances of {found.name} (from account {found.account})?"
    confirmed = ask.confirm_set(ctx, found, question, allow_replace)
    if confirmed is None:
        return NOT_DONE
    url = publish(ctx, source).root_url
    if not found.exists:
        stack_set_writes.create(ctx.clients, confirmed, content, url)
    return _carry_out(ctx, confirmed, content, url, parallel=parallel) or _stuck(found) or _done(ctx)


def destroy(ctx: Context, *, wait: bool = False, force: bool = False) -> Result:
    """Delete every instance with its stack, then the set; refused for a protected environment.

    ``force`` leaves the stacks in their accounts, as is needed where one is beyond deleting.
    """
    _at_rest(ctx, wait=wait)
    content = sets.find(ctx.clients, ctx.stack_name)
    if content is None:
        return Result(Exit.DONE, f"There is no stack set {ctx.stack_name} in {ctx.region}.", {"changed": False})
    if ctx.environment.protected:
        message = f"{ctx.environment.name} is protected in params/environments.toml; if it is to go, lift that first"
        raise DeployError(message)
    there = sets.instances(ctx.clients, ctx.stack_name)
    spread = decide.spread((), there, renew=False)
    found = _set_plan(ctx, spread, exists=True, keep_stacks=force, drop=True)
    ctx.tell(SetPlanned(found))
    fate = "leave its stacks where they are" if force else f"its {len(spread.delete)} stacks, with their data"
    question = f"Delete {found.environment}: the stack set {found.name}, and {fate}?"
    confirmed = ask.confirm_set(ctx, found, question, ())
    if confirmed is None:
        return NOT_DONE
    failed = _carry_out(ctx, confirmed, content, "", parallel=False)
    if failed is not None:
        return failed
    stack_set_writes.drop(ctx.clients, confirmed)
    return Result(Exit.DONE, f"{ctx.stack_name}: deleted.", {"changed": True})


def status(ctx: Context) -> Result:
    """Show every instance, its drift as last looked for, and the last operation; 6 if an instance is INOPERABLE."""
    if not _exists(ctx):
        return Result(Exit.DONE, f"There is no stack set {ctx.stack_name} in {ctx.region}.", {"instances": []})
    there = sets.instances(ctx.clients, ctx.stack_name)
    ctx.tell(SetOverview(ctx.stack_name, tuple(there), sets.last_operation(ctx.clients, ctx.stack_name)))
    states = [each.status for each in there]
    summary = ", ".join(f"{states.count(state)} {state}" for state in sorted(set(states))) or "no instances"
    code = Exit.STUCK if decide.INOPERABLE in states else Exit.DONE
    return Result(code, f"{ctx.stack_name}: {summary}.", {"instances": there})


def watch(ctx: Context) -> Result:
    """Attach to the operation that runs, or tell how the last one ended."""
    last = sets.last_operation(ctx.clients, ctx.stack_name) if _exists(ctx) else None
    if last is None:
        return Result(Exit.DONE, f"{ctx.stack_name}: no operation has been run.")
    return _follow(ctx, last.id) or Result(Exit.DONE, f"{ctx.stack_name}: operation {last.id} has succeeded.")


def cancel(ctx: Context) -> Result:
    """Stop the operation that runs: instances that have begun end, no more begin."""
    last = sets.last_operation(ctx.clients, ctx.stack_name) if _exists(ctx) else None
    if last is None or last.status not in decide.MOVING:
        return Result(Exit.DONE, f"{ctx.stack_name}: nothing runs.")
    consent = ask.consent(ctx, ctx.stack_name, f"Stop operation {last.id} ({last.action}) of {ctx.stack_name}?")
    if consent is None:
        return NOT_DONE
    stack_set_writes.stop(ctx.clients, consent, last.id)
    _follow(ctx, last.id)
    return Result(Exit.DONE, f"{ctx.stack_name}: operation {last.id} is stopped.")


def _exists(ctx: Context) -> bool:
    checks.account(ctx.environment, ctx.clients.account)
    return sets.find(ctx.clients, ctx.stack_name) is not None


def _settings(ctx: Context) -> StackSet:
    settings = ctx.environment.stack_set
    if settings is None:
        message = f"{ctx.environment.name} has no table stack_set in params/environments.toml"
        raise DeployError(message)
    return settings


def _content(ctx: Context, source: Source) -> Content:
    """Return what every instance is to be made of, with the URLs that its templates have or will have."""
    bucket = bucket_of(ctx)
    packed = templates.package(source, lambda key: ctx.clients.object_url(bucket, key))
    root = templates.decode(packed.artifacts[-1].body, "packaged root template")
    return decide.Content(template=root, parameters=ctx.environment.parameters, tags=ctx.environment.tags)


def _plan(ctx: Context, source: Source, content: Content) -> SetPlan:
    checks.account(ctx.environment, ctx.clients.account)
    there = sets.find(ctx.clients, ctx.stack_name)
    instances = sets.instances(ctx.clients, ctx.stack_name) if there else []
    settings = _settings(ctx)
    wanted = {decide.Place(account, region) for account in settings.accounts for region in ctx.environment.regions}
    renew = there is None or not there.same(content)
    spread = decide.spread(wanted, instances, renew=renew)
    inside = _inside(ctx, source, there) if renew else None
    keep = ctx.environment.protected
    return _set_plan(ctx, spread, exists=there is not None, keep_stacks=keep, renew=renew, inside=inside)


def _set_plan(
    ctx: Context,
    spread: decide.Spread,
    *,
    exists: bool,
    keep_stacks: bool,
    renew: bool = False,
    inside: plans.Plan | None = None,
    drop: bool = False,
) -> SetPlan:
    last = sets.last_operation(ctx.clients, ctx.stack_name) if exists else None
    return decide.SetPlan(
        environment=ctx.environment.name,
        name=ctx.stack_name,
        region=ctx.region,
        account=ctx.clients.account,
        exists=exists,
        renew=renew,
        spread=spread,
        inside=inside,
        keep_stacks=keep_stacks,
        drop=drop,
        since=last.id if last else "",
    )


def _inside(ctx: Context, source: Source, there: Content | None) -> plans.Plan:
    """Predict what changes in each instance: StackSets has no change sets."""
    deployed: Tree = {}
    if there is not None:
        _download(ctx, there.template, "", deployed)
    before = compare.Side(deployed, there.parameters if there else {})
    found = compare.compare(before, compare.Side(source.tree, ctx.environment.parameters), ctx.create_only)
    return plans.Plan(
        environment=ctx.environment.name,
        stack=f"each instance of {ctx.stack_name}",
        stack_id="",
        region=", ".join(ctx.environment.regions),
        account="",
        move=Move.UPDATE if there else Move.CREATE,
        changes=tuple(effects.ordered(found)),
        predicted=True,
    )


def _download(ctx: Context, template: Template, path: str, tree: Tree) -> None:
    """Put a deployed template, and those of the nested stacks below it, into ``tree``; none is ever deleted."""
    tree[path] = template
    bucket = bucket_of(ctx)
    for name, body in template.get("Resources", {}).items():
        if body.get("Type") == STACK_TYPE:
            key = str(body["Properties"]["TemplateURL"]).removeprefix(ctx.clients.object_url(bucket, ""))
            text = artifacts.download(ctx.clients, bucket, key)
            _download(ctx, templates.decode(text, key), join(path, name), tree)


def _at_rest(ctx: Context, *, wait: bool) -> None:
    """Follow what runs already, an operation of ours that a killed run has left too, to its end."""
    last = sets.last_operation(ctx.clients, ctx.stack_name) if _exists(ctx) else None
    if last is None or last.status not in decide.MOVING:
        return
    what = f"Operation {last.id} ({last.action}) of {ctx.stack_name} is {last.status}"
    if not wait and not ctx.person.agree(f"{what}. Wait for it to end?"):
        message = f"{what}; next: {ctx.command('watch')}"
        raise DeployError(message)
    ended = _follow(ctx, last.id)
    if ended is not None and ended.exit is Exit.INTERRUPTED:
        raise DeployError(ended.summary, ended.exit)


def _carry_out(ctx: Context, confirmed: ConfirmedSet, content: Content, url: str, *, parallel: bool) -> Result | None:
    """Run the steps of a confirmed plan up to the first that fails; return the result only of that one."""
    settings = _settings(ctx)
    for step in decide.steps(confirmed.plan, ctx.environment.regions):
        where = f", accounts: {len(step.accounts)}" if step.accounts else ""
        ctx.tell(Note(f"{step.act.capitalize()}{where}, regions: {', '.join(step.regions) or 'none'}"))
        began = stack_set_writes.begin(
            ctx.clients, confirmed, step, content=content, template_url=url, settings=settings, parallel=parallel
        )
        failed = _follow(ctx, began)
        if failed is not None:
            return failed
    return None


def _follow(ctx: Context, operation_id: str) -> Result | None:
    """Watch an operation to its end, telling what it does to each instance; return a result only if it went badly."""
    told: dict[decide.Place, str] = {}
    try:
        for _ in ctx.pauses():
            now = sets.operation(ctx.clients, ctx.stack_name, operation_id)
            outcomes = sets.outcomes(ctx.clients, ctx.stack_name, operation_id)
            for each in outcomes:
                if told.get(each.place) != each.status:
                    ctx.tell(InstanceMoved(each))
                    told[each.place] = each.status
            if now.status not in decide.MOVING:
                return _verdict(ctx, now, sum(each.status == "FAILED" for each in outcomes))
    except KeyboardInterrupt:
        summary = f"Detached: operation {operation_id} goes on. Attach again: {ctx.command('watch')}"
        return Result(Exit.INTERRUPTED, summary)
    raise AssertionError


def _verdict(ctx: Context, ended: Operation, failed: int) -> Result | None:
    """Return how a bad operation ended. One that succeeds within its tolerance has failed all the same, somewhere."""
    if ended.status == "SUCCEEDED" and not failed:
        return None
    there = sets.instances(ctx.clients, ctx.stack_name)
    stuck = any(each.status == decide.INOPERABLE for each in there)
    reason = f" ({ended.reason})" if ended.reason else ""
    summary = (
        f"{ctx.stack_name}: operation {ended.id} ended {ended.status}{reason}, {failed} instances failed; "
        f"what came before it stays. Mend the cause, then: {ctx.command('status' if stuck else 'deploy')}"
    )
    return Result(Exit.STUCK if stuck else Exit.ROLLED_BACK, summary, {"changed": True})


def _stuck(found: SetPlan) -> Result | None:
    if not found.spread.stuck:
        return None
    first = found.spread.stuck[0]
    names = ", ".join(map(str, found.spread.stuck))
    summary = (
        f"{found.name}: {names} cannot be updated (INOPERABLE). Mend or delete the stack in its own account; "
        f"then take the instance out, and deploy again: aws cloudformation delete-stack-instances "
        f"--stack-set-name {found.name} --retain-stacks --accounts {first.account} --regions {first.region}"
    )
    return Result(Exit.STUCK, summary)


def _done(ctx: Context) -> Result:
    return Result(Exit.DONE, f"{ctx.stack_name}: every instance is as it should be.", {"changed": True})
