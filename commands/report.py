"""report: one HTML file for a pull request or a change board."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from commands.building import OUT
from commands.parsers import Commands

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deployer.decide.plans import Plan
    from deployer.model import Change as Planned
    from kit.environment import Environment
    from views.report import Change, Comparison, Detail

SECURITY: Final = Path("docs/security.md")


def add(commands: Commands) -> None:
    """Add the command."""
    report = commands.add_parser(
        "report",
        help="write a review page: what would change, gate, posture, permissions, parameters, pictures, inventory",
        description="Write one self-contained HTML file for a pull request or a change board: what would change, what "
        "the gate finds and what is accepted, security posture, permissions, the parameters of all environments side "
        "by side, the architecture, the timeline and every resource.",
    )
    report.add_argument("environment", metavar="ENV", help="a table of params/environments.toml")
    report.add_argument(
        "--against",
        metavar="REV|DIR|deployed",
        help="show what would change: a git revision, a build folder, or what is deployed (default: do not compare)",
    )
    report.add_argument("--local", action="store_true", help="of --against deployed: in the embedded cloud")
    report.add_argument("--profile", metavar="NAME", help="of --against deployed: AWS profile to sign in with")
    report.add_argument("--out", type=Path, metavar="FILE", help=f"(default: {OUT}/reports/ENV.html)")
    report.set_defaults(run=_report, regions=[], as_json=False)


def _report(options: argparse.Namespace) -> int:
    from builder import assemble
    from builder.files import write_file

    environments = assemble.built(OUT)
    environment = next((each for each in environments if each.name == options.environment), None)
    if environment is None:
        environment = assemble.built(OUT, [options.environment])[0]  # says which there are
    file = options.out or OUT / "reports" / f"{environment.name}.html"
    changed = write_file(file, _page(options, environment, environments, file))
    print(f"{file}: {'written' if changed else 'as it was'}")
    return 0


def _page(options: argparse.Namespace, environment: Environment, environments: list[Environment], file: Path) -> str:
    import json
    import os

    from builder.assemble import SOURCES
    from commands import gating, target
    from deployer.decide.stateful import STATEFUL
    from deployer.durations import load
    from views.report import Review, page

    comparisons = tuple(_comparisons(options, environment)) if options.against else ()
    return page(
        Review(
            environment=environment,
            environments=environments,
            outcomes=gating.judged(environment),
            comparisons=comparisons,
            sources=json.loads((OUT / SOURCES).read_text(encoding="utf-8")),
            holding_data=STATEFUL,
            recorded=load(target.RECORDED),
            security=Path(os.path.relpath(SECURITY, file.parent)).as_posix(),
        )
    )


def _comparisons(options: argparse.Namespace, environment: Environment) -> Iterator[Comparison]:
    """Compare with what is deployed in each region, or once with anything else, which has no regions."""
    import deployer
    from commands import target
    from views.report import Comparison

    if options.against == "deployed":
        contexts = target.contexts(options, environment)
        befores = [deployer.deployed_tree(context) for context in contexts]
    else:
        from commands.revisions import tree_of

        options.local = False
        contexts = target.contexts(options, environment)[:1]
        befores = [tree_of(options.against, environment.name)]
    for context, before in zip(contexts, befores, strict=True):
        plan = deployer.offline(replace(context, tell=lambda _: None), *before).data.get("plan")
        yield Comparison(against=options.against, region=context.region, changes=tuple(_changes(plan)) if plan else ())


def _changes(plan: Plan) -> Iterator[Change]:
    from deployer.decide.changes import Effect, effect, fate, stateful, why_possible
    from deployer.model import STACK_TYPE
    from views.report import Change

    names = {
        Effect.ADDED: "add",
        Effect.CHANGED: "change",
        Effect.POSSIBLY_REPLACED: "possible",
        Effect.REPLACED: "replace",
        Effect.REMOVED: "remove",
    }
    for planned in plan.changes:
        kind = effect(planned)
        if planned.type == STACK_TYPE and kind is not Effect.REMOVED:
            continue
        notes = [why_possible(planned)] if kind is Effect.POSSIBLY_REPLACED else []
        notes += [fate(planned)] if stateful(planned) and kind >= Effect.REPLACED else []
        yield Change(
            stack=planned.stack_path,
            id=planned.logical_id,
            type=planned.type,
            effect=names[kind],
            holds_data=stateful(planned),
            note="; ".join(notes),
            details=() if kind is Effect.REMOVED else tuple(_details(planned)),
        )


def _details(planned: Planned) -> Iterator[Detail]:
    """Yield each property that changes once: with its values if any of its reasons gives them."""
    from views.report import Detail

    found: dict[str, Detail] = {}
    for each in planned.details:
        name = each.name if each.attribute == "Properties" else each.attribute
        told = each.before is not None or each.after is not None
        detail = Detail(
            name=name,
            before=each.before,
            after=each.after,
            cause="" if told else each.cause,
            replaces=each.recreation == "Always",
        )
        if told or name not in found:
            found[name] = detail
    yield from found.values()
