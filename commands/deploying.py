"""plan, deploy, up, watch, status, outputs, logs, drift, rollback, continue, cancel, destroy, package."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from commands import gating, target
from commands.building import OUT
from commands.parsers import Commands, add_environment

if TYPE_CHECKING:
    from deployer import Context, Result
    from kit.environment import Environment

OVERRIDES: Final = Path(".deploy/gate-overrides.log")
"""Who deployed past the gate, when and why."""
GATE: Final = 3


def add(commands: Commands) -> None:
    """Add the commands."""
    plan = _command(commands, "plan", _plan, "show what a deployment would change, per stack; exit 2 if anything")
    plan.add_argument("--offline", action="store_true", help="ask no account; predict from the templates (--against)")
    plan.add_argument(
        "--against",
        metavar="REV|DIR|deployed",
        help="of --offline: a git revision, a build folder, or what is deployed (default: HEAD)",
    )

    for name, what in (
        ("deploy", "build, gate, plan, ask, deploy and watch"),
        ("up", "deploy, and show the outputs whether or not anything changed"),
    ):
        deploy = _command(commands, name, _deploy, what, writes=True)
        deploy.set_defaults(show_outputs=name == "up")
        deploy.add_argument(
            "--allow-replace",
            action="append",
            default=[],
            metavar="STACK/ID",
            help="let this resource, which holds data, be replaced or deleted; --yes never does",
        )
        deploy.add_argument("--parallel", action="store_true", help="several regions at once, not one after the other")
        deploy.add_argument("--wait", action="store_true", help="wait for an operation that is running")
        deploy.add_argument("--no-alarms", action="store_true", help="do not roll back on the platform's alarm")
        deploy.add_argument(
            "--without-gate", metavar="REASON", help=f"deploy whatever the gate says; logged to {OVERRIDES}"
        )

    _command(commands, "package", _package, "upload the built templates, and nothing else", writes=True)
    _command(commands, "watch", _each("watch"), "attach to the operation that runs, or tell how the last one ended")
    _command(
        commands, "status", _each("status"), "show how the environment is, and what to do about it; exit 6 if stuck"
    )
    outputs = _command(commands, "outputs", _each("outputs"), "show the root stack's outputs")
    outputs.add_argument("--format", choices=("text", "json", "env"), default="text", help="(default: text)")
    logs = _command(commands, "logs", _logs, "show what the environment's log groups received")
    logs.add_argument(
        "--since", type=_minutes, default="15m", metavar="AGO", help="such as 90s, 15m, 6h (default: 15m)"
    )
    logs.add_argument("--filter", default="", metavar="PATTERN", help="a CloudWatch Logs filter pattern")
    logs.add_argument("--tier", default="", help="only this nested stack, such as Compute")
    logs.add_argument("--follow", action="store_true", help="go on until Ctrl-C")
    _command(commands, "drift", _each("drift"), "look for drift in every nested stack; exit 7 if there is any")
    _command(commands, "rollback", _each("rollback"), "undo a failed deployment that was not rolled back", writes=True)
    resume = _command(commands, "continue", _continue, "go on with a rollback that is stuck", writes=True)
    resume.add_argument("--skip", action="append", default=[], metavar="STACK/ID", help="leave this resource as it is")
    _command(commands, "cancel", _each("cancel"), "stop the operation that runs", writes=True)
    destroy = _command(
        commands, "destroy", _destroy, "delete the environment, after saying what becomes of its data", writes=True
    )
    destroy.add_argument("--wait", action="store_true", help="wait for an operation that is running")
    destroy.add_argument("--force", action="store_true", help="give up what could not be deleted the last time")
    destroy.add_argument("--keep-data", action="store_true", help="keep what the templates say is to be kept")
    destroy.add_argument("--with-artifacts", action="store_true", help="delete the artifact bucket too")


def _command(
    commands: Commands, name: str, run: Callable[[argparse.Namespace], int], what: str, *, writes: bool = False
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=what, description=f"{what[0].upper()}{what[1:]}.")
    add_environment(parser)
    if writes:
        parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.set_defaults(run=run)
    return parser


def _each(name: str) -> Callable[[argparse.Namespace], int]:
    """Make a command that calls the deployer's function of that name in each region."""

    def run(options: argparse.Namespace) -> int:
        import deployer
        from deployer import stack_sets

        return _in_order(options, getattr(deployer, name), for_set=getattr(stack_sets, name, None))

    return run


def _in_order(
    options: argparse.Namespace,
    command: Callable[[Context], Result],
    for_set: Callable[[Context], Result] | None = None,
) -> int:
    """Run a command in each region in turn, or ``for_set`` where the environment is a stack set."""
    import deployer

    contexts = target.contexts(options, _environment(options.environment))
    if contexts[0].environment.stack_set is None:
        return _ended(options, contexts[0], deployer.in_order(contexts, command))
    if for_set is None:
        raise deployer.DeployError(
            f"{options.environment} is a stack set: this command looks into single stacks; sign in to an instance's "
            "account and look there, or ask for plan, status or watch here"
        )
    return _ended(options, contexts[0], for_set(_whole(options, contexts)))


def _whole(options: argparse.Namespace, contexts: Sequence[Context]) -> Context:
    """Return the context that administers a stack set, which is always worked on as a whole."""
    if options.regions:
        from deployer import DeployError

        raise DeployError(f"{options.environment} is a stack set and is worked on as a whole; leave --region away")
    return contexts[0]


def _environment(name: str) -> Environment:
    from builder import assemble

    return assemble.built(OUT, [name])[0]


def _ended(options: argparse.Namespace, ctx: Context, result: Result) -> int:
    from deployer import Ended

    ctx.tell(Ended(result.exit, result.summary))
    return int(result.exit)


def _package(options: argparse.Namespace) -> int:
    import deployer

    return _in_order(options, deployer.package, for_set=deployer.package)


def _plan(options: argparse.Namespace) -> int:
    import deployer
    from deployer import stack_sets

    if not options.offline and options.against is None:
        return _in_order(options, deployer.plan, for_set=stack_sets.plan)
    environment = _environment(options.environment)
    against = options.against or "HEAD"
    if against == "deployed":
        return _in_order(options, _against_deployed, for_set=stack_sets.plan)
    from commands.revisions import tree_of

    before, parameters = tree_of(against, environment.name)
    options.local = False
    contexts = target.contexts(options, environment)[:1]
    result = deployer.in_order(contexts, lambda ctx: deployer.offline(ctx, before, parameters))
    return _ended(options, contexts[0], result)


def _against_deployed(ctx: Context) -> Result:
    import deployer

    return deployer.offline(ctx, *deployer.deployed_tree(ctx))


def _deploy(options: argparse.Namespace) -> int:
    import deployer
    from deployer import stack_sets

    environment = _environment(options.environment)
    if not _let_through(options, environment):
        return GATE
    contexts = target.contexts(options, environment, live=not options.parallel)
    how = {"allow_replace": options.allow_replace, "wait": options.wait, "alarms": not options.no_alarms}
    if contexts[0].environment.stack_set:
        del how["alarms"]
        result = stack_sets.deploy(_whole(options, contexts), **how, parallel=options.parallel)
    elif options.parallel:
        result = deployer.at_once(contexts, **how)
    else:
        result = deployer.in_order(contexts, partial(deployer.deploy, **how))
    code = _ended(options, contexts[0], result)
    # a deployment that changed something has shown them already
    if code == 0 and options.show_outputs and not result.data.get("changed"):
        return _in_order(options, deployer.outputs, for_set=stack_sets.status)
    return code


def _let_through(options: argparse.Namespace, environment: Environment) -> bool:
    """Ask the gate; a finding is passed over only with a reason, which is logged."""
    good, told = gating.passes(environment, options.regions)
    print(told, file=sys.stderr)
    if good or not options.without_gate:
        return good
    from datetime import UTC, datetime
    from getpass import getuser

    OVERRIDES.parent.mkdir(parents=True, exist_ok=True)
    with OVERRIDES.open("a", encoding="utf-8") as log:
        log.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {getuser()} {environment.name}: {options.without_gate}\n")
    print(f"Going on without the gate's consent: {options.without_gate} (logged to {OVERRIDES})", file=sys.stderr)
    return True


def _logs(options: argparse.Namespace) -> int:
    import deployer

    return _in_order(
        options,
        lambda ctx: deployer.logs(ctx, options.since, pattern=options.filter, tier=options.tier, follow=options.follow),
    )


def _continue(options: argparse.Namespace) -> int:
    import deployer

    return _in_order(options, lambda ctx: deployer.resume(ctx, options.skip))


def _destroy(options: argparse.Namespace) -> int:
    import deployer

    how = {name: getattr(options, name) for name in ("wait", "force", "keep_data", "with_artifacts")}
    return _in_order(
        options,
        lambda ctx: deployer.destroy(ctx, **how),
        for_set=partial(_destroy_set, options),
    )


def _destroy_set(options: argparse.Namespace, ctx: Context) -> Result:
    from deployer import DeployError, stack_sets

    if options.keep_data or options.with_artifacts:
        raise DeployError(f"{ctx.environment.name} is a stack set: --keep-data and --with-artifacts are not for it")
    return stack_sets.destroy(ctx, wait=options.wait, force=options.force)


def _minutes(text: str) -> timedelta:
    """Read ``90s``, ``15m`` or ``6h``."""
    units = {"s": 1, "m": 60, "h": 3600, "d": 86400}
    if not text[:-1].isdigit() or text[-1:] not in units:
        msg = f"{text!r} is not a time such as 90s, 15m, 6h or 2d"
        raise argparse.ArgumentTypeError(msg)
    return timedelta(seconds=int(text[:-1]) * units[text[-1]])
