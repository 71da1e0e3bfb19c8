"""Security posture: every rule for production, what it looked at in this tree, and what came out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gate.judge import Outcome
from gate.rule import PROFILES, Rule
from gate.rules import all_rules
from gate.subject import Subject
from gate.tree import Context, Resource, Tree

STATES: Final = {
    "found": ("✕", "not met"),
    "accepted": ("◐", "accepted"),
    "met": ("✓", "met"),
    "none": ("\N{EN DASH}", "nothing of the kind"),
}
"""The sign and the words for each result, the gravest first."""


@dataclass(frozen=True)
class Note:
    """One place that does not keep a rule, and the reason if that is accepted."""

    place: str
    message: str
    reason: str


@dataclass(frozen=True)
class Judged:
    """A rule and what became of it; ``looked_at`` counts resources by type, and is empty if it looks at everything."""

    rule: Rule
    looked_at: tuple[tuple[str, int], ...]
    everywhere: bool
    notes: tuple[Note, ...]

    @property
    def state(self) -> str:
        """A key of STATES."""
        if self.notes:
            return "accepted" if all(note.reason for note in self.notes) else "found"
        return "met" if self.everywhere or self.looked_at else "none"


def posture(outcome: Outcome) -> list[Judged]:
    """Judge a tree by each rule for production, whatever profile its environment has; the gravest results first."""
    rules = [rule for rule in all_rules() if rule.profile == PROFILES[-1]]
    states = list(STATES)
    return sorted((_judged(rule, outcome) for rule in rules), key=lambda judged: states.index(judged.state))


class _Watched(Tree):
    """A tree that notes which resources it is asked for by type, and whether it is asked for any others."""

    def __init__(self, subject: Subject) -> None:
        context = Context(region=subject.region, account=subject.account, stack_name=subject.stack_name)
        self.asked: dict[str, str] = {}
        self.by_type = self.all = False
        super().__init__(subject.folder.template(subject.root), subject.folder, context, subject.parameters)
        self.referrers(Resource(self.root, "", "", {}))  # its index of all resources is no rule's question
        self.all = False

    def resources(self, *types: str) -> Iterator[Resource]:
        self.by_type |= bool(types)
        self.all |= not types
        for resource in super().resources(*types):
            if types:
                self.asked[resource.path] = resource.type
            yield resource


def _judged(rule: Rule, outcome: Outcome) -> Judged:
    tree = _Watched(outcome.subject)
    reasons = {(each.rule, each.stack, each.logical_id, each.path): why for each, why in outcome.suppressed}
    notes = tuple(
        Note(
            f"{each.stack}.{each.logical_id}" if each.logical_id else each.stack,
            each.message,
            reasons.get((each.rule, each.stack, each.logical_id, each.path), ""),
        )
        for each in rule.findings(tree)
    )
    everywhere = tree.all or not tree.by_type
    looked_at = () if everywhere else tuple(sorted(Counter(tree.asked.values()).items()))
    return Judged(rule, looked_at, everywhere, notes)
