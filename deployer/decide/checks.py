"""Right account, right region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployer.errors import DeployError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kit.environment import Environment


def regions(environment: Environment, wanted: Sequence[str]) -> tuple[str, ...]:
    """Return the regions to work in: those asked for, or all of the environment's; raise DeployError for others."""
    strange = [region for region in wanted if region not in environment.regions]
    if strange:
        message = (
            f"{environment.name} is not deployed to {', '.join(strange)}; params/environments.toml lists "
            f"{', '.join(environment.regions)}"
        )
        raise DeployError(message)
    return tuple(dict.fromkeys(wanted)) or environment.regions


def account(environment: Environment, actual: str) -> None:
    """Raise DeployError unless the credentials belong to the environment's account."""
    if environment.account not in {None, actual}:
        message = (
            f"these credentials belong to account {actual}, but {environment.name} lives in {environment.account} "
            f"(params/environments.toml); sign in to that account"
        )
        raise DeployError(message)
