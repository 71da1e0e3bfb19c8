"""Deploys a built tree of nested stacks with CloudFormation, watches it, and gets it out of trouble.

A command takes a :class:`Context` (one environment in one region) and returns a :class:`Result` with its exit code
(:class:`Exit`). On the way it tells an observer what happens and asks a person before it changes anything::

    clients = Clients("eu-west-2", Access())                      # or Access(endpoint_url=..., access_key=..., ...)
    ctx = Context(environment=environment, region="eu-west-2", clients=clients, build=Path("build"),
                  recorded=Path(".deploy/durations.json"), tell=observer(sys.stdout, sys.stderr),
                  person=Interactive(sys.stdin, sys.stderr))       # or Unattended(yes=True)
    try:
        result = deploy(ctx)
    except DeployError as error:                                   # one clear message; error.exit is the exit code
        ...

Commands: :func:`package`, :func:`plan`, :func:`offline`, :func:`deploy`, :func:`watch`, :func:`status`,
:func:`outputs`, :func:`logs`, :func:`drift`, :func:`rollback`, :func:`resume` (continue), :func:`cancel`,
:func:`destroy`. Several regions: :func:`in_order` runs any command in each, :func:`at_once` deploys to all at the same
time; :func:`regions` says which they are. An environment with a stack set is one context, in its first region, for the
functions of :mod:`deployer.stack_sets`.

Three places that never mix: ``aws`` calls, ``decide`` decides (pure functions over plain data), ``show`` prints.
Importing this package does not import boto3.
"""

from __future__ import annotations

from deployer.aws.clients import Access, Clients
from deployer.context import Context
from deployer.decide.checks import regions
from deployer.decide.templates import read as read_tree
from deployer.deploying import deploy
from deployer.destroying import destroy
from deployer.errors import DeployError
from deployer.exits import Exit, Result
from deployer.fanout import at_once, in_order
from deployer.inspecting import drift, logs, outputs, status
from deployer.messages import Ended, Note
from deployer.planning import deployed_tree, offline, plan
from deployer.publish import package
from deployer.recovering import cancel, resume, rollback
from deployer.show.outputs import FORMATS
from deployer.show.people import Interactive, Unattended
from deployer.show.printers import observer
from deployer.watching import watch

__all__ = [
    "FORMATS",
    "Access",
    "Clients",
    "Context",
    "DeployError",
    "Ended",
    "Exit",
    "Interactive",
    "Note",
    "Result",
    "Unattended",
    "at_once",
    "cancel",
    "deploy",
    "deployed_tree",
    "destroy",
    "drift",
    "in_order",
    "logs",
    "observer",
    "offline",
    "outputs",
    "package",
    "plan",
    "read_tree",
    "regions",
    "resume",
    "rollback",
    "status",
    "watch",
]
