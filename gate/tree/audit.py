"""Structural problems of a whole tree: everything is evaluated once, and each hand-over is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gate.tree import constraints, identity, structure
from gate.tree.evaluate import decide
from gate.tree.values import Unknown, show

if TYPE_CHECKING:
    from gate.tree.stack import Stack
    from gate.tree.tree import Tree
    from gate.tree.values import Value


def audit(tree: Tree) -> None:
    """Record every structural problem of the tree."""
    seen: set[str] = set()
    for stack in tree.stacks.values():
        if stack.file not in seen:
            seen.add(stack.file)
            for code, path, message in structure.undefined(stack.template):
                stack.problem(code, path, message, structure.FIX)
            _shapes(stack)
        _parameters(stack)
        for name in stack.template.section("Conditions"):
            stack.condition(name)
        for name in stack.template.section("Outputs"):
            stack.output(name)
            stack.export_name(name)
        _assertions(stack)
        _order(stack)
    _exports(tree)
    for resource in tree.resources():
        for name in resource.raw:
            if name not in {"Type", "Condition", "DependsOn", "Metadata"}:
                resource.attribute(name)


def _exports(tree: Tree) -> None:
    holders: dict[Value, str] = {}
    for stack in tree.stacks.values():
        for output, value in stack.outputs.items():
            name = None if isinstance(value, Unknown) else stack.export_name(output)
            if identity.hashable(name) and holders.setdefault(name, here := f"{stack.path}.{output}") != here:
                message = f"{holders[name]} and {here} both export {show(name)}"
                fix = "Make the name differ, for example by AWS::StackName."
                stack.problem("duplicate-export", ("Outputs", output, "Export", "Name"), message, fix)


def _shapes(stack: Stack) -> None:
    for name, body in stack.template.section("Resources").items():
        at = ("Resources", name)
        if not isinstance(body, dict):
            if not name.startswith("Fn::"):
                stack.problem("malformed", at, f"{name} is not an object", "Write Type and Properties.")
        elif not isinstance(body.get("Type"), str):
            stack.problem("malformed", at, f"{name} has no Type", "Give the type of the resource.")
        elif not isinstance(body.get("Properties", {}), dict):
            stack.problem(
                "malformed", (*at, "Properties"), f"the properties of {name} are not an object", "Write an object."
            )
    for name, body in stack.template.section("Outputs").items():
        if not name.startswith("Fn::") and not (isinstance(body, dict) and "Value" in body):
            stack.problem("malformed", ("Outputs", name), f"the output {name} has no Value", "Give its Value.")
    for name, body in stack.template.section("Parameters").items():
        if not (isinstance(body, dict) and isinstance(body.get("Type"), str)):
            stack.problem("malformed", ("Parameters", name), f"the parameter {name} has no Type", "Give its Type.")


def _parameters(stack: Stack) -> None:
    declared = stack.template.section("Parameters")
    passed = stack.passed() if stack.resource else stack.tree.parameters
    owner = stack.parent or stack
    base = (*stack.resource.at, "Properties", "Parameters") if stack.resource else ("Parameters",)
    for name in passed or ():
        if name not in declared and not stack.template.opaque:
            message = f"{stack.file} has no parameter {name}"
            owner.problem("extra-parameter", (*base, name), message, "Declare it there, or do not give it.")
    for name, body in declared.items():
        value = stack.parameter(name)
        given = stack.given(name)
        if given is None and passed is not None:
            message = f"the parameter {name} of {stack.path} has no default and gets no value"
            owner.problem(
                "missing-parameter", base if stack.resource else (*base, name), message, f"Give a value for {name}."
            )
            continue
        default = passed is None or name not in passed
        place, at = (stack, ("Parameters", name)) if default or stack.resource is None else (owner, (*base, name))
        if stack.resource and isinstance(given, list | dict):
            message = (
                f"the parameter {name} of {stack.path} is given {'a list' if isinstance(given, list) else 'an object'}"
            )
            owner.problem(
                "parameter-type", (*base, name), message, "A nested stack takes texts: join the list with Fn::Join."
            )
            continue
        for code, message in constraints.violations(body, value):
            place.problem(code, at, f"the parameter {name} of {stack.path}: {message}", "Give a value that it allows.")


def _assertions(stack: Stack) -> None:
    """Judge the Rules section (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html)."""
    for name, body in stack.template.section("Rules").items():
        rule = body if isinstance(body, dict) else {}
        when = rule.get("RuleCondition")
        if when is not None and decide(stack, when, ("Rules", name, "RuleCondition")) is not True:
            continue
        assertions = rule.get("Assertions")
        for index, assertion in enumerate(assertions if isinstance(assertions, list) else []):
            at = ("Rules", name, "Assertions", index)
            if isinstance(assertion, dict) and decide(stack, assertion.get("Assert"), (*at, "Assert")) is False:
                said = assertion.get("AssertDescription")
                message = f"the rule {name} does not hold" + (f": {said}" if isinstance(said, str) else "")
                stack.problem("failed-assertion", at, message, "Give parameter values that it allows.")


def _order(stack: Stack) -> None:
    """Report resources that wait for each other."""
    done: set[str] = set()
    for start in stack.resources:
        _visit(stack, start, done)


def _visit(stack: Stack, start: str, done: set[str]) -> None:
    """Walk the dependencies depth first, without recursion: chains may be long."""
    todo = [(start, iter(sorted(stack.resources[start].dependencies)))] if start not in done else []
    trail = dict.fromkeys(name for name, _ in todo)
    while todo:
        name, rest = todo[-1]
        following = next(rest, None)
        if following is None:
            todo.pop()
            del trail[name]
            done.add(name)
        elif following in trail:
            names = list(trail)
            circle = " -> ".join([*names[names.index(following) :], following])
            at = ("Resources", following)
            stack.problem("cycle", at, f"resources wait for each other: {circle}", "Remove one of the references.")
        elif following not in done and stack.resources[following].condition is not False:
            trail[following] = None
            todo.append((following, iter(sorted(stack.resources[following].dependencies))))
