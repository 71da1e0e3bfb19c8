"""What a property can be once it is evaluated, and how to read it.

A *value* is a plain JSON value (``str``, ``int``, ``float``, ``bool``, ``list``, ``dict``) or one of the atoms below.
``None`` means *absent* (never given, or removed by ``AWS::NoValue``). Nothing is guessed: what cannot be known before
the deployment is ``Unknown`` (with the reason), and a check that meets it does not judge.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Raw: TypeAlias = "bool | int | float | str | list[Raw] | dict[str, Raw] | None"
"""A template as it was written."""

Path: TypeAlias = "tuple[str | int, ...]"
"""Where something is inside a template or a property: keys and list indices."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A known attribute of a known resource: ``attribute`` is ``"Ref"``, or the name given to ``Fn::GetAtt``."""

    stack: str
    id: str
    type: str
    attribute: str

    def __str__(self) -> str:
        """Show as ``${root/Network.Vpc}`` or ``${root/Network.Vpc.CidrBlock}``."""
        return f"${{{self.stack}.{self.id}{'' if self.attribute == 'Ref' else '.' + self.attribute}}}"


@dataclass(frozen=True, slots=True)
class Pseudo:
    """A pseudo parameter whose value is fixed but not known offline, such as the account id.

    Two equal pseudos are the same value. ``sample`` has the right length and format, for checks of those only.
    ``stack`` is empty where the value is the same in all stacks.
    """

    name: str
    stack: str
    sample: str

    def __str__(self) -> str:
        """Show as ``${AWS::AccountId}``."""
        return f"${{{self.name}}}"


@dataclass(frozen=True, slots=True)
class Dynamic:
    """A dynamic reference, ``{{resolve:service:key}}``; the key may itself contain references."""

    service: str
    key: tuple[Part, ...]

    def __str__(self) -> str:
        """Show as it is written in a template."""
        return f"{{{{resolve:{self.service}:{''.join(map(str, self.key))}}}}}"


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that cannot be known before the deployment; ``reason`` says why, ``about`` what it is derived from."""

    reason: str
    about: tuple[Reference, ...] = ()

    def __str__(self) -> str:
        """Show as a question mark with the reason."""
        return f"${{? {self.reason}}}"


@dataclass(frozen=True, slots=True)
class Text:
    """A concatenation with at least one part that is not literal; neighbouring literals are merged."""

    parts: tuple[Part, ...] = field(default=())

    def __str__(self) -> str:
        """Show literals as they are and the other parts in ``${}``."""
        return "".join(map(str, self.parts))


Atom: TypeAlias = Reference | Pseudo | Dynamic | Unknown
Part: TypeAlias = str | Reference | Pseudo | Dynamic | Unknown
Value: TypeAlias = (
    "bool | int | float | str | Reference | Pseudo | Dynamic | Unknown | Text | list[Value] | dict[str, Value] | None"
)


def scalar(value: bool | float | str) -> str:
    """Return the text CloudFormation makes of a scalar: ``true`` for True, ``2`` for 2."""
    return str(value).lower() if isinstance(value, bool) else str(value)


_RESOLVE = "{{resolve:"
MAX_TEXT = 1_000_000
"""Longest text that is evaluated, so that texts which double each other end; no service takes one as long."""


def concat(values: Iterable[Value]) -> Value:
    """Concatenate scalars, atoms and texts: a ``str`` if all is literal, a lone atom as it is, else a ``Text``.

    A list or an object cannot be part of a text, and no text is longer than ``MAX_TEXT``: the result is Unknown.
    """
    parts: list[Part] = []
    room = MAX_TEXT
    for value in values:
        for part in value.parts if isinstance(value, Text) else (value,):
            if part is None:
                continue
            if isinstance(part, list | dict | Text):
                return Unknown("a list or an object inside a text")
            if isinstance(part, Reference | Pseudo | Dynamic | Unknown):
                parts.append(part)
            elif part != "":
                parts.append(scalar(part))
            room -= len(parts[-1]) if parts and isinstance(parts[-1], str) else 100
            if room < 0:
                return Unknown(f"a text of more than {MAX_TEXT:,} characters")
    parts = _dynamics(_merged(parts))
    if not parts:
        return ""
    return parts[0] if len(parts) == 1 else Text(tuple(parts))


def _merged(parts: list[Part]) -> list[Part]:
    """Join neighbouring literals."""
    done: list[Part] = []
    for literal, group in itertools.groupby(parts, lambda part: isinstance(part, str)):
        run = list(group)
        done.extend(["".join(map(str, run))] if literal else run)
    return done


def _dynamics(parts: list[Part]) -> list[Part]:
    """Replace ``{{resolve:...}}`` by Dynamic atoms, also where references stand inside the braces."""
    if not any(isinstance(part, str) and _RESOLVE in part for part in parts):
        return parts
    done: list[Part] = []
    key: list[Part] | None = None
    for part in parts:
        rest = part
        while isinstance(rest, str) and rest:
            mark = _RESOLVE if key is None else "}}"
            head, found, tail = rest.partition(mark)
            (done if key is None else key).extend([head] if head else [])
            if found and key is None:
                key = []
            elif found and key is not None:
                service, _, first = key[0].partition(":") if key and isinstance(key[0], str) else ("", "", "")
                done.append(Dynamic(service, tuple(([first] if first else []) + key[1:])))
                key = None
            rest = tail
        if not isinstance(rest, str):
            (done if key is None else key).append(rest)
    return done if key is None else parts


_SEPARATORS = re.compile(r"[,;|\s]+")


def split(value: Value, delimiter: str) -> Value:
    """Split a text; references keep their place if the delimiter cannot occur inside an identifier, else Unknown."""
    if isinstance(value, bool | int | float | str):
        return list(scalar(value).split(delimiter)) if delimiter else Unknown("Fn::Split with an empty delimiter")
    if isinstance(value, Reference | Text | Pseudo) and _SEPARATORS.fullmatch(delimiter):
        groups: list[list[Value]] = [[]]
        for part in value.parts if isinstance(value, Text) else (value,):
            if isinstance(part, Unknown | Dynamic):
                return derived(f"a split at {delimiter!r} of a text with an unknown part", value)
            first, *others = part.split(delimiter) if isinstance(part, str) else [part]
            groups[-1].append(first)
            groups.extend([other] for other in others)
        return [concat(group) for group in groups]
    return value if isinstance(value, Unknown) else derived(f"a split at {delimiter!r} of {show(value)}", value)


def derived(reason: str, *values: Value) -> Unknown:
    """Return an Unknown that remembers which resources it was made from."""
    return Unknown(reason, tuple(ref for value in values for ref in references(value)))


def show(value: Value) -> str:
    """Return a short text of any value for messages."""
    text_ = scalar(value) if isinstance(value, bool | int | float) else str(value)
    return text_ if len(text_) <= 80 else text_[:77] + "..."  # noqa: PLR2004 - a line of a message


def known(value: Value) -> bool:
    """Tell whether the value is literal through and through: no reference, pseudo parameter or unknown inside."""
    if isinstance(value, list):
        return all(known(item) for item in value)
    if isinstance(value, dict):
        return all(known(item) for item in value.values())
    return not isinstance(value, Reference | Pseudo | Dynamic | Unknown | Text)


def atoms(value: Value) -> Iterator[Atom]:
    """Yield every atom inside a value, in order, those inside dynamic references included."""
    if isinstance(value, Dynamic):
        yield value
        for part in value.key:
            yield from atoms(part)
    elif isinstance(value, Reference | Pseudo | Unknown):
        yield value
        yield from value.about if isinstance(value, Unknown) else ()
    elif isinstance(value, Text):
        for part in value.parts:
            yield from atoms(part)
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from atoms(item)


def references(value: Value) -> list[Reference]:
    """Return every Reference inside a value, in order; those from which an Unknown part was derived count too."""
    return [atom for atom in atoms(value) if isinstance(atom, Reference)]


def unknown(value: Value) -> bool:
    """Tell whether anything inside the value is Unknown."""
    return any(isinstance(atom, Unknown) for atom in atoms(value))


def walk(value: Value, path: Path = ()) -> Iterator[tuple[Path, Value]]:
    """Yield ``(path, value)`` for the value itself and everything below it."""
    yield path, value
    if isinstance(value, dict):
        for key, item in value.items():
            yield from walk(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from walk(item, (*path, index))


def dig(value: Value, path: str | Path) -> Value:
    """Return what stands at a path (``"A.0.B"``, or a tuple where a key contains a dot) below a value.

    None if it is absent, Unknown if something on the way is not known or has another shape.
    """
    for key in path.split(".") if isinstance(path, str) else path:
        if isinstance(value, dict):
            value = value.get(str(key))
        elif isinstance(value, list):
            if not str(key).isdecimal():
                return Unknown(f"{key} of a list")
            value = value[int(key)] if int(key) < len(value) else None
        elif value is None:
            return None
        else:
            return value if isinstance(value, Unknown) else Unknown(f"{key} of {show(value)}")
    return value


def as_text(value: Value) -> str | None:
    """Return a scalar literal as text; None if absent, not a scalar, or not literal."""
    return scalar(value) if isinstance(value, bool | int | float | str) else None


def as_number(value: Value) -> float | None:
    """Return a number, also from ``"0.5"``; None if it is none or not known."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if abs(number) < float("inf") else None


def as_int(value: Value) -> int | None:
    """Return an integer, also from ``"2"`` or ``2.0``; None if it is none or not known."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str):
        return int(value) if re.fullmatch(r"\s*[-+]?[0-9]{1,18}\s*", value) else None
    return int(value) if isinstance(value, float) and value.is_integer() else None


def as_bool(value: Value) -> bool | None:
    """Return a boolean, also from ``"true"`` and ``"False"``; None if it is none or not known."""
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else None


def as_list(value: Value) -> list[Value] | None:
    """Return a list, a lone item as a list of one, absent as an empty list; None if it is unknown."""
    if isinstance(value, list):
        return value
    if isinstance(value, Unknown):
        return None
    return [] if value is None else [value]


def items(value: Value) -> list[Value]:
    """Return the items of a list, or a lone item as a list of one; empty if absent or unknown."""
    return as_list(value) or []


def text(value: Value, unknown: str = "x" * 12) -> str | None:
    """Return the best-effort text of a scalar or Text, for checks of length, case and form.

    Pseudo parameters become their sample, every other part that is not literal becomes ``unknown``.
    None for absent values, lists, objects, and values of which nothing is known.
    """
    if isinstance(value, Text):
        return "".join(text(part, unknown) or unknown for part in value.parts)
    return value.sample if isinstance(value, Pseudo) else as_text(value)
