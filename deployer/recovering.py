"""Ways out for a stack that is stuck, or on a way that nobody wants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployer import ask, watching
from deployer.aws import writes
from deployer.decide import states
from deployer.decide.states import Goal
from deployer.errors import DeployError
from deployer.exits import Exit, Result
from deployer.feed import Feed
from deployer.ground import busy, survey

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from deployer.consent import Consent
    from deployer.context import Context
    from deployer.ground import Ground

NOT_DONE = Result(Exit.REFUSED, "Not confirmed; nothing was changed.")


def rollback(ctx: Context) -> Result:
    """Undo a failed creation or update whose rollback was switched off."""
    question = f"Roll {ctx.stack_name} back to its last good state?"
    return _revert(ctx, states.REVERTIBLE, question, lambda consent: writes.roll_back(ctx.clients, consent))


def resume(ctx: Context, skip: Collection[str] = ()) -> Result:
    """Go on with an update's rollback that is stuck, leaving the resources in ``skip`` (their paths) as they are."""
    ground = survey(ctx)
    names = skipped(ground.ids, skip)
    more = f", leaving {', '.join(skip)} as they are" if skip else ""
    question = f"Go on rolling {ctx.stack_name} back{more}?"
    return _revert(
        ctx,
        (states.CONTINUABLE,),
        question,
        lambda consent: writes.continue_rollback(ctx.clients, consent, names),
        ground,
    )


def skipped(ids: Mapping[str, str], paths: Collection[str]) -> Sequence[str]:
    """Return resource paths as ``ResourcesToSkip`` wants them: ``LogicalId``, or ``NameOfNestedStack.LogicalId``.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ContinueUpdateRollback.html
    """
    names = []
    for path in paths:
        stack, _, logical_id = path.rpartition("/")
        if stack not in ids:
            message = f"--skip {path}: there is no nested stack {stack}; there are: {', '.join(filter(None, ids))}"
            raise DeployError(message)
        # arn:PARTITION:cloudformation:REGION:ACCOUNT:stack/NAME/UUID
        names.append(f"{ids[stack].split('/')[1]}.{logical_id}" if stack else logical_id)
    return names


def _revert(
    ctx: Context,
    from_statuses: Sequence[str],
    question: str,
    write: Callable[[Consent], None],
    ground: Ground | None = None,
) -> Result:
    ground = ground or survey(ctx)
    if ground.stack is None:
        return Result(Exit.DONE, f"There is no stack {ctx.stack_name} in {ctx.region}.")
    if ground.status not in from_statuses:
        if states.row(ground.status).phase in {states.Phase.GOOD, states.Phase.REVERTED}:
            return Result(Exit.DONE, f"{ctx.stack_name} is {ground.status}; there is nothing to undo.")
        raise busy(ctx, ground)
    consent = ask.consent(ctx, ground.stack.id, question)
    if consent is None:
        return NOT_DONE
    feed = Feed(ctx.clients, ground.stack.id, fresh=True)
    write(consent)
    return watching.follow(ctx, feed, Goal.REVERT, {})


def cancel(ctx: Context) -> Result:
    """Stop a running update (it is rolled back) or creation (it is deleted), and watch that to its end."""
    ground = survey(ctx)
    if ground.stack is None:
        return Result(Exit.DONE, f"There is no stack {ctx.stack_name} in {ctx.region}.")
    if not states.moving(ground.status):
        return Result(Exit.DONE, f"{ctx.stack_name} is {ground.status}; nothing runs.")
    feed = Feed(ctx.clients, ground.stack.id)
    creating = ground.status == "CREATE_IN_PROGRESS"
    if not watching.cancel_running(ctx, ground.stack.id):
        return NOT_DONE
    return watching.follow(ctx, feed, Goal.DELETE if creating else Goal.REVERT, {})
