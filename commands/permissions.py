"""iam: who may do what to which resource."""

from __future__ import annotations

import argparse

from commands.building import OUT
from commands.parsers import Commands


def add(commands: Commands) -> None:
    """Add the command."""
    iam = commands.add_parser(
        "iam",
        help="list who may do what to which resource, from every policy in the tree",
        description="List every statement of every policy in the built tree, with the resources that it resolves to: "
        "what roles may do, who may assume them, and what resources let in. Wildcards are marked.",
    )
    iam.add_argument("environment", metavar="ENV", help="a table of params/environments.toml")
    iam.add_argument("--format", choices=("text", "json", "markdown"), default="text", help="(default: text)")
    iam.set_defaults(run=_iam)


def _iam(options: argparse.Namespace) -> int:
    import json

    from builder import assemble
    from commands.gating import subjects
    from views import permissions

    environment = assemble.built(OUT, [options.environment])[0]
    table = permissions.rows(subjects([environment], environment.regions[:1])[0].tree)
    forms = {"text": permissions.as_text_table, "markdown": permissions.as_markdown}
    if options.format == "json":
        print(json.dumps(permissions.as_dicts(table), indent=1))
    else:
        print(forms[options.format](table))
    return 0
