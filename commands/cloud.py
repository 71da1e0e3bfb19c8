"""local: the embedded cloud."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from typing import TYPE_CHECKING

from commands.parsers import Commands

if TYPE_CHECKING:
    from local import Cloud


def add(commands: Commands) -> None:
    """Add the command with its own commands."""
    local = commands.add_parser(
        "local",
        help="the embedded cloud: start, stop, status, reset, env",
        description="A CloudFormation API on 127.0.0.1, so that everything deploys without an AWS account.",
    )
    verbs = local.add_subparsers(title="commands", metavar="COMMAND", required=True)
    start = verbs.add_parser("start", help="start it, unless it runs")
    start.add_argument("--persist", action="store_true", help="keep what is deployed when it stops")
    start.set_defaults(run=_start)
    verbs.add_parser("stop", help="stop it").set_defaults(run=_stop)
    status = verbs.add_parser("status", help="say whether it runs, and what stands behind each deployed resource")
    status.add_argument("--resources", action="store_true", help="list every resource, not only the counts")
    status.set_defaults(run=_status)
    verbs.add_parser("reset", help="forget everything that was deployed").set_defaults(run=_reset)
    verbs.add_parser(
        "env", help='print what the AWS CLI needs to reach it: eval "$(./build.py local env)"'
    ).set_defaults(run=_env)


def _start(options: argparse.Namespace) -> int:
    import local

    print(_running(local.start(local.HOME, persist=options.persist)))
    return 0


def _stop(options: argparse.Namespace) -> int:
    import local

    print("stopped" if local.stop(local.HOME) else "it did not run")
    return 0


def _status(options: argparse.Namespace) -> int:
    from local import HOME, gaps, resources, status

    cloud = status(HOME)
    if cloud is None:
        print("not running; start it with ./build.py local start")
        return 0
    print(_running(cloud))
    deployed = resources(cloud)
    backing = Counter(resource.backing for resource in deployed)
    print(
        f"{len(deployed)} resources: a service stands behind {backing['service']}, "
        f"only the registry schema behind {backing['schema']}"
    )
    if options.resources:
        for resource in deployed:
            print(f"  {resource.backing:<8} {resource.region} {resource.stack}/{resource.logical_id}  {resource.type}")
    print("What it does not do as AWS does:")
    for gap in gaps():
        print(f"  - {gap}")
    return 0


def _reset(options: argparse.Namespace) -> int:
    import local

    local.reset(local.HOME)
    print("empty")
    return 0


def _env(options: argparse.Namespace) -> int:
    import shlex

    import local

    wanted = local.start(local.HOME, tell=lambda line: print(line, file=sys.stderr)).environ(os.environ)
    for name in sorted(wanted):
        if wanted[name] != os.environ.get(name):
            print(f"export {name}={shlex.quote(wanted[name])}")
    return 0


def _running(cloud: Cloud) -> str:
    return f"running at {cloud.endpoint} (process {cloud.pid}, account {cloud.account}, {_kept(cloud)})"


def _kept(cloud: Cloud) -> str:
    return "kept when it stops" if cloud.persist else "forgotten when it stops"
