"""What CloudFormation tells us, as plain data: all that decisions and printing ever see.

A *stack path* names a nested stack by the logical ids that lead to it, ``Database`` or ``Compute/Worker``; the root
is the empty string. A *resource path* adds the resource's logical id: ``Database/Cluster``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

STACK_TYPE = "AWS::CloudFormation::Stack"

Template = dict[str, Any]
"""One decoded template, intrinsic functions in their long form."""

Tree = dict[str, Template]
"""Templates by stack path."""


def join(stack_path: str, logical_id: str) -> str:
    """Return the path of a resource, or of the nested stack that it is."""
    return f"{stack_path}/{logical_id}" if stack_path else logical_id


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A stack as DescribeStacks shows it."""

    name: str
    id: str
    status: str
    reason: str = ""
    created: datetime | None = None
    updated: datetime | None = None
    protected: bool = False
    outputs: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A resource of a deployed stack as ListStackResources shows it."""

    stack_path: str
    logical_id: str
    physical_id: str
    type: str
    status: str

    @property
    def path(self) -> str:
        """Where the resource is in the tree of stacks."""
        return join(self.stack_path, self.logical_id)


@dataclass(frozen=True, kw_only=True)
class Event:
    """A stack event; ``physical_id`` equals ``stack_id`` where a stack speaks of itself."""

    id: str
    stack_id: str
    logical_id: str
    physical_id: str
    type: str
    status: str
    time: datetime
    reason: str = ""

    @property
    def of_stack(self) -> bool:
        """Whether the stack speaks of itself."""
        return self.physical_id == self.stack_id

    @property
    def nested_id(self) -> str:
        """The id of the nested stack that the event is about, or an empty string."""
        return self.physical_id if self.type == STACK_TYPE and not self.of_stack else ""


@dataclass(frozen=True, kw_only=True)
class Detail:
    """One reason why a resource changes: which property, from what to what, and what caused it."""

    attribute: str = "Properties"
    name: str = ""
    path: str = ""
    recreation: str = "Never"
    evaluation: str = "Static"
    source: str = ""
    cause: str = ""
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, kw_only=True)
class Change:
    """One resource of a change set, or of a comparison of two trees."""

    stack_path: str
    logical_id: str
    type: str
    action: str
    physical_id: str = ""
    replacement: str = ""
    policy_action: str = ""
    details: tuple[Detail, ...] = ()
    change_set_id: str = ""

    @property
    def path(self) -> str:
        """Where the resource is in the tree of stacks."""
        return join(self.stack_path, self.logical_id)


@dataclass(frozen=True, kw_only=True)
class ChangeSet:
    """A change set of one stack."""

    id: str
    name: str
    stack_id: str
    status: str
    execution: str
    reason: str = ""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Validation:
    """What pre-deployment validation says of one resource."""

    stack_path: str
    logical_id: str
    type: str
    name: str
    property_path: str
    reason: str
    fails: bool

    @property
    def path(self) -> str:
        """Where the resource is in the tree of stacks."""
        return join(self.stack_path, self.logical_id)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One property that is not what the template says."""

    property_path: str
    expected: str
    actual: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class Drifted:
    """A resource that was changed or deleted behind CloudFormation's back."""

    path: str
    type: str
    physical_id: str
    status: str
    differences: tuple[Difference, ...] = ()
