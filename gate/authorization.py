"""Actions of AWS services and the ARNs they apply to, from the data file that the installed cfn-lint package carries.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

import functools
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gate.schemas import data_folder

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Service:
    """A service by the prefix of its actions: which kinds of resource each action (in lower case) applies to.

    An action without kinds applies to no resource in particular: only ``*`` covers it. ``forms`` are patterns of ARNs
    by kind (in lower case), with ``*`` for what is free.
    """

    actions: Mapping[str, tuple[str, ...]]
    forms: Mapping[str, tuple[str, ...]]


@functools.cache
def _text() -> str:
    return (data_folder().parent / "AdditionalSpecs" / "Policies.json").read_text(encoding="utf-8")


@functools.cache
def service(prefix: str) -> Service | None:
    """Return the actions of a service; None if there is no such service. Only its part of the file is decoded."""
    key = f'\n "{prefix.lower()}": '
    start = _text().find(key)
    if start < 0:
        return None
    body, _ = json.JSONDecoder().raw_decode(_text(), start + len(key))
    return Service(
        {name: tuple(action.get("Resources", ())) for name, action in body["Actions"].items()},
        {name: _forms(name, kind.get("ARNFormats", [])) for name, kind in body["Resources"].items()},
    )


_FREE: Final = re.compile(r"\$\{\w+\}|\.\*")
_EXACT: Final = {"object": ("arn:*:s3:::*/*",), "log-stream": ("arn:*:logs:*:*:log-group:*:*",)}
"""Kinds whose form the file does not tell from that of what they are in (bucket and group)."""


def _forms(kind: str, written: list[str]) -> tuple[str, ...]:
    return _EXACT.get(kind, tuple(_FREE.sub("*", form) for form in written))
