#!/usr/bin/env python3
"""StreamFlix Platform: build, gate, deploy and look after the nested CloudFormation templates of templates/."""

from __future__ import annotations

import argparse
import os
import sys

from commands import building, cloud, completion, deploying, diagram, gating, permissions, report, timeline
from kit.errors import UserError

EXIT_CODES = """\
exit codes:
  0    done, or nothing to do
  1    refused: nothing was changed (no access, no network, the answer was no)
  2    the command line is wrong; of plan: changes are pending
  3    the gate found something
  4    a tier, a parameter file or params/environments.toml is wrong, or CloudFormation rejected the change set
  5    the deployment failed and was rolled back
  6    the deployment failed and the stack is stuck
  7    drift was found
  130  interrupted; a deployment goes on, `watch` attaches again
"""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except UserError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # whoever read the output has seen enough; python would complain when it flushes
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="build.py", description=__doc__, epilog=EXIT_CODES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.set_defaults(parser=parser)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for group in (building, gating, deploying, cloud, permissions, diagram, timeline, report, completion):
        group.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
