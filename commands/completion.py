"""completion: what a shell needs to complete the command line."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Final

from commands.parsers import Commands

NAMES: Final = r"sed -n 's/^\[\([a-z0-9-]*\)\]$/\1/p' params/environments.toml 2>/dev/null"
"""Lists the environments, in the shell, of the folder that it is in."""
FUNCTION: Final = "_build_py_environments"
PREAMBLE: Final = {
    "bash": f'{FUNCTION}() {{ compgen -W "$({NAMES})" -- "$1"; }}',
    "zsh": f"{FUNCTION}() {{ compadd -- $({NAMES}); }}",
}


def add(commands: Commands) -> None:
    """Add the command."""
    completion = commands.add_parser(
        "completion",
        help="print what your shell needs to complete commands, options and environments",
        description="Print what your shell needs to complete commands, options and environments.",
    )
    completion.add_argument("shell", choices=("bash", "zsh"), help="the shell")
    completion.set_defaults(run=_completion)


def _completion(options: argparse.Namespace) -> int:
    import shtab

    for action in _actions(options.parser):
        if action.metavar == "ENV":
            action.complete = dict.fromkeys(PREAMBLE, FUNCTION)  # type: ignore[attr-defined] # where shtab looks for it
    print(shtab.complete(options.parser, options.shell, preamble=PREAMBLE[options.shell]))
    return 0


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _actions(command)
