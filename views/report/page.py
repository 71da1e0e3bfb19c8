"""The page itself: what the sections show, and the template that shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment as Jinja
from jinja2 import FileSystemLoader, StrictUndefined

from gate.judge import Outcome
from kit.durations import Recorded
from kit.environment import Environment
from views import permissions
from views.diagram import draw, stacks
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
        "architecture": embedded(draw.svg(stacks.picture(tree, review.environment.name)), "architecture-picture"),
        "created": created,
        "expected": clock(created.expected_seconds),
        "bound": clock(created.bound_seconds),
        "chart": embedded(svg(created, name), "timeline-picture"),
        "inventory": inventory(tree, review.sources, review.holding_data),
    }
