"""Watching an operation until it ends, and telling why where it ends badly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployer import ask, durations
from deployer.aws import services, stacks, writes
from deployer.concluding import Watched, conclude
from deployer.decide import progress, states
from deployer.errors import DeployError, ExpiredError, ThrottledError, UnreachableError
from deployer.exits import Exit, Result
from deployer.feed import Feed
from deployer.messages import Happened, Note, Standing
from kit.durations import expected_seconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from deployer.context import Context
    from deployer.decide.progress import Item

PATIENCE = 5
"""Looks in a row that may fail, each tried several times over, before we stop watching."""

SLOW = 1.5
"""Times its expected duration after which an ECS service is asked why it does not settle."""

IDLE_LOOKS = 60
"""Looks, 5 s apart, within which an operation must begin."""

ASK_AGAIN = 30
"""Seconds between two questions to ECS about the same service."""

DETACH, STAY, CANCEL = "detach", "keep watching", "cancel the operation"


def watch(ctx: Context) -> Result:
    """Attach to the operation that runs, or tell how the last one ended."""
    stack = stacks.find(ctx.clients, ctx.stack_name)
    if stack is None or states.row(stack.status).phase is states.Phase.EMPTY:
        why = states.row(stack.status if stack else states.ABSENT).why
        return Result(Exit.DONE, f"{ctx.stack_name} in {ctx.region}: {why}.")
    return follow(ctx, Feed(ctx.clients, stack.id), _goal(stack.status), {})


def _goal(status: str) -> states.Goal:
    return states.Goal.DELETE if status.startswith("DELETE") else states.Goal.DEPLOY


def follow(ctx: Context, feed: Feed, goal: states.Goal, planned: Mapping[str, int]) -> Result:
    """Watch an operation to its end; return how it ended, having told why if it failed."""
    return conclude(ctx, until_settled(ctx, feed, planned), goal)


def until_settled(ctx: Context, feed: Feed, planned: Mapping[str, int]) -> Watched:
    """Watch until the stack rests and has said so itself, or a person detaches."""
    view = _View(ctx, feed, planned)
    pauses = ctx.pauses()
    idle = 0
    while idle < IDLE_LOOKS:
        try:
            next(pauses)
            status = view.look()
        except KeyboardInterrupt:
            if _interrupted(ctx, feed.root_id) == DETACH:
                return Watched("", feed, view.hints)
            pauses = ctx.pauses()
            continue
        if status and not states.moving(status) and status == feed.status:
            return Watched(status, feed, view.hints)
        idle = 0 if feed.status or not status else idle + 1
    message = f"{ctx.stack_name}: the operation was accepted but never began; next: {ctx.command('status')}"
    raise DeployError(message, Exit.STUCK)


def wait_for_rest(ctx: Context, stack_id: str) -> str:
    """Watch what runs already, as a command must before its own work; return the status that it ended in.

    Raises DeployError if a person detaches.
    """
    ended = until_settled(ctx, Feed(ctx.clients, stack_id), {})
    if ended.detached:
        message = f"Interrupted while waiting; nothing was begun. Attach again: {ctx.command('watch')}"
        raise DeployError(message, Exit.INTERRUPTED)
    return ended.status


def _interrupted(ctx: Context, stack_id: str) -> str:
    """Ask what Ctrl-C means, and do it; a second Ctrl-C detaches."""
    try:
        choice = ctx.person.choose("Interrupted. The operation goes on in AWS.", (DETACH, STAY, CANCEL))
        if choice == CANCEL:
            cancel_running(ctx, stack_id)
    except KeyboardInterrupt:
        return DETACH
    return choice


def cancel_running(ctx: Context, stack_id: str) -> bool:
    """Stop what runs, if a person agrees: an update is undone, a creation is deleted. Return whether it was."""
    stack = stacks.find(ctx.clients, stack_id)
    status = stack.status if stack else states.ABSENT
    if status == states.CANCELLABLE:
        consent = ask.consent(ctx, stack_id, f"Cancel the update of {ctx.stack_name}? It will be rolled back.")
        if consent:
            writes.cancel(ctx.clients, consent)
        return consent is not None
    if status == "CREATE_IN_PROGRESS":
        consent = ask.consent(ctx, stack_id, f"Stop creating {ctx.stack_name} and delete what was made of it?")
        if consent:
            writes.delete(ctx.clients, consent)
        return consent is not None
    ctx.tell(Note(f"{ctx.stack_name} is {status}: {states.row(status).why}; that cannot be cancelled."))
    return False


class _View:
    """One watcher's memory between two looks."""

    def __init__(self, ctx: Context, feed: Feed, planned: Mapping[str, int]) -> None:
        self._ctx = ctx
        self._feed = feed
        self._planned = planned
        self._recorded = durations.load(ctx.recorded)
        self._failures = 0
        self._asked: dict[str, float] = {}
        self.hints: dict[str, tuple[str, ...]] = {}

    def look(self) -> str:
        """Tell what is new; return the stack's status, or an empty string if AWS could not be asked this time."""
        try:
            stack = stacks.find(self._ctx.clients, self._feed.root_id)
            fresh = self._feed.poll()
        except ExpiredError as error:
            message = f"{error}\nThe operation goes on; sign in and attach again: {self._ctx.command('watch')}"
            raise ExpiredError(message) from error
        except (ThrottledError, UnreachableError) as error:
            self._failures += 1
            if self._failures >= PATIENCE:
                message = f"{error}\nThe operation goes on; attach again later: {self._ctx.command('watch')}"
                raise type(error)(message) from error
            self._ctx.tell(Note(f"No answer from AWS ({error}); still trying."))
            return ""
        self._failures = 0
        for path, event in fresh:
            self._ctx.tell(Happened(path, event))
        self._tell_standing()
        return stack.status if stack else "DELETE_COMPLETE"

    def _tell_standing(self) -> None:
        now = self._ctx.now()
        state = progress.progress(self._feed.root_id, self._feed.events, self._planned)
        if state is None:
            return
        expected = {item.path: expected_seconds(item.type, item.action, self._recorded) for item in state.running}
        self._ask_services(item for item in state.items if _suspicious(item, expected, now.timestamp()))
        self._ctx.tell(Standing(self._ctx.stack_name, self._ctx.region, now, state, expected, dict(self.hints)))

    def _ask_services(self, items: Iterable[Item]) -> None:
        """Ask ECS why services do not settle, while it still knows; a failure to ask is not one of the deployment."""
        for item in items:
            key = f"{item.path} {item.status}"
            now = self._ctx.now().timestamp()
            if now - self._asked.get(key, 0) < ASK_AGAIN:
                continue
            self._asked[key] = now
            try:
                self.hints[item.path] = tuple(services.ecs_reasons(self._ctx.clients, item.physical_id))
            except DeployError as error:
                self.hints[item.path] = (f"stopped tasks unknown: {error}",)


def _suspicious(item: Item, expected: Mapping[str, int], now: float) -> bool:
    if item.type != services.ECS_SERVICE or not item.physical_id:
        return False
    overdue = item.ended is None and now - item.started.timestamp() > SLOW * expected[item.path]
    return item.failed or overdue
