"""The expected creation of an environment: when each resource begins and ends, and what the time is spent on.

made = timeline(tree, recorded)       # made.expected_seconds, made.bound_seconds, made.ratio, made.critical_path
made.to_dict()                        # plain data
text(made, "dev eu-west-2", width=120)
svg(made, "dev eu-west-2")
"""

from views.timeline.schedule import CircleError, Span, Step, Timeline, timeline
from views.timeline.svg import svg
from views.timeline.text import text

__all__ = ["CircleError", "Span", "Step", "Timeline", "svg", "text", "timeline"]
