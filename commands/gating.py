"""lint, check, rules, explain: what stands in the way of a deployment."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from commands.building import OUT
from commands.parsers import Commands

if TYPE_CHECKING:
    import datetime

    from gate.cache import Cache
    from gate.judge import Outcome
    from gate.subject import Subject
    from kit.environment import Environment


def add(commands: Commands) -> None:
    """Add the commands."""
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


def passes(environment: Environment, regions: Sequence[str]) -> tuple[bool, str]:
    """Gate one environment with every engine; say whether nothing was found, and what."""
    from gate import judge
    from gate.show import show

    outcomes = judged(environment, regions)
    return judge.exit_code(outcomes) == judge.CLEAN, show(outcomes, "text")


def judged(environment: Environment, regions: Sequence[str] = ()) -> list[Outcome]:
    """Gate one environment with every engine: in its regions, or in ``regions``."""
    from gate import judge

    return judge.judge(subjects([environment], regions), engines=judge.ALL, cache=_cache(), today=_today())


def subjects(environments: Sequence[Environment], regions: Sequence[str] = ()) -> list[Subject]:
    """Make what the gate judges of the build folder: each environment in its regions, or in ``regions``."""
    from gate.subject import Subject
    from gate.tree.load import Folder

    folder = Folder(OUT)
    return [
        Subject(
            name=f"{environment.name} {region}",
            folder=folder,
            root="root.json",
            parameters=environment.parameters,
            region=region,
            profile=environment.profile,
            stack_name=environment.stack_name,
            account=environment.account,
        )
        for environment in environments
        for region in regions or environment.regions
    ]


def _gate(options: argparse.Namespace) -> int:
    from gate import judge
    from gate.show import show

    if getattr(options, "watch", False):
        return _watch(options)
    engines = judge.ALL if options.command == "lint" else judge.QUICK
    outcomes = judge.judge(_asked_for(options), engines=engines, cache=_cache(), today=_today())
    print(show(outcomes, options.format))
    return judge.exit_code(outcomes)


def _asked_for(options: argparse.Namespace) -> list[Subject]:
    from builder import assemble
    from gate.subject import SubjectError, subject_of

    if options.tree:
        if options.environments:
            raise SubjectError("give environments or --tree, not both")
        return [subject_of(options.tree, options.root, options.parameters, options.region, options.profile)]
    if options.parameters or options.profile:
        raise SubjectError("--parameters and --profile belong to --tree; an environment has its own in params/")
    return subjects(assemble.built(OUT, options.environments))


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


def _cache() -> Cache:
    from gate.cache import FOLDER, Cache

    return Cache(FOLDER)


def _today() -> datetime.date:
    import datetime

    return datetime.datetime.now(datetime.UTC).date()
