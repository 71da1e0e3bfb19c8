"""Rules of the root template: what CloudFormation refuses before it creates anything.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from troposphere import And, AWSHelperFn, Equals, Not, Or

PRODUCTION: Final = ("prod", "production")
"""Environment names that must be protected."""


@dataclass(frozen=True)
class Rule:
    """One promise about parameter values: where ``when`` holds, so does each of ``holds``; or ``says`` is shown."""

    name: str
    says: str
    holds: tuple[AWSHelperFn, ...]
    when: AWSHelperFn | None = None

    def to_dict(self) -> dict[str, Any]:
        """Render the rule as the template's Rules section wants it."""
        assertions = [{"Assert": test, "AssertDescription": self.says} for test in self.holds]
        guard = {} if self.when is None else {"RuleCondition": self.when}
        return {**guard, "Assertions": assertions}


class Contains(AWSHelperFn):
    """Fn::Contains: whether a list of texts holds a value; Rules only."""

    def __init__(self, texts: Sequence[str], value: AWSHelperFn) -> None:
        """Ask whether ``value`` is one of ``texts``."""
        self.data = {"Fn::Contains": [list(texts), value]}


def in_production(environment: AWSHelperFn) -> AWSHelperFn:
    """Ask whether the environment is a production one."""
    return Contains(PRODUCTION, environment)


def at_most(low: AWSHelperFn, high: AWSHelperFn, steps: Sequence[float]) -> tuple[AWSHelperFn, ...]:
    """Assert ``low <= high``, both being values of ``steps`` (ascending); Rules cannot compare numbers.

    Values outside ``steps`` are not judged, so the knobs' own limits should be the ends of ``steps``.
    """
    texts = [f"{step:g}" for step in steps]
    return tuple(
        Not(And(Equals(high, text), Contains(texts[place + 1 :], low))) for place, text in enumerate(texts[:-1])
    )


def either(*tests: AWSHelperFn) -> AWSHelperFn:
    """Assert that at least one of the tests holds."""
    return Or(*tests)
