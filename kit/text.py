"""Text that holds references."""

from __future__ import annotations

import re

from troposphere import AWSHelperFn, GetAtt, Ref, Sub


def sub(template: str, **values: AWSHelperFn | str) -> Sub:
    """Fill ``${name}`` in ``template``: references are inlined, everything else goes into Fn::Sub's mapping.

    Raises:
        ValueError: a placeholder has no value, or a value has no placeholder (``${AWS::...}`` needs none).
    """
    wanted = {name for name in re.findall(r"\$\{([^!}]+)\}", template) if not name.startswith("AWS::")}
    if wanted != values.keys():
        msg = f"sub({template!r}): placeholders {sorted(wanted)} but values {sorted(values)}"
        raise ValueError(msg)
    mapping: dict[str, object] = {}
    for name, value in values.items():
        inline = _inline(value)
        if inline is None:
            mapping[pascal_key(name)] = value
            inline = pascal_key(name)
        template = template.replace(f"${{{name}}}", f"${{{inline}}}")
    return Sub(template, mapping) if mapping else Sub(template)


def pascal_key(name: str) -> str:
    """Name a key of Fn::Sub's mapping; it may hold letters and digits only."""
    return "".join(word.capitalize() for word in name.split("_"))


def _inline(value: object) -> str | None:
    if isinstance(value, Ref):
        return str(value.data["Ref"])
    if isinstance(value, GetAtt):
        return ".".join(value.data["Fn::GetAtt"])
    return None
