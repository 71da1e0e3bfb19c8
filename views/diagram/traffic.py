"""Who may connect to whom: security-group rules between the resources that hold the groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gate.security_groups import Opening, openings
from gate.tree import Resource, Tree, as_text
from views.diagram.places import groups, placed

ANYWHERE = "0.0.0.0/0"


@dataclass(frozen=True)
class Flow:
    """``source`` may open connections to ``target``; one of them is None if that is the internet."""

    source: Resource | None
    target: Resource | None
    port: str


def flows(tree: Tree) -> list[Flow]:
    """Return every flow that security groups let through, in the order of the templates, once each."""
    return list(dict.fromkeys(_flows(tree)))


def _flows(tree: Tree) -> Iterator[Flow]:
    holders: dict[Resource, list[Resource]] = {}
    for resource in placed(tree):
        for group in groups(tree, resource):
            holders.setdefault(group, []).append(resource)
    for opening in openings(tree):
        own = tree.target(opening.rule_property("GroupId"), "AWS::EC2::SecurityGroup") or opening.place
        mine = holders.get(own, [])
        anywhere = as_text(opening.rule_property("CidrIp")) == ANYWHERE
        if opening.direction == "egress":
            if anywhere:
                yield from (Flow(holder, None, said(opening)) for holder in mine)
            continue
        if anywhere:
            yield from (Flow(None, holder, said(opening)) for holder in mine)
        other = tree.target(opening.rule_property("SourceSecurityGroupId"), "AWS::EC2::SecurityGroup")
        for source in holders.get(other, []) if other else []:
            yield from (Flow(source, holder, said(opening)) for holder in mine)


def said(opening: Opening) -> str:
    """Say the protocol and the ports of a rule: ``tcp 5432``."""
    if opening.protocol == "-1":
        return "everything"
    if opening.ports is None:
        return opening.protocol or "?"
    first, last = opening.ports
    return f"{opening.protocol} {first}" if first == last else f"{opening.protocol} {first}-{last}"
