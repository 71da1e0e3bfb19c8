"""What every engine of the gate reports, in one shape."""

from __future__ import annotations

from dataclasses import dataclass

from gate.tree import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that stands in the way of a deployment, or that a reviewer should know.

    ``stack`` is the path of the stack instance (``root/Network``), ``file`` its template below the tree's folder,
    ``path`` the place below the resource (``("Properties", "CidrBlock")``). ``line`` is a line of ``file``, ``source``
    the ``file:line`` of the tier that made the resource; both are None where they are not known.
    """

    rule: str
    severity: str
    message: str
    fix: str
    link: str
    stack: str
    file: str
    logical_id: str = ""
    path: Path = ()
    line: int | None = None
    source: str | None = None
