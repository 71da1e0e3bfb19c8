"""One instance of a template in the tree, and its resources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gate.tree import constraints, structure
from gate.tree.evaluate import decide, evaluate
from gate.tree.problems import Problem, TreeError
from gate.tree.resource import Resource
from gate.tree.values import Pseudo, Reference, Unknown, Value, concat, derived, split

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gate.tree.load import Template
    from gate.tree.tree import Tree
    from gate.tree.values import Path, Raw

STACK_TYPE = "AWS::CloudFormation::Stack"
MAX_NESTING = 20
"""Levels of stacks below each other; deeper trees are taken for a mistake."""


class Stack:
    """One instance of a template: ``path`` is ``root``, ``root/Network``, ``root/Network/Endpoints``...

    ``resource`` is the nested-stack resource that makes it; None for the root.
    """

    def __init__(self, tree: Tree, path: str, template: Template, resource: Resource | None) -> None:
        """Prepare the instance; nothing is evaluated yet."""
        self.tree, self.path, self.template, self.resource = tree, path, template, resource
        self.children: dict[str, Stack] = {}
        self._values: dict[Path, Value] = {}
        self._open: set[Path] = set()
        self.resources: dict[str, Resource] = {
            name: Resource(self, name, kind, raw)
            for name, raw in template.section("Resources").items()
            if isinstance(raw, dict) and isinstance(kind := raw.get("Type"), str)
        }

    def __repr__(self) -> str:
        """Show the path and the file."""
        return f"{self.path} ({self.template.file})"

    @property
    def file(self) -> str:
        """The template, relative to the folder of the tree."""
        return self.template.file

    @property
    def parent(self) -> Stack | None:
        """The stack that nests this one; None for the root."""
        return self.resource.stack if self.resource else None

    # --- what rules ask -------------------------------------------------------------------------------------------

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """The parameters that the template declares."""
        return tuple(self.template.section("Parameters"))

    def parameter(self, name: str) -> Value:
        """Return the value of a parameter; a list-typed one is a list. None if the template does not declare it."""
        if name not in self.template.section("Parameters"):
            return None
        return self._once(("Parameters", name), lambda: self._parameter(name))

    def given(self, name: str) -> Value:
        """Return what is given for a parameter, before its type applies: from the parent, the file, or its default."""
        return self._once(("Parameters", name, "given"), lambda: self._given(name))

    @property
    def outputs(self) -> dict[str, Value]:
        """All outputs whose condition does not rule them out."""
        values = {name: self.output(name) for name in self.template.section("Outputs")}
        return {name: value for name, value in values.items() if value is not None}

    def output(self, name: str) -> Value:
        """Return the value of an output; None if there is none of this name, or its condition is false."""
        body = self.template.section("Outputs").get(name)
        if not isinstance(body, dict) or "Value" not in body:
            return None
        at: Path = ("Outputs", name, "Value")
        condition = body.get("Condition")
        truth = self.condition(condition, ("Outputs", name, "Condition")) if isinstance(condition, str) else True
        if truth is False:
            return None
        value = self.piece(at, body["Value"])
        if isinstance(value, list | dict):
            value = concat(joined(value)) if isinstance(value, list) else Unknown("an object as an output")
        return value if truth else derived("an output whose condition cannot be decided", value)

    def export_name(self, name: str) -> Value:
        """Return the name under which an output is exported; None if it is not."""
        body = self.template.section("Outputs").get(name)
        export = body.get("Export") if isinstance(body, dict) else None
        if not isinstance(export, dict) or "Name" not in export:
            return None
        return self.piece(("Outputs", name, "Export", "Name"), export["Name"])

    def condition(self, name: str, at: Path = ()) -> bool | None:
        """Return whether a condition of the template holds; None if that cannot be known."""
        conditions = self.template.section("Conditions")
        if name not in conditions:
            if not self.template.opaque:
                self.problem("undefined-condition", at, f"the condition {name} is not defined", structure.FIX)
            return None
        here: Path = ("Conditions", name)
        value = self._once(here, lambda: decide(self, conditions[name], here))
        return value if isinstance(value, bool) else None

    def piece(self, at: Path, raw: Raw) -> Value:
        """Evaluate what is written at a place of the template; the same place is evaluated once."""
        return self._once(at, lambda: evaluate(self, raw, at))

    def child(self, logical_id: str) -> Stack | None:
        """Return the stack that a nested-stack resource makes; None if its template is not in the tree."""
        if logical_id not in self.children:
            self._once(("Resources", logical_id, "child"), lambda: self._grow(self.resources[logical_id]))
        return self.children.get(logical_id)

    # --- what functions ask (evaluate.Scope) ----------------------------------------------------------------------

    def ref(self, name: str, at: Path) -> Value:
        """Return the value of ``Ref``."""
        if name.startswith("AWS::"):
            return self._pseudo(name, at)
        if name in self.template.section("Parameters"):
            return self.parameter(name)
        if name in self.resources:
            return self._live(name, "Ref", at)
        return Unknown(f"{name} is not defined")

    def get_att(self, logical_id: str, attribute: str, at: Path) -> Value:
        """Return the value of ``Fn::GetAtt``: a Reference, or what the child stack's output is."""
        resource = self.resources.get(logical_id)
        if resource is None:
            return Unknown(f"{logical_id} is not defined")
        live = self._live(logical_id, attribute, at)
        if isinstance(live, Unknown) or resource.type != STACK_TYPE or not attribute.startswith("Outputs."):
            return live
        child = self.child(logical_id)
        if child is None:
            return Unknown(f"an output of {logical_id}, whose template is not in the tree")
        name = attribute.removeprefix("Outputs.")
        value = child.output(name)
        if value is None and not child.template.opaque:
            why = (
                "its condition is false"
                if name in child.template.section("Outputs")
                else f"{child.file} has no such output"
            )
            self.problem(
                "missing-output", at, f"{logical_id} gives no output {name}: {why}", f"Add {name} to the outputs."
            )
        return Unknown(f"no output {name} of {logical_id}") if value is None else value

    def mapping(self, name: str) -> Raw:
        """Return a mapping as written."""
        return self.template.section("Mappings").get(name)

    def imported(self, name: Value, at: Path) -> Value:
        """Return what the tree exports under a name; Unknown if that comes from elsewhere."""
        return self.tree.imported(self, name, at)

    def literal(self, value: Value) -> Value:
        """Return the value with the references replaced whose text is known."""
        return self.tree.literal(value)

    def problem(self, code: str, at: Path, message: str, fix: str = "") -> None:
        """Record a structural problem of this stack."""
        self.tree.record(Problem(code, self.path, self.template.file, at, message, fix))

    # --- evaluation -----------------------------------------------------------------------------------------------

    def _once(self, at: Path, compute: Callable[[], Value]) -> Value:
        """Evaluate a piece at most once; one that needs itself is a cycle, too long a chain is given up."""
        if at in self._values:
            return self._values[at]
        if at in self._open:
            what = ".".join(map(str, at[:2]))
            self.problem("cycle", at[:2], f"{what} depends on itself", "Break the circle of references.")
            return Unknown(f"a cycle through {what}")
        self._open.add(at)
        try:
            value = compute()
        except RecursionError:
            value = Unknown("a chain of references that is too long")
        finally:
            self._open.discard(at)
        self._values[at] = value
        return value

    def _grow(self, resource: Resource) -> None:
        template = self.tree.folder.child(self, resource)
        if template is None:
            return
        lineage: list[Stack] = [self]
        while lineage[-1].parent:
            lineage.append(lineage[-1].parent)
        files = [stack.file for stack in reversed(lineage)]
        fix = f"Change TemplateURL of {resource.id}."
        if template.file in files:
            raise TreeError(f"a cycle of stacks: {' -> '.join([*files, template.file])}", file=self.file, fix=fix)
        if len(files) > MAX_NESTING:
            raise TreeError(f"stacks are nested deeper than {MAX_NESTING} levels", file=self.file, fix=fix)
        stack = Stack(self.tree, f"{self.path}/{resource.id}", template, resource)
        self.children[resource.id] = stack
        self.tree.register(stack)

    def _live(self, name: str, attribute: str, at: Path) -> Value:
        resource = self.resources[name]
        if resource.condition is False:
            fix = "Use the same condition on both sides, or Fn::If."
            self.problem("inactive-reference", at, f"{name} does not exist here: its condition is false", fix)
            return Unknown(f"{name}, whose condition is false")
        return Reference(self.path, name, resource.type, attribute)

    def _pseudo(self, name: str, at: Path) -> Value:
        context = self.tree.context
        stack_name = context.stack_name if self.parent is None else None
        sample = "-".join([context.stack_name or "stack", *self.path.split("/")[1:]])
        known: dict[str, Value] = {
            "AWS::Region": context.region,
            "AWS::Partition": context.partition,
            "AWS::URLSuffix": context.url_suffix,
            "AWS::AccountId": context.account or Pseudo(name, "", "123456789012"),
            "AWS::StackName": stack_name or Pseudo(name, self.path, sample + ("-1ABCDEFGHIJKL" if self.parent else "")),
            "AWS::NotificationARNs": Unknown("the notification topics of the stack"),
            "AWS::NoValue": None,
        }
        if name == "AWS::StackId":
            prefix = (
                f"arn:{context.partition}:cloudformation:{context.region}:{context.account or '123456789012'}:stack/"
            )
            return Pseudo(name, self.path, f"{prefix}{sample}/51af3dc0-da77-11e4-872e-1234567db123")
        if name not in known:
            self.problem("unresolved-reference", at, f"there is no pseudo parameter {name}")
        return known.get(name, Unknown(f"there is no pseudo parameter {name}"))

    def _given(self, name: str) -> Value:
        declared = self.template.section("Parameters").get(name)
        default = declared.get("Default") if isinstance(declared, dict) else None
        value: Value = None
        if self.resource is not None:
            passed = self.passed()
            if passed is None:
                return Unknown(f"what {self.path} is given for its parameters")
            if name in passed:
                value = evaluate(
                    self.resource.stack, passed[name], (*self.resource.at, "Properties", "Parameters", name)
                )
        elif self.tree.parameters is not None:
            value = self.tree.parameters.get(name)
        if value is not None:
            return value
        return Unknown("a default that is no text") if isinstance(default, list | dict) else default

    def passed(self) -> Mapping[str, Raw] | None:
        """Return the parameters the parent passes, as written; None for the root, or if they are no plain object."""
        properties = self.resource.raw.get("Properties") if self.resource else None
        passed = properties.get("Parameters", {}) if isinstance(properties, dict) else None
        if not isinstance(passed, dict) or any(key.startswith("Fn::") for key in passed):
            return None
        return passed

    def _parameter(self, name: str) -> Value:
        kind = constraints.type_of(self.template.section("Parameters").get(name))
        value = self.given(name)
        if value is None:
            return Unknown(f"no value is given for the parameter {name}")
        if kind.startswith("AWS::SSM::Parameter::Value<"):
            return Unknown(f"the parameter {name} is read from Systems Manager at deployment")
        if isinstance(value, dict):
            return Unknown(f"an object given for the parameter {name}")
        if not constraints.is_list(kind):
            return concat(joined(value)) if isinstance(value, list) else value
        values = split(value, ",") if not isinstance(value, list) else value
        if not isinstance(values, list):
            return values
        nested = Unknown(f"a list or an object inside the list {name}")
        flat = [nested if isinstance(item, list | dict) else item for item in values]
        return [item.strip() if isinstance(item, str) else item for item in flat]


def joined(values: list[Value]) -> list[Value]:
    """Put commas between the items of a list, as CloudFormation passes it on."""
    return [part for value in values for part in (",", value)][1:]
