"""One instance of a template in the tree, and its resources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gate.tree import constraints
from gate.tree.evaluate import decide, evaluate
from gate.tree.problems import Problem
from gate.tree.resource import Resource
from gate.tree.values import Pseudo, Reference, Unknown, Value, concat, derived, split

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gate.tree.load import Template
    from gate.tree.tree import Tree
    from gate.tree.values import Path, Raw

STACK_TYPE = "AWS::CloudFormation::Stack"


class Stack:
    """One instance of a template: ``path`` is ``root``, ``root/Network``, ``root/Network/Endpoints``...

    ``resource`` is the nested-stack resource that makes it; None for the root.
    """

    def __init__(self, tree: Tree, path: str, template: Template, resource: Resource | None) -> None:
        """Prepare the instance; nothing is evaluated yet."""
        self.tree, self.path, self.template, self.resource = tree, path, template, resource
        self.children: dict[str, Stack] = {}
        self._values: dict[tuple[str, str], Value] = {}
        self._open: set[tuple[str, str]] = set()
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
        return self._once("parameter", name, ("Parameters", name), lambda: self._parameter(name))

    def given(self, name: str) -> Value:
        """Return what is given for a parameter, before its type applies: from the parent, the file, or its default."""
        return self._once("given", name, ("Parameters", name), lambda: self._given(name))

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
        value = self._once("output", name, at, lambda: evaluate(self, body["Value"], at))
        return value if truth else derived("an output whose condition cannot be decided", value)

    def export_name(self, name: str) -> Value:
        """Return the name under which an output is exported; None if it is not."""
        body = self.template.section("Outputs").get(name)
        export = body.get("Export") if isinstance(body, dict) else None
        if not isinstance(export, dict) or "Name" not in export:
            return None
        at: Path = ("Outputs", name, "Export", "Name")
        return self._once("export", name, at, lambda: evaluate(self, export["Name"], at))

    def condition(self, name: str, at: Path = ()) -> bool | None:
        """Return whether a condition of the template holds; None if that cannot be known."""
        conditions = self.template.section("Conditions")
        if name not in conditions:
            self.problem("undefined-condition", at, f"the condition {name} is not defined", "Define it in Conditions.")
            return None
        here: Path = ("Conditions", name)
        value = self._once("condition", name, here, lambda: decide(self, conditions[name], here))
        return value if isinstance(value, bool) else None

    def evaluate(self, raw: Raw, at: Path = ()) -> Value:
        """Evaluate any piece of the template in this stack; ``at`` is its place inside the template."""
        return evaluate(self, raw, at)

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
        child = self.children.get(logical_id)
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

    def _once(self, kind: str, name: str, at: Path, compute: Callable[[], Value]) -> Value:
        """Evaluate a named piece at most once; a piece that needs itself is a cycle."""
        key = (kind, name)
        if key in self._values:
            return self._values[key]
        if key in self._open:
            self.problem("cycle", at, f"the {kind} {name} depends on itself", "Break the circle of references.")
            return Unknown(f"a cycle through the {kind} {name}")
        self._open.add(key)
        try:
            value = compute()
        finally:
            self._open.discard(key)
        self._values[key] = value
        return value

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
        return (
            None
            if default is None
            else default
            if not isinstance(default, list | dict)
            else Unknown("a malformed default")
        )

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
        if not constraints.is_list(kind):
            return concat(_joined(value)) if isinstance(value, list) else value
        values = split(value, ",") if not isinstance(value, list) else value
        if not isinstance(values, list):
            return values
        trimmed = [item.strip() if isinstance(item, str) else item for item in values]
        return list(trimmed)


def _joined(values: list[Value]) -> list[Value]:
    return [part for value in values for part in (",", value)][1:]
