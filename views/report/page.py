"""The page itself: what the sections show, and the template that shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment as Jinja
from jinja2 import FileSystemLoader, StrictUndefined
from markupsafe import Markup

from gate.judge import Outcome
from gate.tree import Tree
from gate.workloads import workloads
from kit.durations import Recorded
from kit.environment import Environment
from views import permissions
from views.diagram import data, draw, network, stacks
from views.report import changes, posture
from views.report.changes import Comparison
from views.report.findings import accepted, standing
from views.report.inventory import inventory
from views.report.parameters import parameters
from views.report.pictures import embedded
from views.timeline import svg, timeline
from views.timeline.rows import clock


@dataclass(frozen=True, kw_only=True)
class Review:
    """All that a page is made of.

    ``outcomes`` are the gate's, one per region; the first one's tree is what the page shows. ``environments`` are all
    there are, for comparison. ``sources`` says which line makes a resource, by template file and logical id.
    ``holding_data`` names the resource types that hold data, ``security`` is a link to the security review.
    """

    environment: Environment
    environments: Sequence[Environment]
    outcomes: Sequence[Outcome]
    comparisons: Sequence[Comparison]
    sources: Mapping[str, Mapping[str, str]]
    holding_data: Collection[str]
    recorded: Recorded | None
    security: str


def page(review: Review) -> str:
    """Write the review page as one HTML file; the same review always gives the same bytes.

    Raises:
        DrawError: a picture could not be drawn.
        CircleError: resources wait for each other.
        TreeError: the tree cannot be read.
    """
    jinja = Jinja(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return jinja.get_template("page.html").render(_shown(review)) + "\n"


def _shown(review: Review) -> dict[str, Any]:
    """Give the template its names."""
    first = review.outcomes[0]
    tree = first.subject.tree
    name = f"{review.environment.name} {first.subject.region}"
    created = timeline(tree, review.recorded)
    rules = posture.posture(first)
    return {
        "review": review,
        "environment": review.environment,
        "region": first.subject.region,
        "EFFECTS": changes.EFFECTS,
        "STATES": posture.STATES,
        "standing": standing(review.outcomes),
        "accepted": accepted(review.outcomes),
        "rules": rules,
        "states": Counter(rule.state for rule in rules),
        "permissions": permissions.rows(tree),
        "parameters": parameters(tree, review.environments),
        "pictures": list(_pictures(tree, review.environment.name)),
        "created": created,
        "expected": clock(created.expected_seconds),
        "bound": clock(created.bound_seconds),
        "chart": embedded(svg(created, name), "timeline-picture"),
        "inventory": inventory(tree, review.sources, review.holding_data),
    }


def _pictures(tree: Tree, environment: str) -> Iterator[tuple[str, str, Markup]]:
    """Draw what there is to draw: an id, a title and the picture."""
    views = [("stacks-picture", "Stacks and what they hand to each other", stacks.picture)]
    if any(tree.resources("AWS::EC2::Subnet")):
        views.append(("network-picture", "Network: what sits where, and who may connect to whom", network.picture))
    if any(workloads(tree)):
        views.append(("data-picture", "What runs, and what it reads and writes", data.picture))
    for id_, title, view in views:
        yield id_, title, embedded(draw.svg(view(tree, environment)), id_)
