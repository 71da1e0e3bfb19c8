"""Security group rules that EC2 refuses."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.security_groups import PORTS, SOURCES, Opening, openings
from gate.tree import Tree, Unknown, as_int

_TEMPLATE = """
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: web
      SecurityGroupIngress: [{{IpProtocol: tcp, FromPort: 443, ToPort: {last}, CidrIp: 10.0.0.0/8}}]
"""
_LAST_PORT = 65535


@rule(
    id="E9220",
    title="A security group rule has one other end and a range of ports",
    reason=(
        "EC2 refuses a rule without a source (or destination), with two of them, without ports for TCP or UDP, or with "
        "a range that ends before it starts."
    ),
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html",
    good=_TEMPLATE.format(last=443),
    bad=_TEMPLATE.format(last=80),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at every rule, inside a group or of its own."""
    for opening in openings(tree):
        if isinstance(opening.rule, dict):
            for message, fix in _judge(opening):
                yield Hit(opening.place, ("Properties", *opening.path), message, fix)


def _judge(opening: Opening) -> Iterator[tuple[str, str]]:
    names = ", ".join(SOURCES[opening.direction])
    if not opening.sources:
        yield f"the rule says nothing about the other end: {names}", "Give one of them."
    elif len(opening.sources) > 1 and not any(isinstance(value, Unknown) for value in opening.sources.values()):
        yield f"the rule has {' and '.join(opening.sources)}; it takes one", "Write two rules."
    if opening.protocol not in PORTS:
        return
    for name in ("FromPort", "ToPort"):
        value = opening.rule_property(name)
        number = as_int(value)
        if value is None:
            yield f"a rule for {opening.protocol} has no {name}", f"Give {name}."
        elif number is not None and not -1 <= number <= _LAST_PORT:
            yield f"{name} is {number}; ports go from 0 to {_LAST_PORT}", "Correct the port."
    if opening.ports and opening.ports[0] > opening.ports[1]:
        yield f"the ports {opening.ports[0]} to {opening.ports[1]} are no range", "Write the lower port into FromPort."
