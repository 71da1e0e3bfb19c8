"""What is shown to a person instead of a traceback."""

from __future__ import annotations


class UserError(Exception):
    """A mistake that its reader can mend: what is wrong, where, and what to do next.

    ``exit_code`` is the command's exit code: 2 usage, 4 validation; docs/reference lists them all.
    """

    exit_code: int = 4
