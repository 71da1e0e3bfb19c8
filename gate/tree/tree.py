"""The whole tree: all stacks with their values, and the questions that checks ask of it."""

from __future__ import annotations

import contextlib
import functools
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import TYPE_CHECKING

from gate.tree import identity
from gate.tree.audit import audit
from gate.tree.load import Folder
from gate.tree.problems import Problem, TreeError
from gate.tree.resource import Resource
from gate.tree.stack import STACK_TYPE, Stack
from gate.tree.values import Path, Reference, Unknown, Value, references, show, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gate.tree.load import Template

MAX_STACKS = 500
"""Stack instances in one tree; more can only come from templates that multiply each other."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """Where the tree is deployed. Without ``account`` or ``stack_name`` these stay typed placeholders (``Pseudo``)."""

    region: str = "us-east-1"
    account: str | None = None
    stack_name: str | None = None

    @property
    def partition(self) -> str:
        """``aws``, ``aws-cn``, ``aws-us-gov``... as the region's name says.

        Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
        """
        prefixes = {"cn-": "aws-cn", "us-gov-": "aws-us-gov", "us-iso-": "aws-iso", "us-isob-": "aws-iso-b"}
        prefixes |= {"us-isof-": "aws-iso-f", "eu-isoe-": "aws-iso-e", "eusc-": "aws-eusc"}
        return next((name for prefix, name in prefixes.items() if self.region.startswith(prefix)), "aws")

    @property
    def url_suffix(self) -> str:
        """The domain of the partition's services."""
        suffixes = {"aws-cn": "amazonaws.com.cn", "aws-iso": "c2s.ic.gov", "aws-iso-b": "sc2s.sgov.gov"}
        suffixes |= {"aws-iso-f": "csp.hci.ic.gov", "aws-iso-e": "cloud.adc-e.uk", "aws-eusc": "amazonaws.eu"}
        return suffixes.get(self.partition, "amazonaws.com")


@dataclass(frozen=True)
class Use:
    """One place where a resource refers to another: the property ``path`` of ``resource`` has ``reference`` in it."""

    resource: Resource
    path: Path
    reference: Reference


class Tree:
    """All stack instances below a root template, evaluated lazily with the values of one environment."""

    def __init__(self, root: Template, folder: Folder, context: Context, parameters: Mapping[str, str] | None) -> None:
        """Load the children of the root template and theirs; raises TreeError. See ``load_tree``."""
        self.context = context
        self.parameters = parameters
        self.folder = folder
        self._problems: dict[Problem, None] = {}
        self._mirrors: dict[Reference, Value] = {}
        self.stacks: dict[str, Stack] = {}
        self.root = Stack(self, "root", root, None)
        self.register(self.root)
        self.stacks = {stack.path: stack for stack in self._below(self.root)}

    def register(self, stack: Stack) -> None:
        """Note a stack that came to be; raises TreeError if there are too many."""
        self.stacks[stack.path] = stack
        if len(self.stacks) > MAX_STACKS:
            raise TreeError(f"the tree has more than {MAX_STACKS} stacks", file=stack.file, fix="Nest fewer stacks.")

    def _below(self, stack: Stack) -> Iterator[Stack]:
        """Yield a stack and those below it, in the order of the templates."""
        yield stack
        for resource in stack.resources.values():
            if resource.type == STACK_TYPE and resource.condition is not False:
                child = stack.child(resource.id)
                if child:
                    yield from self._below(child)

    # --- finding resources ----------------------------------------------------------------------------------------

    def resources(self, *types: str) -> Iterator[Resource]:
        """Yield the resources of all stacks that are created, or may be (``condition`` None), of these types or all."""
        for stack in self.stacks.values():
            for resource in stack.resources.values():
                if (not types or resource.type in types) and resource.condition is not False:
                    yield resource

    def resource(self, path: str) -> Resource | None:
        """Return the resource at ``root/Network.Vpc``; None if there is none."""
        stack, _, name = path.rpartition(".")
        return self.stacks[stack].resources.get(name) if stack in self.stacks else None

    def at(self, reference: Reference) -> Resource:
        """Return the resource that a Reference names."""
        return self.stacks[reference.stack].resources[reference.id]

    def target(self, value: Value, *types: str) -> Resource | None:
        """Return the resource that a value denotes, of these types if given.

        A reference, a text made with one (an ARN, an id, ``${Bucket.Arn}/*``), or a literal that equals the name of
        a resource of the tree or an ARN with that name.
        """
        return identity.target(self, value, types)

    def targets(self, value: Value, *types: str) -> list[Resource]:
        """Return the resources that the items of a list denote, in order; those that are none are left out."""
        found = (self.target(item, *types) for item in (value if isinstance(value, list) else [value]))
        return [resource for resource in found if resource is not None]

    # --- comparing values -----------------------------------------------------------------------------------------

    def literal(self, value: Value) -> Value:
        """Return the value with each reference replaced whose text is known: a given name, ``CidrBlock`` of a VPC."""
        return identity.literal(self, value)

    def same(self, left: Value, right: Value) -> bool | None:
        """Tell whether two values will be equal; None if that cannot be known."""
        return identity.same(self, left, right)

    def name(self, resource: Resource) -> Value:
        """Return the physical name that the template gives to a resource; None if it lets AWS make one up."""
        return identity.name(self, resource)

    # --- who uses whom --------------------------------------------------------------------------------------------

    @functools.cached_property
    def _uses(self) -> dict[tuple[str, str], list[Use]]:
        found: dict[tuple[str, str], list[Use]] = {}
        for resource in self.resources():
            if resource.type == STACK_TYPE:
                continue
            for path, value in walk(resource.properties):
                if not isinstance(value, list | dict):
                    for reference in references(value):
                        found.setdefault((reference.stack, reference.id), []).append(Use(resource, path, reference))
        return found

    def referrers(self, resource: Resource, *types: str) -> list[Use]:
        """Return who refers to a resource, from any stack of the tree; only referrers of these types if given.

        What a parent merely passes on to a child is not counted: the resource that uses it is.
        """
        found = self._uses.get((resource.stack.path, resource.id), [])
        return [use for use in found if not types or use.resource.type in types]

    # --- problems -------------------------------------------------------------------------------------------------

    def record(self, problem: Problem) -> None:
        """Note a structural problem; the same one counts once."""
        self._problems.setdefault(problem)

    @functools.cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that CloudFormation would refuse about the structure; evaluates the whole tree."""
        audit(self)
        return tuple(self._problems)

    def imported(self, stack: Stack, name: Value, at: Path) -> Value:
        """Return what a stack of the tree exports under a name; Unknown, with a problem recorded, if none does."""
        if isinstance(name, Unknown) or not identity.hashable(name):
            return Unknown("an import whose name is not known")
        undecided = False
        for other in self.stacks.values():
            for output in other.template.section("Outputs"):
                exported = other.export_name(output)
                if exported is not None and (match := self.same(exported, name)) is not False:
                    if match:
                        value = other.output(output)
                        return Unknown(f"the export {name} is switched off") if value is None else value
                    undecided = True
        if not undecided:
            fix = "Export it, or pass the value as a parameter."
            stack.problem("missing-export", at, f"no stack of the tree exports {show(name)}", fix)
        return Unknown(f"the import of {show(name)}")

    # --- what identity asks ---------------------------------------------------------------------------------------

    def mirror(self, reference: Reference) -> Value:
        """Return the text of a reference if it is known, else the reference; remembered."""
        if reference not in self._mirrors:
            self._mirrors[reference] = reference  # what a value sees that leads back to itself
            with contextlib.suppress(RecursionError):
                self._mirrors[reference] = identity.mirrored(self, reference)
        return self._mirrors[reference]

    @functools.cached_property
    def _names(self) -> dict[Value, list[Resource]]:
        found: dict[Value, list[Resource]] = {}
        for resource in self.resources():
            if identity.named_itself(resource) and identity.hashable(name := self.name(resource)):
                found.setdefault(name, []).append(resource)
        return found

    def named(self, name: Value) -> list[Resource]:
        """Return the resources with this physical name."""
        return self._names.get(name, []) if identity.hashable(name) else []


def load_tree(
    root: str | FilePath,
    *,
    folder: str | FilePath | None = None,
    parameters: Mapping[str, str] | None = None,
    context: Context | None = None,
) -> Tree:
    """Load the tree below a root template and return it, unevaluated.

    ``folder`` holds the templates (default: the folder of the root). ``parameters`` are the root's values; None means
    that none are known yet, so a missing one is Unknown and no problem. Raises TreeError.
    """
    file = FilePath(root)
    base = Folder(FilePath(folder) if folder else file.parent)
    name = (
        file.name
        if folder is None
        else file.relative_to(folder).as_posix()
        if file.is_relative_to(folder)
        else str(root)
    )
    return Tree(base.template(name), base, context or Context(), parameters)
