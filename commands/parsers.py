"""What several commands' parsers share."""

from __future__ import annotations

import argparse
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_environment(parser: argparse.ArgumentParser) -> None:
    """Add what says where a command works."""
    parser.add_argument("environment", metavar="ENV", help="a table of params/environments.toml")
    parser.add_argument(
        "--region", action="append", default=[], dest="regions", metavar="R", help="(default: all of the environment's)"
    )
    parser.add_argument("--local", action="store_true", help="work on the embedded cloud instead of AWS")
    parser.add_argument("--profile", metavar="NAME", help="AWS profile to sign in with (default: as the AWS CLI does)")
    parser.add_argument(
        "--json", action="store_true", dest="as_json", help="events as JSON lines; people's text goes to standard error"
    )
