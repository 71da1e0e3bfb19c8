"""graph, pictures: draw what the tiers make."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from commands.building import OUT
from commands.parsers import Commands

if TYPE_CHECKING:
    from collections.abc import Callable

    from gate.tree import Tree
    from views.diagram.picture import Picture

PICTURES: Final = Path("docs/pictures")
SMALL, LARGE = "dev", "prod"
"""The environments whose pictures the documentation shows."""


def add(commands: Commands) -> None:
    """Add the commands."""
    graph = commands.add_parser(
        "graph",
        help="draw the stacks and what they hand to each other, the network, the data, or one stack",
        description="Draw an environment as it is built: its stacks and what they hand to each other (the default), "
        "its network (zones, subnets, what sits where, who may connect to whom), its data (what runs, and what that "
        "reads and writes), or one stack with all of its resources.",
    )
    graph.add_argument("environment", nargs="?", default=LARGE, metavar="ENV", help=f"(default: {LARGE})")
    what = graph.add_mutually_exclusive_group()
    what.add_argument("--view", choices=("stacks", "network", "data"), default="stacks", help="(default: stacks)")
    what.add_argument("--stack", metavar="NAME", help="draw the resources of this stack, such as Network")
    graph.add_argument("--region", metavar="R", help="(default: the environment's first)")
    graph.add_argument("--format", choices=("svg", "png", "mermaid"), default="svg", help="(default: svg)")
    graph.add_argument("--out", type=Path, metavar="FILE", help="write it there (default: print it)")
    graph.set_defaults(run=_graph)

    pictures = commands.add_parser("pictures", help=f"draw every picture of the documentation again, into {PICTURES}/")
    pictures.set_defaults(run=_pictures)


def pictures() -> dict[str, str]:
    """Return every picture of the documentation, by its name in docs/pictures."""
    from views import timeline
    from views.diagram import data, draw, inside, network, stacks

    drawn: dict[str, str] = {}
    for name in (SMALL, LARGE):
        tree, region = _tree(name, None)
        drawn[f"network-{name}.svg"] = draw.svg(network.picture(tree, name))
        if name == LARGE:
            drawn[f"timeline-{name}.svg"] = timeline.svg(timeline.timeline(tree), f"{name} {region}")
            drawn["stacks.svg"] = draw.svg(stacks.picture(tree, name))
            drawn["data.svg"] = draw.svg(data.picture(tree, name))
            for stack in inside.names(tree):
                drawn[f"stack-{stack.lower()}.svg"] = draw.svg(inside.picture(tree, name, stack))
    return drawn


def _graph(options: argparse.Namespace) -> int:
    import sys

    from builder.files import write_file
    from views.diagram import draw
    from views.diagram.mermaid import mermaid

    tree, _ = _tree(options.environment, options.region)
    picture = _picture(tree, options)
    forms: dict[str, Callable[[Picture], str | bytes]] = {"svg": draw.svg, "png": draw.png, "mermaid": mermaid}
    made = forms[options.format](picture)
    if options.out is None:
        sys.stdout.buffer.write(made if isinstance(made, bytes) else made.encode())
        return 0
    changed = write_file(options.out, made)
    print(f"{options.out}: {'written' if changed else 'as it was'}")
    return 0


def _picture(tree: Tree, options: argparse.Namespace) -> Picture:
    from views.diagram import data, inside, network, stacks

    if options.stack:
        return inside.picture(tree, options.environment, options.stack)
    views: dict[str, Callable[[Tree, str], Picture]]
    views = {"stacks": stacks.picture, "network": network.picture, "data": data.picture}
    return views[options.view](tree, options.environment)


def _pictures(options: argparse.Namespace) -> int:
    from builder.files import write_file

    drawn = pictures()
    changed = [name for name, picture in drawn.items() if write_file(PICTURES / name, picture)]
    for name in changed:
        print(f"wrote   {PICTURES / name}")
    print(f"{PICTURES}: {len(changed)} changed, {len(drawn) - len(changed)} as they were")
    return 0


def _tree(name: str, region: str | None) -> tuple[Tree, str]:
    from builder import assemble
    from commands.gating import subjects

    environment = assemble.built(OUT, [name])[0]
    where = region or environment.regions[0]
    return subjects([environment], [where])[0].tree, where
