"""The gate's rules inside cfn-lint, and so in every editor that runs it: ``.cfnlintrc`` names this folder.

A template is judged as the root of its tree, with the defaults of its parameters. What is found in a nested stack is
shown at the resource that nests it.
"""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cfnlint.rules import CloudFormationLintRule, RuleMatch

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # cfn-lint loads this file by its path

from gate.rule import Rule
from gate.rules import all_rules
from gate.tree import Context, Tree, TreeError, load_tree

if TYPE_CHECKING:
    from cfnlint.template import Template

    from gate.finding import Finding


class _GateRule(CloudFormationLintRule):
    """A rule of the gate as cfn-lint knows it."""

    rule: Rule

    def match(self, cfn: Template) -> list[RuleMatch]:
        """Report what the rule finds in the tree below a template."""
        file = Path(cfn.filename or "")
        tree = _tree(file, file.stat().st_mtime_ns, cfn.regions[0]) if file.is_file() else None
        return [_match(finding) for finding in self.rule.findings(tree)] if tree else []


@functools.lru_cache(maxsize=4)
def _tree(file: Path, _: int, region: str) -> Tree | None:
    try:
        return load_tree(file, context=Context(region=region))
    except TreeError:
        return None  # cfn-lint itself says what is wrong with the file


def _match(finding: Finding) -> RuleMatch:
    _, *nested = finding.stack.split("/")
    place = [*(["Resources", finding.logical_id] if finding.logical_id else []), *finding.path]
    message = f"{finding.message}. {finding.fix}"
    if nested:
        return RuleMatch(["Resources", nested[0]], f"{'.'.join(map(str, [finding.stack, *place]))}: {message}")
    return RuleMatch(place, message)


def _class(rule: Rule) -> type[_GateRule]:
    about: dict[str, Any] = {"id": rule.id, "shortdesc": rule.title, "description": rule.reason, "rule": rule}
    return type(rule.id, (_GateRule,), {**about, "source_url": rule.source, "tags": ["gate"]})


globals().update({rule.id: _class(rule) for rule in all_rules()})
