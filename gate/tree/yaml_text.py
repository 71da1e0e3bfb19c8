"""YAML 1.1 with CloudFormation's short tags, read from libyaml's events: bounded in depth, nodes and aliases.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, NoReturn

import yaml

from gate.tree.problems import TreeError, too_deep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gate.tree.values import Path, Raw

MAX_DEPTH = 80
MAX_NODES = 200_000

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


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


class YamlReader:
    """Builds data from the events of a YAML text, remembering lines and bounding everything."""

    def __init__(self, text: str, file: str) -> None:
        """Take the text; ``document`` reads it, after which ``lines`` has the line of each path."""
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
        return data

    def _fail(self, message: str, fix: str) -> NoReturn:
        raise TreeError(message, file=self.file, line=self.line, fix=fix)

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event], path: Path, depth: int) -> Raw:
        self.line = _line(event)
        self.lines.setdefault(path, self.line)
        self.nodes += 1
        if depth > MAX_DEPTH:
            raise too_deep(MAX_DEPTH, self.file, self.line)
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
        anchor = getattr(event, "anchor", None)
        if anchor:
            self.anchors[anchor] = (data, self.nodes - before + 1)
        return data

    def _count(self, more: int) -> None:
        self.nodes += more
        if self.nodes > MAX_NODES:
            self._fail(f"more than {MAX_NODES:,} nodes once the aliases are expanded", "Use fewer aliases.")

    def _content(self, event: yaml.Event, events: Iterator[yaml.Event], path: Path, depth: int) -> Raw:
        if isinstance(event, yaml.ScalarEvent):
            plain = event.implicit[0] and not event.style and event.tag is None
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
                self.line = _line(item)
                self._fail("a key must be a plain text", "Write the key as a text.")
            key, line = str(item.value), _line(item)
            self.line = line
            if key in found:
                self._fail(f"the key {key} stands twice in one mapping", "Remove one.")
            self.lines.setdefault((*path, key), line)
            value = self._node(next(events), events, (*path, key), depth + 1)
            if key == "<<" and not item.style:
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
        raise TreeError(f"unknown tag {tag}", file=self.file, line=_line(event), fix="Use a CloudFormation function.")
