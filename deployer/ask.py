"""Asking for consent: the only place where a Consent is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployer.consent import ConfirmedPlan, Consent
from deployer.decide.plans import forbidden
from deployer.errors import DeployError

if TYPE_CHECKING:
    from collections.abc import Collection

    from deployer.context import Context
    from deployer.decide.plans import Plan


def consent(ctx: Context, stack_id: str, question: str) -> Consent | None:
    """Ask whether to do something to a stack; None means no."""
    return Consent(stack_id, question) if ctx.person.agree(question) else None


def confirm(ctx: Context, plan: Plan, allowed: Collection[str]) -> ConfirmedPlan | None:
    """Ask whether to execute a plan that was shown; None means no.

    Raises DeployError where it would lose data that was not given up by name, which no yes covers.
    """
    losses = forbidden(plan.changes, allowed)
    if losses:
        names = ", ".join(f"{change.path} ({change.type})" for change in losses)
        flags = " ".join(f"--allow-replace {change.path}" for change in losses)
        message = f"this would replace or remove what holds data: {names}; if that is meant, add: {flags}"
        raise DeployError(message)
    return agreed(ctx, plan, f"Deploy {plan.environment} to {plan.region} (account {plan.account})?", allowed)


def agreed(ctx: Context, plan: Plan, question: str, allowed: Collection[str] = ()) -> ConfirmedPlan | None:
    """Ask a question about a plan; None means no."""
    return ConfirmedPlan(plan.stack_id, question, plan, frozenset(allowed)) if ctx.person.agree(question) else None
