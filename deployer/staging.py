"""Staging: a change set made for a request, or taken up from a run that was killed; read, and thrown away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from deployer import concluding
from deployer.aws import change_sets
from deployer.aws import validations as aws_validations
from deployer.decide import plans
from deployer.errors import DeployError, NotFoundError, UnsupportedError
from deployer.exits import Exit
from deployer.messages import Rejected

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deployer.context import Context
    from deployer.model import Change, ChangeSet, Stack, Validation

ABANDONED_AFTER = timedelta(days=1)

_SOUND = ("CREATE_PENDING", "CREATE_IN_PROGRESS", "CREATE_COMPLETE")
_DONE = ("CREATE_COMPLETE", "FAILED")
_LEAVING = ("DELETE_PENDING", "DELETE_IN_PROGRESS")


@dataclass(frozen=True)
class Staged:
    """A change set and all those below it, each with the path of its stack, the root first."""

    sets: tuple[tuple[str, ChangeSet], ...]

    @property
    def root(self) -> ChangeSet:
        """The root stack's change set."""
        return self.sets[0][1]

    @property
    def changes(self) -> list[Change]:
        """Every change of every stack."""
        return [change for _, each in self.sets for change in each.changes]


def stage(ctx: Context, request: change_sets.Request) -> Staged:
    """Make the change set of a request and wait for it; it may have failed, see ``problems``."""
    root = _wait_for(ctx, _create(ctx, request))
    return Staged(tuple(_nested(ctx, root, "")))


def drop_abandoned(ctx: Context, stack: Stack) -> None:
    """Delete change sets of ours that nobody can or will execute any more."""
    for summary in change_sets.listed(ctx.clients, stack.id):
        old = ctx.now() - summary["CreationTime"] > ABANDONED_AFTER
        useless = summary.get("Status") == "FAILED" or summary.get("ExecutionStatus") == "OBSOLETE"
        running = summary.get("ExecutionStatus") in {"EXECUTE_IN_PROGRESS", "EXECUTE_COMPLETE"}
        if summary["ChangeSetName"].startswith(plans.PREFIX) and (useless or old) and not running:
            change_sets.delete(ctx.clients, summary["ChangeSetId"])


def throw_away(ctx: Context, change_set_id: str, stack_id: str) -> None:
    """Delete a change set, and the empty stack that was made for it."""
    change_sets.delete(ctx.clients, change_set_id)
    change_sets.drop_shell(ctx.clients, stack_id)


def validations(ctx: Context, staged: Staged) -> tuple[Validation, ...]:
    """Return what pre-deployment validation found in all stacks; not every endpoint can tell."""
    try:
        return tuple(
            found for path, each in staged.sets for found in aws_validations.of_change_set(ctx.clients, each.id, path)
        )
    except (UnsupportedError, NotFoundError):
        return ()


def problems(ctx: Context, staged: Staged, found: Sequence[Validation]) -> DeployError | None:
    """Return why a change set cannot be executed, having told it; None where it only says that nothing changes."""
    failed = [(p, s) for p, s in staged.sets if s.status == "FAILED" and not plans.no_changes(s.reason)]
    if staged.root.status != "FAILED" or not failed:
        return None
    # The parents of a failed nested change set only repeat that it failed.
    real = [(path, each) for path, each in failed if "ested change set" not in each.reason] or failed
    reasons = tuple(f"{path or ctx.stack_name}: {each.reason}" for path, each in real)
    places = concluding.sources(ctx, [each.path for each in found])
    ctx.tell(Rejected(ctx.stack_name, reasons, tuple(found), places))
    message = f"CloudFormation rejects this deployment of {ctx.stack_name}; nothing was changed."
    return DeployError(message, Exit.VALIDATION)


def _create(ctx: Context, request: change_sets.Request) -> str:
    """Return the id of the change set for a request; a sound one that an earlier run has left is taken up again."""
    for _ in ctx.pauses():
        made = change_sets.create(ctx.clients, request)
        if made:
            return made
        left = [s for s in change_sets.listed(ctx.clients, request.stack_name) if s["ChangeSetName"] == request.name]
        if left and left[0]["ExecutionStatus"] in {"AVAILABLE", "UNAVAILABLE"} and left[0]["Status"] in _SOUND:
            return left[0]["ChangeSetId"]
        if left and left[0]["Status"] not in _LEAVING:
            change_sets.delete(ctx.clients, left[0]["ChangeSetId"])
    raise AssertionError


def _wait_for(ctx: Context, change_set_id: str) -> ChangeSet:
    for _ in ctx.pauses():
        found = change_sets.describe(ctx.clients, change_set_id)
        if found.status in _DONE:
            return found
        if found.status not in _SOUND:
            message = f"change set {found.name} became {found.status}: somebody else deletes it; run the command again"
            raise DeployError(message)
    raise AssertionError


def _nested(ctx: Context, found: ChangeSet, path: str) -> Iterator[tuple[str, ChangeSet]]:
    placed = replace(found, changes=tuple(replace(change, stack_path=path) for change in found.changes))
    yield path, placed
    for change in placed.changes:
        if change.change_set_id:
            yield from _nested(ctx, change_sets.describe(ctx.clients, change.change_set_id), change.path)
