"""Composite alarms whose rule CloudWatch cannot read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Tree, text, unknown

_TEMPLATE = """
Resources:
  Unhealthy:
    Type: AWS::CloudWatch::CompositeAlarm
    Properties:
      AlarmName: unhealthy
      AlarmRule: {rule}
"""
_TOKEN = re.compile(
    r"\s*(?:(?P<test>(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:\"[^\"]+\"|'[^']+'|[^\s()\"']+)\s*\)|TRUE|FALSE)"
    r"|(?P<word>AND|OR|NOT|AT_LEAST\s*\([^()]*(?:\([^()]*\)[^()]*)*\))(?![A-Z_])|(?P<mark>[()]))",
    re.IGNORECASE,
)


@rule(
    id="E9158",
    title="The rule of a composite alarm is an expression",
    reason="CloudWatch refuses a rule that is no expression of ALARM, OK and INSUFFICIENT_DATA with AND, OR and NOT.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html",
    good=_TEMPLATE.format(rule="ALARM(errors) OR (ALARM(\"slow pages\") AND NOT OK('queue'))"),
    bad=_TEMPLATE.format(rule="ALARM(errors) OR ALARM(latency"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Read the rule of each composite alarm."""
    for alarm in tree.resources("AWS::CloudWatch::CompositeAlarm"):
        written = alarm.get("AlarmRule")
        if written is None or unknown(written):
            continue
        wrong = _wrong(text(written) or "")
        if wrong:
            yield Hit(alarm, "AlarmRule", wrong, 'Write for instance ALARM("one") OR ALARM("other").')


def _wrong(written: str) -> str | None:
    """Say what keeps a rule from being read: operands and operators take turns, parentheses match."""
    place, depth, operand = 0, 0, True
    while written[place:].strip():
        found = _TOKEN.match(written, place)
        if not found:
            return f"this cannot be read: {written[place:].strip()[:40]}"
        mark, word = found["mark"], (found["word"] or "").split("(")[0].strip().upper()
        begins = mark == "(" or word in {"NOT", "AT_LEAST"} or found["test"] is not None
        if begins != operand:
            return f"{'an alarm' if operand else 'AND or OR'} is missing before {found[0].strip()[:40]}"
        depth += {"(": 1, ")": -1}.get(mark or "", 0)
        operand = mark == "(" or word in {"NOT", "AND", "OR"}
        if depth < 0:
            return "a parenthesis is closed that was not opened"
        place = found.end()
    return "a parenthesis is not closed" if depth else "the rule ends before an alarm" if operand else None
