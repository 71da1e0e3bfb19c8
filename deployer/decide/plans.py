"""What a deployment would do, and whether it may."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deployer.decide.changes import needs_consent

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from deployer.decide.states import Move
    from deployer.model import Change, Stack, Validation

PREFIX = "streamflix-"
"""How the names of our change sets begin, so that leftovers are told from other people's."""

PROTECTION = "termination protection"
POLICY = "stack policy"


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A guard of a deployed stack that is not as it should be."""

    stack_path: str
    what: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What deploying one environment to one region would do.

    ``change_set_id`` is empty where there is nothing to execute. ``predicted`` means that the change set said nothing
    of nested stacks, so that their changes were worked out from the templates.
    """

    environment: str
    stack: str
    stack_id: str
    region: str
    account: str
    move: Move
    change_set_id: str = ""
    changes: tuple[Change, ...] = ()
    validations: tuple[Validation, ...] = ()
    settings: tuple[Setting, ...] = ()
    triggers: tuple[str, ...] = ()
    predicted: bool = False
    planned: Mapping[str, int] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.change_set_id and not self.settings


def change_set_name(request: Mapping[str, object], stack: Stack | None) -> str:
    """Return the name of the change set for a request: the same request on the same stack has the same name.

    So a run that was killed finds what it had made. Once a stack has been changed, its change sets get other names.
    """
    base = "new" if stack is None or stack.status == "REVIEW_IN_PROGRESS" else f"{stack.id} {stack.updated}"
    text = json.dumps([base, request], sort_keys=True)
    return PREFIX + hashlib.sha256(text.encode()).hexdigest()[:20]


NO_CHANGES = ("The submitted information didn't contain changes", "No updates are to be performed")
"""How CloudFormation says, in a FAILED change set, that there is nothing to do:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets-create.html"""


def no_changes(reason: str) -> bool:
    """Whether a failed change set failed only because nothing changes."""
    return any(words in reason for words in NO_CHANGES)


def forbidden(changes: Iterable[Change], allowed: Collection[str]) -> list[Change]:
    """Return the changes that lose data and were not allowed by name."""
    return [change for change in needs_consent(changes) if change.path not in allowed]


def unused(changes: Iterable[Change], allowed: Collection[str]) -> list[str]:
    """Return what was allowed, but is neither replaced nor removed: a typing error, most likely."""
    paths = {change.path for change in changes}
    return sorted(path for path in allowed if path not in paths)


def counts(changes: Iterable[Change], stack_type: str) -> dict[str, int]:
    """Return how many resources each stack path will touch, nested stacks aside."""
    found: dict[str, int] = {}
    for change in changes:
        if change.type != stack_type:
            found[change.stack_path] = found.get(change.stack_path, 0) + 1
    return found
