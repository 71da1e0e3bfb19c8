"""Templates from a folder: reading them, and finding the file that a ``TemplateURL`` means."""

from __future__ import annotations

import functools
import os
import re
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import TYPE_CHECKING

from gate.tree.problems import TreeError
from gate.tree.text import decode, lines, parse
from gate.tree.values import Text, Unknown, show

if TYPE_CHECKING:
    from gate.tree.resource import Resource
    from gate.tree.stack import Stack
    from gate.tree.values import Path, Raw, Value

SECTIONS = ("Resources", "Parameters", "Outputs", "Conditions", "Mappings", "Rules", "Metadata")
_PLAIN_TRANSFORMS = ("AWS::LanguageExtensions",)


@dataclass(frozen=True, eq=False)
class Template:
    """A template: its file (relative to the folder, with ``/``), its text, and its data as it was written."""

    file: str
    text: str
    body: dict[str, Raw]

    def section(self, name: str) -> dict[str, Raw]:
        """Return a section such as ``Outputs``; empty if there is none."""
        found = self.body.get(name)
        return found if isinstance(found, dict) else {}

    @functools.cached_property
    def _lines(self) -> dict[Path, int]:
        return lines(self.text, self.file)

    def line(self, path: Path) -> int:
        """Return the line (from 1) of a place, or of the nearest place around it."""
        while path not in self._lines:
            path = path[:-1]
        return self._lines[path]

    @functools.cached_property
    def opaque(self) -> bool:
        """Tell whether a macro or ``Fn::ForEach`` makes parts of it that cannot be seen here."""
        transform = self.body.get("Transform", [])
        names = transform if isinstance(transform, list) else [transform]
        if any(name not in _PLAIN_TRANSFORMS for name in names):
            return True
        if any(
            isinstance(body, dict) and str(body.get("Type")).endswith("::MODULE")
            for body in self.section("Resources").values()
        ):
            return True
        return any(key.startswith("Fn::") for part in (self.body, *map(self.section, SECTIONS)) for key in part)


def template(text: str, file: str) -> Template:
    """Return the template in a text; raises TreeError if it is none."""
    body = parse(text, file)
    if not isinstance(body, dict):
        kind = "empty" if body is None else "not an object"
        raise TreeError(f"the template is {kind}", file=file, fix="A template is an object with Resources.")
    made = Template(file, text, body)
    for name in SECTIONS:
        if name in body and not isinstance(body[name], dict):
            raise TreeError(
                f"{name} is not an object", file=file, line=made.line((name,)), fix="Write names with bodies."
            )
    if not body.get("Resources"):
        raise TreeError("the template has no Resources", file=file, fix="A template creates at least one resource.")
    return made


class Folder:
    """The files below a directory; templates are read once, when they are first needed."""

    def __init__(self, directory: FilePath) -> None:
        """Take the directory; raises TreeError if it is none."""
        self.directory = directory
        if not directory.is_dir():
            raise TreeError("there is no such folder", file=str(directory), fix="Give the folder of the templates.")
        self._templates: dict[str, Template] = {}

    @functools.cached_property
    def files(self) -> tuple[str, ...]:
        """All files that may be templates, relative to the folder, hidden folders left out."""
        found: list[str] = []
        for base, folders, names in os.walk(self.directory):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            here = FilePath(base).relative_to(self.directory)
            wanted = (".json", ".yaml", ".yml", ".template", ".cform", ".cfn", ".txt")
            found.extend((here / name).as_posix() for name in names if name.endswith(wanted))
        return tuple(sorted(found))

    def template(self, file: str) -> Template:
        """Return a template by its file; raises TreeError."""
        if file not in self._templates:
            try:
                content = (self.directory / file).read_bytes()
            except (OSError, ValueError) as error:
                why = getattr(error, "strerror", None) or "not a file name"
                raise TreeError(f"cannot read the template: {why}", file=file, fix="Check the name.") from None
            self._templates[file] = template(decode(content, file), file)
        return self._templates[file]

    def child(self, stack: Stack, resource: Resource) -> Template | None:
        """Return the template that a nested stack means; None, with a problem recorded, if it is not in the folder."""
        at: Path = (*resource.at, "Properties", "TemplateURL")
        properties = resource.raw.get("Properties")
        written = properties.get("TemplateURL") if isinstance(properties, dict) else None
        url = None if written is None else stack.piece(at, written)
        if url is None:
            fix = "Give the relative path or the URL of the child template."
            stack.problem("malformed", resource.at, f"{resource.id} has no TemplateURL", fix)
            return None
        if isinstance(url, str) and "://" not in url:
            base = FilePath(stack.file).parent.as_posix()
            file = os.path.normpath(os.path.join(base, url)) if not url.startswith("/") else ""  # noqa: PTH118 - a text
            if file and not file.startswith("..") and self._exists(file):
                return self.template(FilePath(file).as_posix())
            fix = "Correct TemplateURL, or add the file."
            stack.problem("missing-child", at, f"the template {url} does not exist", fix)
            return None
        file = self._by_suffix(url, stack.file)
        if not file:
            stack.problem(
                "external-child", at, f"the template {show(url)} is not in the tree", "Add it to be judged too."
            )
            return None
        return self.template(file)

    def _exists(self, file: str) -> bool:
        try:
            return (self.directory / file).is_file()
        except (OSError, ValueError):
            return False

    def _by_suffix(self, url: Value, parent: str) -> str:
        """Return the file that agrees with the end of a URL in most segments; empty if none does, or several do."""
        last = url.parts[-1] if isinstance(url, Text) else url
        if not isinstance(last, str) or isinstance(url, Unknown):
            return ""
        wanted = re.split(r"[?#]", last)[0].split("/")
        best: dict[int, list[str]] = {}
        for file in self.files:
            if file != parent:
                score = _agreement(file.split("/"), wanted)
                best.setdefault(score, []).append(file)
        top = max(best, default=0)
        if not top:
            return ""
        found = best[top]
        near = [file for file in found if FilePath(file).parent == FilePath(parent).parent]
        if len(found) > 1:
            found = near or [file for file in found if file.count("/") == min(f.count("/") for f in found)]
        return found[0] if len(found) == 1 else ""


def _agreement(one: list[str], other: list[str]) -> int:
    pairs = zip(reversed(one), reversed(other), strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
