"""Stack outputs for people, programs and shells."""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMATS = ("text", "json", "env")


def outputs_text(values: Mapping[str, str], form: str) -> str:
    """Return outputs as aligned text, one JSON object, or lines for a shell: ``VPC_ID=vpc-1``."""
    if form == "json":
        return json.dumps(dict(values), indent=1, sort_keys=True)
    if form == "env":
        return "\n".join(f"{_upper(name)}={shlex.quote(value)}" for name, value in sorted(values.items()))
    width = max((len(name) for name in values), default=0)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in sorted(values.items()))


def _upper(name: str) -> str:
    """Return CamelCase as UPPER_SNAKE_CASE."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).upper()
