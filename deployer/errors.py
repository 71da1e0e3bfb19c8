"""The one error type that a person sees."""

from __future__ import annotations

from deployer.exits import Exit
from kit.errors import UserError


class DeployError(UserError):
    """Stops a command with one message (what, where, what to do next) and its exit code."""

    def __init__(self, message: str, exit_code: Exit = Exit.REFUSED) -> None:
        """Keep the message for the person and the code for the shell."""
        super().__init__(message)
        self.exit = exit_code
        self.exit_code = int(exit_code)


class ThrottledError(DeployError):
    """AWS asked us to slow down, and every retry was used up."""


class ExpiredError(DeployError):
    """The credentials ran out; a new sign-in helps, a retry does not."""


class UnreachableError(DeployError):
    """No answer from the endpoint, after every retry."""


class DeniedError(DeployError):
    """The credentials are good, but may not do this."""


class NotFoundError(DeployError):
    """What was asked for does not exist."""


class AlreadyError(DeployError):
    """An earlier run has made this call already."""


class UnsupportedError(DeployError):
    """The endpoint (an emulator) does not know this call."""
