"""Asking for consent: the only place where a Consent is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployer.consent import ConfirmedPlan, ConfirmedSet, Consent
from deployer.decide.plans import forbidden
from deployer.decide.stack_sets import unnamed
from deployer.errors import DeployError

if TYPE_CHECKING:
    from collections.abc import Collection

    from deployer.context import Context
    from deployer.decide.plans import Plan
    from deployer.decide.stack_sets import SetPlan


def consent(ctx: Context, stack_id: str, question: str) -> Consent | None:
    """Ask whether to do something to a stack; None means no."""
    return Consent(stack_id, question) if ctx.person.agree(question) else None


def confirm(ctx: Context, plan: Plan, allowed: Collection[str]) -> ConfirmedPlan | None:
    """Ask whether to execute a plan that was shown; None means no.

    Raises DeployError where it would lose data that was not given up by name, which no yes covers.
    """
    _keep_data(plan, allowed)
    return agreed(ctx, plan, f"Deploy {plan.environment} to {plan.region} (account {plan.account})?", allowed)


def agreed(ctx: Context, plan: Plan, question: str, allowed: Collection[str] = ()) -> ConfirmedPlan | None:
    """Ask a question about a plan; None means no."""
    return ConfirmedPlan(plan.stack_id, question, plan, frozenset(allowed)) if ctx.person.agree(question) else None


def confirm_set(ctx: Context, plan: SetPlan, question: str, allowed: Collection[str]) -> ConfirmedSet | None:
    """Ask whether to carry out a plan for a stack set that was shown; None means no.

    Raises DeployError where it would lose data that was not given up by name: of resources, as everywhere, or of whole
    instances that leave a set which goes on.
    """
    if plan.inside is not None:
        _keep_data(plan.inside, allowed)
    gone = () if plan.drop else unnamed(plan, allowed)
    if gone:
        flags = " ".join(f"--allow-replace {place}" for place in gone)
        message = (
            f"this would delete stacks with their data: {', '.join(map(str, gone))}; if that is meant, add: {flags}"
        )
        raise DeployError(message)
    return ConfirmedSet(plan.name, question, plan) if ctx.person.agree(question) else None


def _keep_data(plan: Plan, allowed: Collection[str]) -> None:
    losses = forbidden(plan.changes, allowed)
    if losses:
        names = ", ".join(f"{change.path} ({change.type})" for change in losses)
        flags = " ".join(f"--allow-replace {change.path}" for change in losses)
        message = f"this would replace or remove what holds data: {names}; if that is meant, add: {flags}"
        raise DeployError(message)
