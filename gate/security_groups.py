"""What security groups let in.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gate.completeness import complete
from gate.network import denotes
from gate.tree import Path, Resource, Tree, Unknown, Value, as_int, as_text, dig, items

SOURCES = {
    "ingress": ("CidrIp", "CidrIpv6", "SourcePrefixListId", "SourceSecurityGroupId", "SourceSecurityGroupName"),
    "egress": ("CidrIp", "CidrIpv6", "DestinationPrefixListId", "DestinationSecurityGroupId"),
}
"""The properties with which a rule says who is at the other end."""
PORTS = {"tcp", "udp"}
"""The protocols that have ports."""
_NUMBERS = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6", "all": "-1"}


@dataclass(frozen=True)
class Opening:
    """One rule of a group: where it is written, and its properties."""

    place: Resource
    path: Path
    direction: str
    rule: Value

    @property
    def protocol(self) -> str | None:
        """``tcp``, ``udp``, ``icmp``, ``-1`` for all; None if it is not known."""
        given = as_text(self.rule_property("IpProtocol"))
        return None if given is None else _NUMBERS.get(given.lower(), given.lower())

    @property
    def ports(self) -> tuple[int, int] | None:
        """The first and the last port; None if that is not known."""
        first, last = as_int(self.rule_property("FromPort")), as_int(self.rule_property("ToPort"))
        return None if first is None or last is None else (first, last)

    @property
    def sources(self) -> dict[str, Value]:
        """Who is at the other end, by the property that says it."""
        found = {name: self.rule_property(name) for name in SOURCES[self.direction]}
        return {name: value for name, value in found.items() if value is not None}

    def rule_property(self, name: str) -> Value:
        """Return a property of the rule."""
        return dig(self.rule, name)

    def covers(self, protocol: str, port: int) -> bool | None:
        """Tell whether the rule is about a port; None if that is not known."""
        own = self.protocol
        if own == "-1":
            return True
        if own is None or own != protocol:
            return None if own is None else False
        if self.ports is None:
            return None
        first, last = self.ports
        return first == -1 or first <= port <= last


_STANDALONE = {"AWS::EC2::SecurityGroupIngress": "ingress", "AWS::EC2::SecurityGroupEgress": "egress"}


def openings(tree: Tree) -> Iterator[Opening]:
    """Yield every rule of the tree, those written inside a group and those that are resources of their own."""
    for group in tree.resources("AWS::EC2::SecurityGroup"):
        yield from inline(group)
    for rule in tree.resources(*_STANDALONE):
        yield Opening(rule, (), _STANDALONE[rule.type], rule.properties)


def inline(group: Resource) -> Iterator[Opening]:
    """Yield the rules that are written inside a group."""
    for direction in SOURCES:
        name = f"SecurityGroup{direction.capitalize()}"
        for index, rule in enumerate(items(group.get(name))):
            yield Opening(group, (name, index), direction, rule)


def ingress(tree: Tree, group: Resource) -> list[Opening] | None:
    """Return what a group lets in; None if not all of it is known."""
    found = [opening for opening in inline(group) if opening.direction == "ingress"]
    if isinstance(group.get("SecurityGroupIngress"), Unknown) or not complete(tree):
        return None
    for rule in tree.resources("AWS::EC2::SecurityGroupIngress"):
        target = rule.get("GroupId")
        if isinstance(target, Unknown):
            return None
        if denotes(tree, target, group):
            found.append(Opening(rule, (), "ingress", rule.properties))
    return found


def admits(
    tree: Tree, groups: Iterable[Resource], port: int, protocol: str = "tcp", peers: Iterable[Resource] | None = None
) -> bool | None:
    """Tell whether one of the groups lets a port in; None if that is not known.

    With ``peers``, a rule that names a group counts only if it is one of these; addresses count for all.
    """
    friends = None if peers is None else list(peers)
    undecided = False
    for group in groups:
        rules = ingress(tree, group)
        if rules is None:
            return None
        for opening in rules:
            covers = opening.covers(protocol, port)
            named = opening.rule_property("SourceSecurityGroupId")
            source = tree.target(named, "AWS::EC2::SecurityGroup")
            if covers is False or (friends is not None and source is not None and source not in friends):
                continue
            if covers is None:
                undecided = True
            else:
                return True
    return None if undecided else False


def groups(tree: Tree, value: Value) -> list[Resource] | None:
    """Return the security groups that a list denotes; None if one of them is not in the tree, or there is none."""
    listed = items(value)
    found = [tree.target(item, "AWS::EC2::SecurityGroup") for item in listed]
    return None if not found or None in found else [group for group in found if group]


def emits(
    tree: Tree,
    groups: Iterable[Resource],
    port: int,
    protocol: str = "tcp",
    peers: Iterable[Resource] | None = None,
) -> bool | None:
    """Tell whether one of the groups lets a port out; None if that is not known.

    A group without egress rules lets out everything. With ``peers``, a rule that names a group counts only if it is
    one of these; addresses count for all but those of the machine itself, with which an empty list is written.
    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html
    """
    friends = None if peers is None else list(peers)
    if not complete(tree):
        return None
    undecided = False
    for group in groups:
        written = group.get("SecurityGroupEgress")
        if written in (None, []):
            return True
        if isinstance(written, Unknown):
            return None
        rules = [opening for opening in inline(group) if opening.direction == "egress"]
        for rule in tree.resources("AWS::EC2::SecurityGroupEgress"):
            if isinstance(rule.get("GroupId"), Unknown):
                return None
            if denotes(tree, rule.get("GroupId"), group):
                rules.append(Opening(rule, (), "egress", rule.properties))
        for opening in rules:
            covers = opening.covers(protocol, port)
            target = tree.target(opening.rule_property("DestinationSecurityGroupId"), "AWS::EC2::SecurityGroup")
            foreign = friends is not None and target is not None and target not in friends
            nowhere = (as_text(opening.rule_property("CidrIp")) or "").startswith(("127.", "255.255.255.255"))
            if covers is False or foreign or nowhere:
                continue
            if covers is None:
                undecided = True
            else:
                return True
    return None if undecided else False
