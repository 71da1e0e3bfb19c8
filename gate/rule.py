"""A whole-tree check: one function over the evaluated tree, with what a reader needs to judge it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from gate.finding import Finding
from gate.tree import Path, Resource, Stack, Tree

Case: TypeAlias = "str | Mapping[str, str]"
"""An example tree: the YAML text of one template, or of several by file name, the root being ``root.yaml``."""

PROFILES: Final = ("deploy", "production")
"""``deploy``: the deployment fails, hangs, or comes up not working. ``production`` adds posture."""


@dataclass(frozen=True)
class Hit:
    """One violation: the resource (or whole stack) that has it, the place below it, what is wrong, what to do."""

    place: Resource | Stack
    path: str | Path
    message: str
    fix: str


Check: TypeAlias = Callable[[Tree], Iterable[Hit]]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A check with its id, the reason it exists, the document that states the truth, and a case on either side."""

    id: str
    title: str
    reason: str
    source: str
    good: Case
    bad: Case
    check: Check
    profile: str = PROFILES[0]

    @property
    def severity(self) -> str:
        """``error`` for what breaks a deployment, ``warning`` for posture."""
        return "error" if self.id.startswith("E") else "warning"

    def findings(self, tree: Tree) -> Iterator[Finding]:
        """Run the check over a tree."""
        for hit in self.check(tree):
            stack, resource = (hit.place, None) if isinstance(hit.place, Stack) else (hit.place.stack, hit.place)
            yield Finding(
                rule=self.id,
                severity=self.severity,
                message=hit.message,
                fix=hit.fix,
                link=self.source,
                stack=stack.path,
                file=stack.file,
                logical_id=resource.id if resource else "",
                path=_below(hit.path, resource),
            )


def rule(
    *,
    id: str,  # noqa: A002 - what rules call it
    title: str,
    reason: str,
    source: str,
    good: Case,
    bad: Case,
    profile: str = PROFILES[0],
) -> Callable[[Check], Rule]:
    """Make a check function a rule; the module's one rule is then named ``check``."""

    def decorate(check: Check) -> Rule:
        return Rule(id=id, title=title, reason=reason, source=source, good=good, bad=bad, profile=profile, check=check)

    return decorate


def _below(path: str | Path, resource: Resource | None) -> Path:
    keys = (
        tuple(int(key) if key.isdecimal() else key for key in path.split(".") if key) if isinstance(path, str) else path
    )
    return ("Properties", *keys) if resource and keys and keys[0] not in resource.raw else keys
