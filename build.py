#!/usr/bin/env python3
"""Build and check the StreamFlix platform: nested CloudFormation templates from the typed tiers in templates/."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kit.errors import UserError

EXIT_CODES = """\
exit codes:
  0  done, or nothing to do
  2  the command line is wrong
  4  a tier, a parameter file or params/environments.toml is wrong
"""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except UserError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="build.py", description=__doc__, epilog=EXIT_CODES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    build = commands.add_parser(
        "build",
        help="write build/: root.json, one template per tier, and every environment's parameter forms",
        description="Write one template per tier and a root that nests them, ready for `aws cloudformation package`, "
        "and under environments/ each environment's parameters in the forms that other tools want. "
        "The same sources always give the same bytes; files that did not change are left alone.",
    )
    build.add_argument("--format", choices=("json", "yaml"), default="json", help="of the templates (default: json)")
    build.add_argument("--out", type=Path, default=Path("build"), metavar="DIR", help="where to (default: build)")
    build.set_defaults(run=_build)
    return parser


def _build(options: argparse.Namespace) -> int:
    from builder.assemble import build

    written = build(options.out, options.format)
    for path in written.changed:
        print(f"wrote   {options.out / path}")
    for path in written.removed:
        print(f"removed {options.out / path}")
    print(f"{options.out}: {len(written.changed)} changed, {len(written.unchanged)} as they were")
    return 0


if __name__ == "__main__":
    sys.exit(main())
