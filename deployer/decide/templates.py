"""Reading a built tree, and preparing it for upload: content-hash names, bottom-up."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deployer.errors import DeployError
from deployer.exits import Exit
from deployer.model import STACK_TYPE, join

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from deployer.model import Template, Tree

ROOT = "root.json"


def decode(text: str, where: str) -> Template:
    """Decode a template, JSON or YAML with CloudFormation's tags; raise DeployError if it is neither."""
    try:
        return _object(json.loads(text), where)
    except ValueError:
        pass
    import cfn_flip  # noqa: PLC0415 - JSON, which is what we build, needs none of it
    import yaml  # noqa: PLC0415

    to_json: Callable[[str], str] = cfn_flip.to_json
    try:
        return _object(json.loads(to_json(text)), where)
    except (yaml.YAMLError, TypeError, ValueError) as error:
        reason = str(error).replace("\n", " ")
        message = f"{where}: this is neither JSON nor YAML: {reason}"
        raise DeployError(message, Exit.VALIDATION) from None


def _object(data: object, where: str) -> Template:
    if not isinstance(data, dict):
        message = f"{where}: a template must be an object, not a {type(data).__name__}"
        raise DeployError(message, Exit.VALIDATION)
    return data


def nested(template: Template) -> dict[str, str]:
    """Return the relative ``TemplateURL`` of each nested stack; absolute and computed ones are left to AWS."""
    found = {}
    for name, body in template.get("Resources", {}).items():
        url = body.get("Properties", {}).get("TemplateURL") if body.get("Type") == STACK_TYPE else None
        if isinstance(url, str) and not re.match(r"[a-z0-9]+://", url):
            found[name] = url
    return found


@dataclass(frozen=True)
class Source:
    """A built tree: decoded templates, the text of each as it was built, and its file's name, by stack path."""

    tree: Tree
    texts: dict[str, str]
    files: dict[str, str]


def read(folder: Path, root: str = ROOT) -> Source:
    """Read a build folder from its root template; raise DeployError for a missing file or a cycle of stacks."""
    source = Source({}, {}, {})
    _read(folder, root, "", (), source)
    return source


def _read(folder: Path, name: str, path: str, parents: tuple[str, ...], source: Source) -> None:
    if name in parents:
        cycle = " -> ".join((*parents, name))
        message = f"{folder}: the templates contain each other: {cycle}"
        raise DeployError(message, Exit.VALIDATION)
    file = folder / name
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        wanted = f" (nested stack {path})" if path else ""
        message = f"{file}: cannot read this template{wanted}: {_words(error)}; run: build.py build"
        raise DeployError(message, Exit.VALIDATION) from None
    template = decode(text, str(file))
    source.tree[path] = template
    source.texts[path] = text
    source.files[path] = name
    for logical_id, url in nested(template).items():
        _read(folder, url, join(path, logical_id), (*parents, name), source)


def _words(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)


@dataclass(frozen=True)
class Artifact:
    """One template ready for upload; ``key`` is made from its content, so that it never changes once uploaded."""

    key: str
    body: str


@dataclass(frozen=True)
class Package:
    """A tree ready for upload, children before parents, and the URL of its root."""

    artifacts: tuple[Artifact, ...]
    root_url: str


def package(source: Source, url: Callable[[str], str]) -> Package:
    """Give every template its content-hash key and point each parent at its children's URLs.

    Children come first, so a parent's hash covers theirs: the root's URL changes when anything below it does.
    """
    made: dict[str, Artifact] = {}
    root_url = url(_pack(source, "", url, made).key)
    return Package(tuple(made.values()), root_url)


def _pack(source: Source, path: str, url: Callable[[str], str], made: dict[str, Artifact]) -> Artifact:
    template = source.tree[path]
    children = {name: _pack(source, join(path, name), url, made) for name in nested(template)}
    body = source.texts[path]
    if children:
        resources = dict(template["Resources"])
        for name, child in children.items():
            properties = {**resources[name]["Properties"], "TemplateURL": url(child.key)}
            resources[name] = {**resources[name], "Properties": properties}
        body = json.dumps({**template, "Resources": resources}, indent=1)
    artifact = Artifact(f"templates/{hashlib.sha256(body.encode()).hexdigest()}", body)
    made[artifact.key] = artifact
    return artifact


def resource_types(tree: Tree) -> dict[str, str]:
    """Return the type of every resource by its path."""
    return {
        join(path, name): str(body.get("Type", ""))
        for path, template in tree.items()
        for name, body in template.get("Resources", {}).items()
    }


def values(template: Template, given: Mapping[str, str]) -> dict[str, str | None]:
    """Return the value of each parameter of a template, the default where none is given, as the string that it is."""
    declared = template.get("Parameters", {})
    return {name: given.get(name, _string(body.get("Default"))) for name, body in declared.items()}


def _string(default: object) -> str | None:
    return default if isinstance(default, str) or default is None else json.dumps(default)
