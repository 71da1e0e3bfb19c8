"""Turn tiers into child templates and one root that wires them.

A tier is a function whose signature is its wiring. Its arguments are the template, interfaces of knobs (its own,
those of an earlier tier, or the environment's Scope) and interfaces that earlier tiers return. A stack declares
only the parameters that it reads; an argument from which it reads nothing still makes it wait for that tier.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import Field, dataclass, fields
from functools import cache
from typing import Any, get_type_hints

from troposphere import AWSHelperFn, GetAtt, Join, Output, Parameter, Ref, cloudformation

from kit.errors import UserError
from kit.interface import has_knobs, pascal, words
from kit.limits import is_list
from kit.rules import Rule
from kit.scope import PROJECT, Scope, stack_tags
from kit.template import Rendered, Template
from kit.values import PARAMETER_TYPES


class WiringError(UserError):
    """Tiers that do not fit together; the message says what to change."""


@dataclass(frozen=True)
class Tier:
    """One tier: its file name, what it is for, the function that builds it, and the rules on its knobs."""

    name: str
    description: str
    build: Callable[..., Any]
    rules: Callable[..., Sequence[Rule]] | None = None


def nest(tiers: Iterable[Tier], extension: str = "json") -> dict[str, Rendered]:
    """Render every tier in order; return the root template first, then one template per tier, by name.

    ``extension`` is the file ending that the root's relative ``TemplateURL``s get.

    Raises:
        WiringError: a tier uses one that is not listed before it, two inputs share a name, or a signature is
            not that of a tier.
    """
    root = _Root(extension)
    templates = {tier.name: root.add(tier) for tier in tiers}
    return {"root": Rendered(root.template.to_dict(), root.template.sources), **templates}


def names_read(node: object) -> Iterator[str]:
    """Give every name that a rendered template reads with Ref or inside Fn::Sub."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "Ref":
                yield value
            elif key == "Fn::Sub":
                text, mapping = (value, {}) if isinstance(value, str) else value
                yield from set(re.findall(r"\$\{([^!}]+)\}", text)) - mapping.keys()
                yield from names_read(mapping)
            else:
                yield from names_read(value)
    elif isinstance(node, list):
        for child in node:
            yield from names_read(child)


@dataclass(frozen=True)
class _Wire:
    """A parameter that a tier may read: its name, how the child declares it, what the root passes for it."""

    name: str
    declaration: dict[str, Any]
    source: AWSHelperFn


class _Root:
    """The root template while it grows, and what the tiers so far have made."""

    def __init__(self, extension: str) -> None:
        self.template = Template(f"{PROJECT}: the root stack; one nested stack per tier.")
        self._extension = extension
        self._producers: dict[type, str] = {}
        self._knobs: dict[type, str] = {}
        self._names: dict[str, str] = {}
        self._declare(Scope, "environment")

    def add(self, tier: Tier) -> Rendered:
        """Render one tier's template and add its nested stack."""
        inputs, produces = _signature(tier)
        for cls in inputs.values():
            if has_knobs(cls) and cls.__module__ == tier.build.__module__ and cls not in self._knobs:
                self._declare(cls, tier.name)
        wires = {name: self._wires(tier, cls) for name, cls in inputs.items()}
        t = Template(tier.description)
        made = tier.build(t, **{name: _handed(inputs[name], wires[name]) for name in inputs})
        if type(made) is not produces:
            _refuse(tier, f"build() returned {type(made).__name__} instead of {produces.__name__}")
        for f in fields(produces):
            t.add_output(Output(pascal(f.name), Value=getattr(made, f.name), **f.metadata["out"]))
        body = t.to_dict()
        read = set(names_read(body))
        used = {name: [wire for wire in offered.values() if wire.name in read] for name, offered in wires.items()}
        body["Parameters"] = {wire.name: wire.declaration for some in used.values() for wire in some}
        passed = {wire.name: wire.source for some in used.values() for wire in some}
        waits = [inputs[name].__name__ for name, some in used.items() if not some and not has_knobs(inputs[name])]
        self._stack(tier, produces, passed, waits)
        self._rules(tier)
        return Rendered(body, t.sources)

    def _declare(self, cls: type, owner: str) -> None:
        for f in fields(cls):
            name = pascal(f.name)
            if name in self._names:
                msg = f"tier {owner}: knob {name} is already one of {self._names[name]}; rename one"
                raise WiringError(msg)
            self._names[name] = owner
            self.template.add_parameter(Parameter(name, Type=_parameter_type(cls, f), **f.metadata["knob"]))
            self.template.add_parameter_to_group(name, words(owner))
            self.template.set_parameter_label(name, f.metadata["label"] or words(f.name))
        self._knobs[cls] = owner

    def _wires(self, tier: Tier, cls: type) -> dict[str, _Wire]:
        known = self._knobs if has_knobs(cls) else self._producers
        if cls not in known:
            needed = cls.__module__.rpartition(".")[2]
            _refuse(tier, f"needs {cls.__name__} of tier {needed}: list {needed!r} before {tier.name!r} in TIERS")
        wires = {}
        for f in fields(cls):
            name, kind = pascal(f.name), _parameter_type(cls, f)
            if has_knobs(cls):
                limits = {key: value for key, value in f.metadata["knob"].items() if key != "Default"}
                # a nested stack takes lists as text only
                source = Join(",", Ref(name)) if is_list(kind) else Ref(name)
                wires[f.name] = _Wire(name, {"Type": kind, **limits}, source)
            else:
                declaration = {"Type": kind, **f.metadata["out"]}
                wires[f.name] = _Wire(cls.__name__ + name, declaration, GetAtt(cls.__name__, f"Outputs.{name}"))
        return wires

    def _stack(self, tier: Tier, produces: type, passed: dict[str, AWSHelperFn], waits: list[str]) -> None:
        optional: dict[str, Any] = {"Parameters": passed} if passed else {}
        if waits:
            optional["DependsOn"] = waits
        title = produces.__name__
        self.template.add_resource(
            cloudformation.Stack(
                title,
                TemplateURL=f"{tier.name}.{self._extension}",
                Tags=stack_tags(_rooted(Scope), tier.name),
                **optional,
            )
        )
        code = tier.build.__code__
        self.template.sources[title] = (code.co_filename, code.co_firstlineno)
        for f in fields(produces):
            if f.metadata["root"]:
                name = pascal(f.name)
                value = GetAtt(title, f"Outputs.{name}")
                self.template.add_output(Output(title + name, Value=value, **f.metadata["out"]))
        self._producers[produces] = tier.name

    def _rules(self, tier: Tier) -> None:
        if tier.rules is None:
            return
        hints = get_type_hints(tier.rules)
        del hints["return"]
        for rule in tier.rules(**{name: _rooted(cls) for name, cls in hints.items()}):
            self.template.add_rule(rule.name, rule.to_dict())


def _signature(tier: Tier) -> tuple[dict[str, type], type]:
    """Read what a tier takes and what it produces."""
    hints = get_type_hints(tier.build)
    produces = hints.pop("return", None)
    if hints.pop("t", None) is not Template or not isinstance(produces, type):
        _refuse(tier, "build() must take t: Template first and name the interface it returns")
    if produces.__name__ != pascal(tier.name):
        _refuse(tier, f"returns {produces.__name__}; name the interface {pascal(tier.name)}, after the tier")
    return hints, produces


def _parameter_type(cls: type, f: Field[Any]) -> str:
    return PARAMETER_TYPES.get(_hints(cls)[f.name], "String")


_hints = cache(get_type_hints)


def _handed(cls: type, wires: dict[str, _Wire]) -> object:
    return cls(**{field: Ref(wire.name) for field, wire in wires.items()})


def _rooted(cls: type) -> Any:  # noqa: ANN401 - an instance of cls
    return cls(**{f.name: Ref(pascal(f.name)) for f in fields(cls)})


def _refuse(tier: Tier, why: str) -> None:
    msg = f"tier {tier.name}: {why}"
    raise WiringError(msg)
