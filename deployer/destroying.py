"""Destroy: everything of one environment in one region, but what its policies keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployer import ask, concluding, planning, watching
from deployer.aws import artifacts, writes
from deployer.decide import release, states
from deployer.decide.stateful import STATEFUL
from deployer.decide.states import Goal, Move
from deployer.errors import DeployError
from deployer.exits import Exit, Result
from deployer.feed import Feed
from deployer.ground import busy, survey, tree_of
from deployer.messages import Note
from deployer.recovering import NOT_DONE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deployer.consent import ConfirmedPlan, Consent
    from deployer.context import Context
    from deployer.ground import Ground

BUCKET = "AWS::S3::Bucket"
FATES = {
    "Retain": "stays, outside any stack",
    "RetainExceptOnCreate": "stays, outside any stack",
    "Snapshot": "a final snapshot stays",
    "Delete": "its data is deleted",
}
KEY = "AWS::KMS::Key"
KEY_FATE = "deleted after its waiting period; until then snapshots encrypted with it can be read"


def destroy(
    ctx: Context,
    *,
    wait: bool = False,
    force: bool = False,
    keep_data: bool = False,
    with_artifacts: bool = False,
) -> Result:
    """Delete the environment in the context's region, after showing what becomes of its data.

    Of an unprotected environment everything goes, so that it can be made anew; with ``keep_data``, and of a protected
    one, whatever its policies retain stays. ``force`` gives up, after an earlier deletion that failed, what cannot be
    deleted. ``with_artifacts`` deletes the artifact bucket too, which all environments of the account and region share.
    """
    ground = survey(ctx)
    result = _stack(ctx, ground, wait=wait, force=force, keep_data=keep_data or ctx.environment.protected)
    if with_artifacts and result.exit is Exit.DONE:
        return _artifacts(ctx, result)
    return result


def _stack(ctx: Context, ground: Ground, *, wait: bool, force: bool, keep_data: bool) -> Result:
    move = states.row(ground.status).destroy
    if ground.stack is None or move is Move.NOTHING:
        return Result(Exit.DONE, f"There is no stack {ctx.stack_name} in {ctx.region}.", {"changed": False})
    if ground.status == "DELETE_IN_PROGRESS":
        return watching.follow(ctx, Feed(ctx.clients, ground.stack.id), Goal.DELETE, {})
    if move is Move.WAIT and wait:
        watching.wait_for_rest(ctx, ground.stack.id)
        return _stack(ctx, survey(ctx), wait=wait, force=force, keep_data=keep_data)
    if move is not Move.DELETE:
        raise busy(ctx, ground)
    if ground.stack.protected:
        message = (
            f"{ctx.stack_name} has termination protection; if it really is to go, lift that by hand first: aws "
            f"cloudformation update-termination-protection --no-enable-termination-protection --region {ctx.region} "
            f"--stack-name {ctx.stack_name}"
        )
        raise DeployError(message)
    tree = tree_of(ctx, ground)
    plan = planning.make_release(ctx, ground, {} if keep_data else tree)
    policies = release.policies(tree)
    if plan.change_set_id:
        policies = {path: "Delete" if kept in release.KEEPING else kept for path, kept in policies.items()}
    _tell_fates(ctx, ground, policies)
    question = f"Delete {ctx.environment.name} ({ctx.stack_name}) in {ctx.region}?"
    confirmed = ask.agreed(ctx, plan, question)
    if confirmed is None:
        planning.discard(ctx, plan)
        return NOT_DONE
    failed = _let_go(ctx, confirmed)
    if failed:
        return failed
    return _delete(ctx, ground, confirmed, policies, force=force and ground.status == "DELETE_FAILED")


def _tell_fates(ctx: Context, ground: Ground, policies: Mapping[str, str]) -> None:
    for resource in ground.deployed:
        if resource.type in STATEFUL and resource.physical_id:
            policy = policies.get(resource.path, "Delete")
            fate = KEY_FATE if (resource.type, policy) == (KEY, "Delete") else FATES.get(policy, policy)
            ctx.tell(Note(f"{resource.path} ({resource.type}, {resource.physical_id}): {fate}"))


def _let_go(ctx: Context, confirmed: ConfirmedPlan) -> Result | None:
    """Take the policies back that keep data; return the result only where that failed."""
    if not confirmed.plan.change_set_id:
        return None
    feed = Feed(ctx.clients, confirmed.stack_id, fresh=True)
    writes.execute(ctx.clients, confirmed)
    result = watching.follow(ctx, feed, Goal.DEPLOY, {})
    return None if result.exit is Exit.DONE else result


def _delete(ctx: Context, ground: Ground, consent: Consent, policies: Mapping[str, str], *, force: bool) -> Result:
    """Empty our own buckets, delete, watch; once more if a bucket was written to in the meantime."""
    buckets = [r for r in ground.deployed if r.type == BUCKET and policies.get(r.path) == "Delete"]
    again = False
    while True:
        for bucket in buckets:
            gone = writes.empty_bucket(ctx.clients, consent, bucket.physical_id)
            if gone:
                ctx.tell(Note(f"Emptied {bucket.physical_id}: {gone} objects and versions."))
        feed = Feed(ctx.clients, consent.stack_id, fresh=True)
        writes.delete(ctx.clients, consent, force=force, attempt=feed.mark)
        watched = watching.until_settled(ctx, feed, {})
        refilled = {bucket.physical_id for bucket in buckets} & _stuck(watched.feed)
        if watched.status != "DELETE_FAILED" or not refilled or again:
            return concluding.conclude(ctx, watched, Goal.DELETE)
        again = True


def _stuck(feed: Feed) -> set[str]:
    """Return the physical ids of what could not be deleted."""
    events = (event for known in feed.events.values() for event in known)
    return {event.physical_id for event in events if event.status == "DELETE_FAILED"}


def _artifacts(ctx: Context, result: Result) -> Result:
    bucket = artifacts.bucket_name(ctx.clients.account, ctx.region)
    if not artifacts.exists(ctx.clients, bucket):
        return result
    question = f"Delete the artifact bucket {bucket} too? Other environments in {ctx.region} may need it to roll back."
    consent = ask.consent(ctx, bucket, question)
    if consent is None:
        return result
    writes.empty_bucket(ctx.clients, consent, bucket)
    writes.delete_bucket(ctx.clients, consent, bucket)
    ctx.tell(Note(f"Deleted the artifact bucket {bucket}."))
    return result
