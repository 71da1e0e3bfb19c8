"""Who may connect to whom: security-group rules between the resources that hold the groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gate.network import Way, way_out
from gate.security_groups import Opening, openings
from gate.tree import Resource, Tree, as_text
from views.diagram.places import groups, placed

ANYWHERE = "0.0.0.0/0"
RULES = ("AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress")
_GROUP = "AWS::EC2::SecurityGroup"


@dataclass(frozen=True)
class Flow:
    """``source`` may open connections to ``target``; one of them is None if that is the internet."""

    source: Resource | None
    target: Resource | None
    port: str


def flows(tree: Tree) -> list[Flow]:
    """Return every flow that security groups let through, in the order of the templates, once each.

    Without a route out of its subnets, a resource has none with the internet.
    """
    return list(dict.fromkeys(_flows(tree)))


def _flows(tree: Tree) -> Iterator[Flow]:
    holders: dict[Resource, list[Resource]] = {}
    where = placed(tree)
    for resource in where:
        for group in groups(tree, resource):
            holders.setdefault(group, []).append(resource)
    for opening in openings(tree):
        mine = holders.get(_group(tree, opening), [])
        if as_text(opening.rule_property("CidrIp")) == ANYWHERE:
            out = opening.direction == "egress"
            reaching = [each for each in mine if any(way_out(tree, subnet) is not Way.NONE for subnet in where[each])]
            yield from (Flow(each if out else None, None if out else each, said(opening)) for each in reaching)
    for source, target, port in between_groups(tree):
        for one in holders.get(source, []):
            yield from (Flow(one, other, port) for other in holders.get(target, []))


def between_groups(tree: Tree) -> Iterator[tuple[Resource, Resource, str]]:
    """Yield ``(source, target, port)`` of every rule that lets one security group into another."""
    for opening in openings(tree):
        source = tree.target(opening.rule_property("SourceSecurityGroupId"), _GROUP)
        if source and opening.direction == "ingress":
            yield source, _group(tree, opening), said(opening)


def _group(tree: Tree, opening: Opening) -> Resource:
    return tree.target(opening.rule_property("GroupId"), _GROUP) or opening.place


def said(opening: Opening) -> str:
    """Say the protocol and the ports of a rule: ``tcp 5432``."""
    if opening.protocol == "-1":
        return "everything"
    if opening.ports is None:
        return opening.protocol or "?"
    first, last = opening.ports
    return f"{opening.protocol} {first}" if first == last else f"{opening.protocol} {first}-{last}"
