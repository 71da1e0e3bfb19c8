"""Text that holds references."""

from __future__ import annotations

import json
import re
from typing import Final

from troposphere import AWSHelperFn, GetAtt, Ref, Sub

_PLACEHOLDER: Final = re.compile(r"\$\{([^!}]+)\}")


def sub(template: str, **values: AWSHelperFn | str) -> Sub:
    """Fill ``${name}`` in ``template``: references are inlined, everything else goes into Fn::Sub's mapping.

    Raises:
        ValueError: a placeholder has no value, or a value has no placeholder (``${AWS::...}`` needs none).
    """
    wanted = {name for name in _PLACEHOLDER.findall(template) if not name.startswith("AWS::")}
    if wanted != values.keys():
        msg = f"sub({template!r}): placeholders {sorted(wanted)} but values {sorted(values)}"
        raise ValueError(msg)
    inline = {name: _inline(value) for name, value in values.items()}
    mapping = {_key(name): value for name, value in values.items() if inline[name] is None}
    filled = _PLACEHOLDER.sub(
        lambda found: f"${{{inline.get(found[1]) or (_key(found[1]) if found[1] in values else found[1])}}}", template
    )
    return Sub(filled, mapping) if mapping else Sub(filled)


def as_json(data: object, **values: AWSHelperFn | str) -> Sub:
    """Write plain data as JSON; references in it are filled in, and so is ``${name}`` in its texts, as ``sub`` does.

    Raises:
        TypeError: the data holds something that is neither plain nor a reference.
        ValueError: a placeholder has no value, or a value has no placeholder.
    """
    held: dict[str, AWSHelperFn | str] = dict(values)

    def hold(value: object) -> str:
        if not isinstance(value, AWSHelperFn):
            msg = f"as_json: {value!r} is neither plain data nor a reference"
            raise TypeError(msg)
        name = f"held_{len(held)}"
        held[name] = value
        return f"${{{name}}}"

    text = json.dumps(data, default=hold)
    return sub(text, **held)


def _key(name: str) -> str:
    """Name a key of Fn::Sub's mapping; it may hold letters and digits only."""
    return "".join(word.capitalize() for word in name.split("_"))


def _inline(value: object) -> str | None:
    if isinstance(value, Ref):
        return str(value.data["Ref"])
    if isinstance(value, GetAtt):
        return ".".join(value.data["Fn::GetAtt"])
    return None
