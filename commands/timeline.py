"""timeline: when each resource is expected to be created."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from commands.building import OUT
from commands.parsers import Commands

if TYPE_CHECKING:
    from kit.environment import Environment

WIDTH: Final = 120
"""Columns, where there is no terminal to ask."""


def add(commands: Commands) -> None:
    """Add the command."""
    timeline = commands.add_parser(
        "timeline",
        help="show when each resource of a new environment is expected to be created, and what that waits for",
        description="Show the expected creation of an environment as a Gantt chart, with the critical path marked, and "
        "beside it the bound: the same resources and needs, with no stack to wait for. Durations are historical "
        "averages by type, or what own deployments took as far as deploy has recorded that.",
    )
    timeline.add_argument("environment", metavar="ENV", help="a table of params/environments.toml")
    timeline.add_argument("--region", metavar="R", help="(default: the environment's first)")
    timeline.add_argument("--format", choices=("text", "svg", "json"), default="text", help="(default: text)")
    timeline.add_argument("--out", type=Path, metavar="FILE", help="write it there (default: print it)")
    timeline.set_defaults(run=_timeline)


def _timeline(options: argparse.Namespace) -> int:
    import sys

    from builder import assemble
    from builder.files import write_file

    environment = assemble.built(OUT, [options.environment])[0]
    picture = _picture(options, environment)
    if options.out is None:
        sys.stdout.write(picture)
        return 0
    changed = write_file(options.out, picture)
    print(f"{options.out}: {'written' if changed else 'as it was'}")
    return 0


def _picture(options: argparse.Namespace, environment: Environment) -> str:
    import json
    import shutil

    from commands.gating import subjects
    from commands.target import RECORDED
    from deployer.durations import load
    from views.timeline import svg, text, timeline

    region = options.region or environment.regions[0]
    made = timeline(subjects([environment], [region])[0].tree, load(RECORDED))
    if options.format == "json":
        where = {"environment": environment.name, "region": region}
        return json.dumps(where | made.to_dict(), indent=1) + "\n"
    name = f"{environment.name} {region}"
    if options.format == "svg":
        return svg(made, name)
    width = shutil.get_terminal_size((WIDTH, 0)).columns
    return text(made, name, WIDTH if options.out else width)
