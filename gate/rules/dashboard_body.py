"""Dashboards that CloudWatch cannot read or draw."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from gate.conformance import breaches
from gate.limits import Shape, among, between, having, like, may, needs, when
from gate.rule import Hit, rule
from gate.tree import Resource, Tree, Value, as_int, dig, text, unknown

_TEMPLATE = """
Resources:
  Dashboard:
    Type: AWS::CloudWatch::Dashboard
    Properties:
      DashboardBody: !Sub |
        {{"widgets": [
          {{"type": "text", "x": 0, "y": 0, "width": {width}, "height": 2, "properties": {{"markdown": "# Films"}}}}
        ]}}
"""
_METRIC: Shape = may(
    metrics={"type": "array", "items": {"type": "array"}},
    view=among("timeSeries", "singleValue", "gauge", "bar", "pie", "table"),
    stacked={"type": "boolean"},
    period={"anyOf": [among(1, 5, 10, 20, 30), {"minimum": 60, "multipleOf": 60}, like("auto")]},
)
_WIDGET: Shape = {
    **needs("type", "properties"),
    **may(
        type=among("metric", "text", "log", "alarm", "explorer", "custom"),
        x=between(0, 23), y={"minimum": 0}, width=between(1, 24), height=between(1, 1000),
        properties={"type": "object"},
    ),
    "allOf": [
        when(having(type=among("metric")), may(properties=_METRIC)),
        when(having(type=among("text")), may(properties=needs("markdown"))),
        when(having(type=among("log")), may(properties=needs("query"))),
        when(having(type=among("alarm")), may(properties=needs("alarms"))),
    ],
}  # fmt: skip
_BODY: Final[Shape] = {"type": "object", **may(widgets={"type": "array", "maxItems": 500, "items": _WIDGET})}


@rule(
    id="E9159",
    title="The body of a dashboard is JSON, and its widgets can be drawn",
    reason="CloudWatch refuses a body that is no JSON object, and widgets without type or beyond the 24 columns.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html",
    good=_TEMPLATE.format(width=24),
    bad=_TEMPLATE.format(width=25),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Read the body of each dashboard with its values."""
    for dashboard in tree.resources("AWS::CloudWatch::Dashboard"):
        given = dashboard.get("DashboardBody")
        if given is None or unknown(given):
            continue
        try:
            body = json.loads(text(given, "1" * 12) or "")
        except ValueError as error:
            yield Hit(
                dashboard, "DashboardBody", f"it is no JSON: {error}", "Write it with Fn::ToJsonString, or mend it."
            )
            continue
        for path, wrong in breaches(_BODY, body):
            where = ".".join(map(str, path)) or "the body"
            yield Hit(dashboard, "DashboardBody", f"{where}: {wrong}", "Write what a dashboard takes there.")
        yield from _wide(dashboard, body)


def _wide(dashboard: Resource, body: Value) -> Iterator[Hit]:
    widgets = dig(body, "widgets")
    for place, widget in enumerate(widgets if isinstance(widgets, list) else []):
        x, width = as_int(dig(widget, "x")), as_int(dig(widget, "width"))
        if x is not None and width is not None and width <= 24 < x + width:
            message = f"widgets.{place} ends in column {x + width} of 24"
            yield Hit(dashboard, "DashboardBody", message, "Move it to the left, or make it narrower.")
