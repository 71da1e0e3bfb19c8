"""The whole-tree checks, one rule per file. Ids by family.

E90xx structure of the tree; E91xx a value against what its service accepts; E92xx resources against each other;
E93xx hand-overs between stacks; E94xx permissions; E95xx runtime wiring; W96xx production posture.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from gate.rule import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """Import every rule of this folder; give them in the order of their ids."""
    rules = [import_module(f"{__name__}.{module.name}").check for module in iter_modules(__path__)]
    return tuple(sorted(rules, key=lambda rule: rule.id))
