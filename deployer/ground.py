"""What is deployed: the root stack, everything below it, and its templates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deployer.aws import stacks
from deployer.decide import checks, states, templates
from deployer.errors import DeployError
from deployer.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deployer.context import Context
    from deployer.model import Resource, Stack, Tree


@dataclass(frozen=True)
class Ground:
    """What is there before a deployment: the root stack, its resources and those below, and every stack's id."""

    stack: Stack | None
    deployed: tuple[Resource, ...]
    ids: Mapping[str, str]

    @property
    def status(self) -> str:
        """The root stack's status."""
        return self.stack.status if self.stack else states.ABSENT

    @property
    def types(self) -> dict[str, str]:
        """The type of every deployed resource by its path."""
        return {resource.path: resource.type for resource in self.deployed}


def survey(ctx: Context) -> Ground:
    """Look at what is deployed."""
    checks.account(ctx.environment, ctx.clients.account)
    stack = stacks.find(ctx.clients, ctx.stack_name)
    if stack is None:
        return Ground(None, (), {})
    deployed = stacks.all_resources(ctx.clients, stack.id)
    return Ground(stack, tuple(deployed), stacks.stack_ids(stack.id, deployed))


def busy(ctx: Context, ground: Ground) -> DeployError:
    """Return the refusal of a command that needs the stack at rest and sound."""
    row = states.row(ground.status)
    code = Exit.STUCK if row.phase is states.Phase.BROKEN else Exit.REFUSED
    hint = f"; next: {ctx.command(row.cure)}" if row.cure else ""
    return DeployError(f"{ctx.stack_name} in {ctx.region} is {ground.status}: {row.why}{hint}", code)


def tree_of(ctx: Context, ground: Ground) -> Tree:
    """Return the templates that are deployed, by stack path."""
    return {path: _deployed(ctx, path, stack_id) for path, stack_id in ground.ids.items()}


def _deployed(ctx: Context, path: str, stack_id: str) -> dict[str, object]:
    text = stacks.template(ctx.clients, stack_id)
    return templates.decode(text, f"deployed template of {path or ctx.stack_name}") if text else {}
