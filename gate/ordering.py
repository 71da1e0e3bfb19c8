"""What CloudFormation creates before what: by references and ``DependsOn``, across the borders of nested stacks.

A nested stack is one resource of its parent: what depends on it waits for everything in it.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html
"""

from __future__ import annotations

from collections.abc import Iterable

from gate.tree import Resource


def before(first: Resource, second: Resource) -> bool:
    """Tell whether the first resource is surely finished before the second one is begun."""
    for one, other in zip(_lineage(first), _lineage(second), strict=False):
        if one is not other:
            return _waits(other, one)
    return False


def unordered(needed: Iterable[Resource], resource: Resource) -> list[Resource]:
    """Return those of the needed resources for which a resource does not wait."""
    return [each for each in needed if each is not resource and not before(each, resource)]


def _lineage(resource: Resource) -> list[Resource]:
    """Return the nested stacks around a resource, the outermost first, and the resource itself."""
    found = [resource]
    while (outer := found[-1].stack.resource) is not None:
        found.append(outer)
    return found[::-1]


def _waits(resource: Resource, wanted: Resource) -> bool:
    """Tell whether a resource depends on another one of its stack, directly or by way of others."""
    siblings = resource.stack.resources
    seen: set[str] = set()
    todo = [resource.id]
    while todo:
        for name in siblings[todo.pop()].dependencies - seen:
            if name == wanted.id:
                return True
            seen.add(name)
            if siblings[name].condition is not False:
                todo.append(name)
    return False
