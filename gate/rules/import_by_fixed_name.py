"""An import, by a name written into the template, of what no stack of the tree exports."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.structure import hit
from gate.tree import Path, Raw, Stack, Tree
from gate.tree.structure import names

_TEMPLATE = """
Parameters:
  NetworkStack: {{Type: String, Default: network}}
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: workers
      VpcId: {{"Fn::ImportValue": {name}}}
"""


@rule(
    id="W9681",
    title="What another stack exports is named by a parameter",
    reason=(
        "A stack fails with 'No export named ... found' wherever nobody exports the name. A tree may rely on a stack "
        "outside it, but then says so in a parameter; a fixed name works in one account and region, or in none."
    ),
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-importvalue.html",
    profile="production",
    good=_TEMPLATE.format(name='!Sub "${NetworkStack}-vpc"'),
    bad=_TEMPLATE.format(name="network-vpc"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Report imports from outside whose name depends on no parameter."""
    for problem in tree.problems:
        stack = tree.stacks[problem.stack]
        if problem.code == "missing-export" and not names(_at(stack, problem.path)) & set(stack.parameter_names):
            yield hit(tree, problem)


def _at(stack: Stack, path: Path) -> Raw:
    node: Raw = stack.template.body
    for key in path:
        node = node[key]  # type: ignore[index]  # the place of something that was evaluated
    return node
