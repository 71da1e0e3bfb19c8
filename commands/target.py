"""Where a command works: an environment, its regions, and AWS or the embedded cloud."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from commands.building import OUT

if TYPE_CHECKING:
    from deployer import Access, Context
    from deployer.messages import Person
    from kit.environment import Environment

RECORDED: Final = Path(".deploy/durations.json")
"""Measured durations of real deployments; git-ignored, or committed by a team that wants to share them."""


def contexts(options: argparse.Namespace, environment: Environment, *, live: bool = True) -> list[Context]:
    """Make one context per region asked for.

    Raises:
        UserError: the environment is not deployed to that region, or the embedded cloud does not come up.
    """
    from deployer import Clients, Context, observer, regions
    from gate.schemas import schema

    def create_only(type_: str) -> Sequence[str]:
        found = schema(type_)
        return [f"/properties/{name.replace('.', '/')}" for name in found.create_only] if found else []

    access, home = _access(options)
    if options.local:
        environment = replace(environment, account=None, stack_set=None)
    said = "--local" if options.local else f"--profile {options.profile}" if options.profile else ""
    tell = observer(sys.stdout, sys.stderr, as_json=options.as_json, form=getattr(options, "format", "text"), live=live)
    return [
        Context(
            environment=environment,
            region=region,
            clients=Clients(region, access),
            tell=tell,
            person=_person(options),
            build=OUT,
            recorded=home / RECORDED if options.local else RECORDED,
            create_only=create_only,
            options=" ".join(filter(None, (f"--region {region}" if options.regions else "", said))),
        )
        for region in regions(environment, options.regions)
    ]


def _access(options: argparse.Namespace) -> tuple[Access, Path]:
    from deployer import Access

    if not options.local:
        return Access(profile=options.profile), Path()
    import local

    cloud = local.start(local.HOME, tell=lambda line: print(line, file=sys.stderr))
    given = cloud.client_arguments()
    access = Access(
        endpoint_url=given["endpoint_url"],
        access_key=given["aws_access_key_id"],
        secret_key=given["aws_secret_access_key"],
    )
    return access, local.HOME


def _person(options: argparse.Namespace) -> Person:
    from deployer import Interactive, Unattended

    yes = getattr(options, "yes", False)
    return Unattended(yes=yes) if yes or not sys.stdin.isatty() else Interactive(sys.stdin, sys.stderr)
