"""Template text to plain data, for hostile input too: JSON and YAML 1.1 with CloudFormation's short tags.

Never a traceback, never a hang: size, depth and alias expansion are bounded, unknown tags and duplicate keys refused.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NoReturn

from gate.tree.problems import TreeError, too_deep
from gate.tree.yaml_text import MAX_DEPTH, YamlReader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gate.tree.values import Path, Raw

MAX_BYTES = 1_048_576
"""Most bytes of a template in S3 (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html)."""


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
    data = YamlReader(text, file).document()
    if "\\u" in text or "\\U" in text:
        _check(data, file, surrogates=True)
    return data


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
        raise too_deep(MAX_DEPTH, file) from None
    _check(data, file, surrogates="\\ud" in text.lower())
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
    raise too_deep(MAX_DEPTH, file)


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+')


def _key_lines(text: str) -> Iterator[tuple[Path | None, int]]:
    """Yield ``(path, line)`` of every member of a JSON text; path None marks a duplicate key."""
    stack: list[list[int | str | set[str] | None]] = []
    line, scanned, key = 1, 0, ""
    for match in _TOKEN.finditer(text):
        line += text.count("\n", scanned, match.start())
        scanned = match.start()
        sign = match[0]
        expects_key = bool(stack) and isinstance(stack[-1][1], set) and stack[-1][0] is None
        if expects_key and sign.startswith('"'):
            key = str(json.loads(sign, strict=False))
            names = stack[-1][1]
            if isinstance(names, set):
                if key in names:
                    yield None, line
                names.add(key)
            stack[-1][0] = key
            yield tuple(part[0] for part in stack if isinstance(part[0], int | str)), line
        elif sign in "]}":
            if stack:
                stack.pop()
        elif sign == ",":
            if stack:
                stack[-1][0] = stack[-1][0] + 1 if isinstance(stack[-1][0], int) else None
        elif sign != ":":
            if stack and isinstance(stack[-1][0], int):
                yield tuple(part[0] for part in stack if isinstance(part[0], int | str)), line
            if sign in "[{":
                stack.append([0, None] if sign == "[" else [None, set()])


def lines(text: str, file: str) -> dict[Path, int]:
    """Return the line of every member of a template text that was parsed before, by its path."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        reader = YamlReader(text, file)
        reader.document()
        return {(): 1, **reader.lines}
    found: dict[Path, int] = {(): 1}
    for path, line in _key_lines(text):
        if path is not None:
            found.setdefault(path, line)
    return found
