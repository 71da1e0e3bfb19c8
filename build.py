#!/usr/bin/env python3
"""Build and check the StreamFlix platform: nested CloudFormation templates from the typed tiers in templates/."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kit.errors import UserError

if TYPE_CHECKING:
    from gate.subject import Subject

EXIT_CODES = """\
exit codes:
  0  done, or nothing to do
  2  the command line is wrong
  3  the gate found something
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
    _add_gate(commands)
    return parser


def _add_gate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    for name, what in {
        "lint": "with every engine",
        "check": "with everything but cfn-lint, for the inner loop",
    }.items():
        gate = commands.add_parser(
            name,
            help=f"say what stands in the way of a deployment, {what}",
            description=f"Build, then gate each environment in each of its regions {what}. "
            "With --tree, gate any tree of nested templates, JSON or YAML, instead.",
        )
        gate.add_argument("environments", nargs="*", metavar="ENV", help="environments (default: all)")
        gate.add_argument("--tree", type=Path, metavar="DIR", help="gate the templates in this folder instead")
        gate.add_argument("--root", default="root.json", help="of --tree: the root template (default: root.json)")
        gate.add_argument("--parameters", type=Path, metavar="FILE", help="of --tree: the root's values, in any form")
        gate.add_argument("--region", default="us-east-1", help="of --tree (default: us-east-1)")
        gate.add_argument("--profile", choices=("deploy", "production"), help="of --tree (default: production)")
        gate.add_argument(
            "--format", choices=("text", "json", "sarif", "junit", "github"), default="text", help="(default: text)"
        )
        if name == "check":
            gate.add_argument("--watch", action="store_true", help="check again whenever a file changes")
        gate.set_defaults(run=_gate, command=name)
    rules = commands.add_parser("rules", help="list the gate's own rules")
    rules.add_argument("--format", choices=("text", "markdown"), default="text", help="(default: text)")
    rules.set_defaults(run=_rules)
    explain = commands.add_parser("explain", help="say why a rule exists, with examples and its source")
    explain.add_argument("rule", help="such as E9201; rules of cfn-lint and cloudformation-validate too")
    explain.set_defaults(run=_explain)


def _build(options: argparse.Namespace) -> int:
    from builder.assemble import build

    written = build(options.out, options.format)
    for path in written.changed:
        print(f"wrote   {options.out / path}")
    for path in written.removed:
        print(f"removed {options.out / path}")
    print(f"{options.out}: {len(written.changed)} changed, {len(written.unchanged)} as they were")
    return 0


def _gate(options: argparse.Namespace) -> int:
    import datetime

    from gate import judge
    from gate.cache import FOLDER, Cache
    from gate.show import show

    if getattr(options, "watch", False):
        return _watch(options)
    engines = judge.ALL if options.command == "lint" else judge.QUICK
    today = datetime.datetime.now(datetime.UTC).date()
    outcomes = judge.judge(_subjects(options), engines=engines, cache=Cache(FOLDER), today=today)
    print(show(outcomes, options.format))
    return judge.exit_code(outcomes)


def _subjects(options: argparse.Namespace) -> list[Subject]:
    from gate.subject import SubjectError, subject_of

    if options.tree:
        if options.environments:
            raise SubjectError("give environments or --tree, not both")
        return [subject_of(options.tree, options.root, options.parameters, options.region, options.profile)]
    if options.parameters or options.profile:
        raise SubjectError("--parameters and --profile belong to --tree; an environment has its own in params/")
    return _built(options.environments)


def _built(names: list[str]) -> list[Subject]:
    import json

    from builder import assemble, environments
    from gate.subject import Subject
    from gate.tree.load import Folder

    out = Path("build")
    assemble.build(out)
    folder = Folder(out)
    declared = json.loads((out / "root.json").read_text(encoding="utf-8"))["Parameters"]
    return [
        Subject(
            name=f"{name} {region}",
            folder=folder,
            root="root.json",
            parameters=environment.parameters,
            region=region,
            profile=environment.profile,
            stack_name=environment.stack_name,
            account=environment.account,
        )
        for name in names or environments.names()
        for environment in [environments.load(name, declared)]
        for region in environment.regions
    ]


def _watch(options: argparse.Namespace) -> int:
    import subprocess

    from gate.watch import changes

    again = [sys.executable, *(argument for argument in sys.argv if argument != "--watch")]
    folders = [options.tree] if options.tree else [Path(name) for name in ("templates", "params", "kit", "gate")]
    for _ in changes(folders):
        print("\033[2J\033[H", end="", flush=True)
        subprocess.run(again, check=False)  # noqa: S603 - this very command
    return 0


def _rules(options: argparse.Namespace) -> int:
    from gate import catalogue

    print(catalogue.listing() if options.format == "text" else catalogue.markdown())
    return 0


def _explain(options: argparse.Namespace) -> int:
    from gate import catalogue

    print(catalogue.explain(options.rule))
    return 0


if __name__ == "__main__":
    sys.exit(main())
