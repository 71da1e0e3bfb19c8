"""Template text to plain data, for hostile input too: JSON and YAML 1.1 with CloudFormation's short tags.

Never a traceback, never a hang: size, depth and alias expansion are bounded, unknown tags and duplicate keys refused.
"""

from __future__ import annotations

import itertools
import json
import re
from typing import TYPE_CHECKING, NoReturn

import yaml

from gate.tree.problems import TreeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gate.tree.values import Path, Raw

MAX_BYTES = 1_048_576
"""Most bytes of a template in S3 (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html)."""
MAX_DEPTH = 80
MAX_NODES = 200_000


def decode(content: bytes, file: str) -> str:
    """Return the text of a file; raises TreeError if it is too large or not UTF-8."""
    if len(content) > MAX_BYTES:
        message = f"the file has {len(content):,} bytes; CloudFormation takes {MAX_BYTES:,}"
        raise TreeError(message, file=file, fix="Split it into nested stacks.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise TreeError("the file is not UTF-8 text", file=file, line=line, fix="Save it as UTF-8.") from None


def parse(text: str, file: str) -> Raw:
    """Return the data in a JSON or YAML text; raises TreeError with file and line."""
    if text.lstrip()[:1] in {"{", "["}:
        try:
            return _json(text, file)
        except TreeError:
            if file.endswith((".json", ".template")):
                raise
    return _Yaml(text, file).document()


# --- JSON -------------------------------------------------------------------------------------------------------------


class _DuplicateKeyError(ValueError):
    """The same key twice in one object."""


def _pairs(pairs: list[tuple[str, Raw]]) -> dict[str, Raw]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        raise _DuplicateKeyError(next(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]
    return found


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON value")


def _json(text: str, file: str) -> Raw:
    try:
        data: Raw = json.loads(text, object_pairs_hook=_pairs, parse_constant=_constant)
    except json.JSONDecodeError as error:
        raise TreeError(f"not JSON: {error.msg}", file=file, line=error.lineno, fix="Correct the syntax.") from None
    except _DuplicateKeyError as error:
        line = next((line for path, line in _key_lines(text) if path is None), None)
        raise TreeError(
            f"the key {error} stands twice in one object", file=file, line=line, fix="Remove one."
        ) from None
    except ValueError as error:
        raise TreeError(f"not JSON: {error}", file=file, fix="Correct the value.") from None
    except RecursionError:
        raise _too_deep(file) from None
    if "\\u" in text or "{" in text:
        _check(data, file, "\\ud" in text.lower())
    return data


def _check(data: Raw, file: str, surrogates: bool) -> None:
    """Refuse what is nested too deeply, and half surrogate pairs, which no output could show."""
    level: list[Raw] = [data]
    for _ in range(MAX_DEPTH):
        if not level:
            return
        if surrogates:
            for value in level:
                for string in (value, *value) if isinstance(value, dict) else (value,):
                    if isinstance(string, str) and re.search(r"[\ud800-\udfff]", string):
                        raise TreeError(
                            "a string has half a surrogate pair", file=file, fix="Write the whole character."
                        )
        level = [
            item
            for value in level
            if isinstance(value, list | dict)
            for item in (value.values() if isinstance(value, dict) else value)
        ]
    raise _too_deep(file)


def _too_deep(file: str, line: int | None = None) -> TreeError:
    return TreeError(f"nested deeper than {MAX_DEPTH} levels", file=file, line=line, fix="Flatten it.")


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+')


def _key_lines(text: str) -> Iterator[tuple[Path | None, int]]:
    """Yield ``(path, line)`` of every member of a JSON text; path None marks a duplicate key."""
    stack: list[list[int | str | None | set[str]]] = []
    line, scanned, key = 1, 0, ""
    for match in _TOKEN.finditer(text):
        line += text.count("\n", scanned, match.start())
        scanned = match.start()
        token = match[0]
        expects_key = bool(stack) and isinstance(stack[-1][1], set) and stack[-1][0] is None
        if expects_key and token.startswith('"'):
            key = str(json.loads(token, strict=False))
            names = stack[-1][1]
            if isinstance(names, set):
                if key in names:
                    yield None, line
                names.add(key)
            stack[-1][0] = key
            yield tuple(part[0] for part in stack if isinstance(part[0], int | str)), line
        elif token in "]}":
            if stack:
                stack.pop()
        elif token == ",":
            if stack:
                stack[-1][0] = stack[-1][0] + 1 if isinstance(stack[-1][0], int) else None
        elif token != ":":
            if stack and isinstance(stack[-1][0], int):
                yield tuple(part[0] for part in stack if isinstance(part[0], int | str)), line
            if token in "[{":
                stack.append([0, None] if token == "[" else [None, set()])


def lines(text: str, file: str) -> dict[Path, int]:
    """Return the line of every member of a template text that was parsed before, by its path."""
    found: dict[Path, int] = {(): 1}
    if text.lstrip()[:1] in {"{", "["}:
        for path, line in _key_lines(text):
            if path is not None:
                found.setdefault(path, line)
    else:
        reader = _Yaml(text, file)
        reader.document()
        found.update(reader.lines)
    return found


# --- YAML -------------------------------------------------------------------------------------------------------------

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+][0-9]+")
_TRUE, _FALSE = {"true", "yes", "on"}, {"false", "no", "off"}
_FUNCTIONS = {
    *("And", "Base64", "Cidr", "Contains", "EachMemberEquals", "EachMemberIn", "Equals", "FindInMap", "ForEach"),
    *("GetAZs", "GetAtt", "GetStackOutput", "If", "ImportValue", "Join", "Length", "Not", "Or", "RefAll", "Select"),
    *("Split", "Sub", "ToJsonString", "Transform", "ValueOf", "ValueOfAll"),
}


def _plain(value: str) -> Raw:
    """Resolve a plain scalar; dates, octal and base-60 numbers stay text."""
    lowered = value.lower()
    if lowered in {"", "~", "null"}:
        return None
    if lowered in _TRUE | _FALSE:
        return lowered in _TRUE
    if _INTEGER.fullmatch(value) and len(value) <= 30:  # noqa: PLR2004 - beyond any number in a template
        return int(value)
    return float(value) if _FLOAT.fullmatch(value) and len(value) <= 30 else value  # noqa: PLR2004


class _Yaml:
    """Builds data from the events of a YAML text, remembering lines and bounding everything."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.text = text
        self.lines: dict[Path, int] = {}
        self.anchors: dict[str, tuple[Raw, int]] = {}
        self.nodes = 0
        self.line = 1

    def document(self) -> Raw:
        """Return the one document of the text; raises TreeError."""
        try:
            events = iter(yaml.parse(self.text, Loader=_LOADER))
            events = (event for event in events if not isinstance(event, yaml.StreamStartEvent))
            if isinstance(next(events), yaml.StreamEndEvent):
                return None
            data = self._node(next(events), events, (), 0)
            next(events)
            if not isinstance(next(events), yaml.StreamEndEvent):
                self._fail("more than one YAML document", "Keep one.")
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            what = getattr(error, "problem", None) or getattr(error, "reason", None) or "syntax error"
            line = mark.line + 1 if mark else None
            raise TreeError(f"not YAML: {what}", file=self.file, line=line, fix="Correct the syntax.") from None
        except (ValueError, OverflowError, StopIteration) as error:
            raise TreeError(f"not YAML: {error}", file=self.file, line=self.line, fix="Correct the value.") from None
        if "\\u" in self.text or "\\U" in self.text:
            _check(data, self.file, surrogates=True)
        return data

    def _fail(self, message: str, fix: str) -> NoReturn:
        raise TreeError(message, file=self.file, line=self.line, fix=fix)

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event], path: Path, depth: int) -> Raw:
        self.line = event.start_mark.line + 1
        self.lines.setdefault(path, self.line)
        self.nodes += 1
        if depth > MAX_DEPTH:
            raise _too_deep(self.file, self.line)
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self.anchors:
                self._fail(f"the alias *{event.anchor} has no anchor before it", "Define it first.")
            data, size = self.anchors[event.anchor]
            self._count(size)
            return data
        before = self.nodes
        self._count(0)
        tag = getattr(event, "tag", None)
        data = self._content(event, events, path, depth)
        data = self._tagged(tag, data, event)
        if getattr(event, "anchor", None):
            self.anchors[event.anchor] = (data, self.nodes - before + 1)
        return data

    def _count(self, more: int) -> None:
        self.nodes += more
        if self.nodes > MAX_NODES:
            self._fail(f"more than {MAX_NODES:,} nodes once the aliases are expanded", "Use fewer aliases.")

    def _content(self, event: yaml.Event, events: Iterator[yaml.Event], path: Path, depth: int) -> Raw:
        if isinstance(event, yaml.ScalarEvent):
            plain = event.implicit[0] and event.style is None and event.tag is None
            return _plain(event.value) if plain else str(event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            members: list[Raw] = []
            for index in itertools.count():
                item = next(events)
                if isinstance(item, yaml.SequenceEndEvent):
                    break
                members.append(self._node(item, events, (*path, index), depth + 1))
            return members
        found: dict[str, Raw] = {}
        merged: dict[str, Raw] = {}
        while not isinstance(item := next(events), yaml.MappingEndEvent):
            if not isinstance(item, yaml.ScalarEvent):
                self.line = item.start_mark.line + 1
                self._fail("a key must be a plain text", "Write the key as a text.")
            key, line = str(item.value), item.start_mark.line + 1
            self.line = line
            if key in found:
                self._fail(f"the key {key} stands twice in one mapping", "Remove one.")
            self.lines.setdefault((*path, key), line)
            value = self._node(next(events), events, (*path, key), depth + 1)
            if key == "<<" and item.style is None:
                for source in value if isinstance(value, list) else [value]:
                    merged = {**(source if isinstance(source, dict) else {}), **merged}
            else:
                found[key] = value
        return {**merged, **found}

    def _tagged(self, tag: str | None, data: Raw, event: yaml.Event) -> Raw:
        if tag is None or tag in {"!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}:
            return data
        if tag.startswith("tag:yaml.org,2002:") and isinstance(data, str):
            if tag.rpartition(":")[2] in {"int", "float", "bool", "null"}:
                return _plain(data)
            if tag.rpartition(":")[2] in {"timestamp", "binary"}:
                return data
        name = tag.removeprefix("!")
        if tag.startswith("!") and name in {"Ref", "Condition"}:
            return {name: data}
        if tag.startswith("!") and name in _FUNCTIONS:
            if name == "GetAtt" and isinstance(data, str):
                data = [*data.split(".", 1)]
            return {f"Fn::{name}": data}
        self.line = event.start_mark.line + 1
        self._fail(f"unknown tag {tag}", "Use a CloudFormation function.")
