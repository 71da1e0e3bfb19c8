"""Termination protection and stack policies: what they should be, what they are, and setting them.

Every stack that holds data gets a policy, in every environment: a replacement that a plan could only call possible is
then refused by CloudFormation itself, unless it was allowed by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployer.aws import stacks, writes
from deployer.decide.plans import POLICY, PROTECTION, Setting
from deployer.decide.stateful import keepers, policy, same_policy
from deployer.errors import UnsupportedError
from deployer.messages import Note

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from deployer.consent import ConfirmedPlan
    from deployer.context import Context
    from deployer.model import Stack


def wanted(types: Mapping[str, str], ids: Mapping[str, str], lifted: Collection[str] = ()) -> dict[str, str]:
    """Return the stack policy that each stack (id by path) should have; ``types`` are its resources' by path."""
    found = {path: policy(keepers(types, path), path, lifted) for path in ids}
    return {path: document for path, document in found.items() if document is not None}


def missing(ctx: Context, stack: Stack, ids: Mapping[str, str], policies: Mapping[str, str]) -> list[Setting]:
    """Return what would have to be set on an existing stack."""
    settings = []
    if ctx.environment.protected and not stack.protected:
        settings.append(Setting(stack_path="", what=PROTECTION, before="off", after="on"))
    settings += [
        Setting(stack_path=path, what=POLICY, before=_words(before), after=_words(policies[path]))
        for path, before in _differing(ctx, ids, policies)
    ]
    return settings


def intended(ctx: Context, types: Mapping[str, str]) -> list[Setting]:
    """Return what will be set on a stack that does not exist yet."""
    paths = {path.rpartition("/")[0] for path in types}
    policies = wanted(types, dict.fromkeys(paths, ""))
    settings = [
        Setting(stack_path=path, what=POLICY, before="none", after=_words(document))
        for path, document in sorted(policies.items())
    ]
    if ctx.environment.protected:
        settings.insert(0, Setting(stack_path="", what=PROTECTION, before="off", after="on"))
    return settings


def set_policies(ctx: Context, confirmed: ConfirmedPlan, ids: Mapping[str, str], policies: Mapping[str, str]) -> None:
    """Set the policies that are not as they should be."""
    for path, _ in _differing(ctx, ids, policies):
        writes.set_policy(ctx.clients, confirmed, ids[path], policies[path])


def protect(ctx: Context, confirmed: ConfirmedPlan) -> None:
    """Switch termination protection on where the environment asks for it."""
    stack = stacks.find(ctx.clients, confirmed.stack_id) if ctx.environment.protected else None
    if stack is not None and not stack.protected:
        writes.protect(ctx.clients, confirmed)


def _differing(ctx: Context, ids: Mapping[str, str], policies: Mapping[str, str]) -> Iterator[tuple[str, str | None]]:
    """Yield the path of every stack whose policy is not as it should be, with the policy that it has."""
    for path in sorted(policies):
        if path not in ids:
            continue
        try:
            before = stacks.policy(ctx.clients, ids[path])
        except UnsupportedError:
            ctx.tell(Note("This endpoint knows no stack policies; they are left out."))
            return
        if not same_policy(before, policies[path]):
            yield path, before


def _words(document: str | None) -> str:
    if document is None:
        return "none"
    kept = document.count("LogicalResourceId/")
    return f"keeps {kept} resource{'s' if kept != 1 else ''} that hold{'s' if kept == 1 else ''} data"
