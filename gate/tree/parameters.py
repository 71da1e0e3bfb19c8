"""Values for the root's parameters, from every form of file that AWS tools take.

Sources, of the command line, CodePipeline and Git sync:
https://docs.aws.amazon.com/cli/latest/reference/cloudformation/deploy/
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/continuous-delivery-codepipeline-cfn-artifacts.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/git-sync-concepts-terms.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import TYPE_CHECKING

from gate.tree.problems import TreeError
from gate.tree.text import decode, parse
from gate.tree.values import scalar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gate.tree.values import Raw

_FORMS = (
    'Write {"Name": "value"}, [{"ParameterKey": ..., "ParameterValue": ...}], ["Name=value"] or {"Parameters": {...}}.'
)


@dataclass(frozen=True)
class ParameterFile:
    """What a parameter file says. ``template`` is the root template that a Git sync file names."""

    parameters: Mapping[str, str]
    tags: Mapping[str, str] = field(default_factory=dict)
    template: str | None = None


def read_parameters(file: str | FilePath) -> ParameterFile:
    """Read a parameter file of any form, told apart by its shape; raises TreeError."""
    try:
        content = FilePath(file).read_bytes()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "not a file name"
        raise TreeError(f"cannot read the parameter file: {why}", file=str(file), fix="Check the name.") from None
    return parameters(parse(decode(content, str(file)), str(file)), str(file))


def parameters(data: Raw, file: str = "parameters") -> ParameterFile:
    """Return the parameters in the data of a file; raises TreeError if it has none of the known forms."""
    if isinstance(data, list):
        return ParameterFile(_listed(data, file))
    if not isinstance(data, dict):
        raise TreeError("not a parameter file", file=file, fix=_FORMS)
    if "template-file-path" in data or data.keys() & {"parameters", "Parameters"}:
        inner = data.get("parameters", data.get("Parameters", {}))
        if isinstance(inner, dict | list):
            template = data.get("template-file-path")
            return ParameterFile(
                _listed(inner, file) if isinstance(inner, list) else _flat(inner, file),
                _flat(_section(data.get("tags", data.get("Tags", {})), "tags", file), file),
                template if isinstance(template, str) else None,
            )
    return ParameterFile(_flat(data, file))


def _section(value: Raw, what: str, file: str) -> dict[str, Raw]:
    if not isinstance(value, dict):
        raise TreeError(f"the {what} are not an object", file=file, fix=_FORMS)
    return value


def _listed(data: list[Raw], file: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, item in enumerate(data):
        if isinstance(item, str) and "=" in item:
            name, _, value = item.partition("=")
        elif isinstance(item, dict) and isinstance(item.get("ParameterKey"), str):
            name = str(item["ParameterKey"])
            if item.get("UsePreviousValue") is True and "ParameterValue" not in item:
                continue
            value = _text(item.get("ParameterValue", ""), name, file)
        else:
            raise TreeError(f"entry {number} is not a parameter", file=file, fix=_FORMS)
        if name in found:
            raise TreeError(f"the parameter {name} is given twice", file=file, fix="Remove one.")
        found[name] = value
    return found


def _flat(data: dict[str, Raw], file: str) -> dict[str, str]:
    return {name: _text(value, name, file) for name, value in data.items()}


def _text(value: Raw, name: str, file: str) -> str:
    """Return a value as the API takes it; a list is joined by commas."""
    if isinstance(value, list) and not any(isinstance(item, list | dict | None) for item in value):
        return ",".join(scalar(item) for item in value if isinstance(item, bool | int | float | str))
    if isinstance(value, list | dict | None):
        raise TreeError(
            f"the value of {name} is not a text", file=file, fix="Write a text, a number or a list of texts."
        )
    return scalar(value)
