"""The build folder: every template, the parameter forms of every environment, and where each resource comes from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from builder import environments
from builder.files import Written, write_folder
from builder.forms import forms
from builder.render import render
from builder.text import pretty
from kit.environment import Environment
from kit.template import Rendered

FORMATS: Final = ("json", "yaml")
SOURCES: Final = "meta/sources.json"
"""``{"<template file>": {"<logical id>": "<source file>:<line>"}}``."""
SUPPRESSIONS: Final = "suppressions.toml"
"""Of params/, handed on as it is: what the gate may find in these templates."""
_REPOSITORY: Final = Path(__file__).resolve().parent.parent


def build(out: Path, extension: str = "json", params: Path = environments.PARAMS) -> Written:
    """Write the build folder for every environment.

    Raises:
        UserError: tiers do not fit together, an environment's files are wrong, or the folder cannot be written;
            nothing is written in the first two cases.
    """
    templates = render(extension=extension)
    declared = parameters(templates["root"])
    files = {f"{name}.{extension}": _text(template, extension) for name, template in templates.items()}
    for name in environments.names(params):
        environment = environments.load(name, declared, params)
        files |= {f"environments/{name}/{form}": text for form, text in forms(environment).items()}
    if (params / SUPPRESSIONS).is_file():
        files[SUPPRESSIONS] = (params / SUPPRESSIONS).read_text(encoding="utf-8")
    files[SOURCES] = json.dumps(_sources(templates, extension), indent=1) + "\n"
    return write_folder(out, files)


def built(out: Path, names: Sequence[str] = (), params: Path = environments.PARAMS) -> list[Environment]:
    """Write the build folder and read the named environments, or all.

    Raises:
        UserError: as ``build``.
    """
    build(out, params=params)
    declared = json.loads((out / "root.json").read_text(encoding="utf-8"))["Parameters"]
    return [environments.load(name, declared, params) for name in names or environments.names(params)]


def parameters(root: Rendered) -> Mapping[str, Mapping[str, Any]]:
    """Give the root template's Parameters section as plain data."""
    declared: dict[str, dict[str, Any]] = root.body["Parameters"]
    return declared


def _text(template: Rendered, extension: str) -> str:
    text = pretty(template.body) + "\n"
    if extension == "yaml":
        from cfn_flip import to_yaml  # noqa: PLC0415 - for this format only

        return str(to_yaml(text))  # type: ignore[no-untyped-call]
    return text


def _sources(templates: Mapping[str, Rendered], extension: str) -> dict[str, dict[str, str]]:
    return {
        f"{name}.{extension}": {
            title: f"{Path(file).relative_to(_REPOSITORY).as_posix()}:{line}"
            for title, (file, line) in template.sources.items()
        }
        for name, template in templates.items()
    }
