"""Zones of a region, and subnets of a CIDR block, as CloudFormation's functions give them."""

from __future__ import annotations

import ipaddress
import itertools

_ZONES = {"us-east-1": 6, "us-west-2": 4, "ap-northeast-2": 4, "us-west-1": 2}
"""Zones that an account sees, where they are not three (AWS global infrastructure, 2026-11)."""


def zones(region: str) -> list[str]:
    """Return the zones of a region. They are distinct, as real ones are; the letters an account sees may differ."""
    return [region + letter for letter in "abcdef"[: _ZONES.get(region, 3)]]


def subnets(block: str, count: int, host_bits: int | None) -> list[str]:
    """Return the first subnets of a block, as ``Fn::Cidr`` does; raises ValueError if they do not fit.

    ``host_bits`` defaults to 8 for IPv4 and 64 for IPv6. Source:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-cidr.html
    """
    try:
        network = ipaddress.ip_network(block, strict=False)
    except ValueError:
        raise ValueError(f"Fn::Cidr takes a CIDR block, not {block!r}") from None
    bits = host_bits if host_bits is not None else {4: 8, 6: 64}[network.version]
    prefix = network.max_prefixlen - bits
    if not 1 <= count <= 256 or not network.prefixlen <= prefix <= network.max_prefixlen:  # noqa: PLR2004 - documented range
        raise ValueError(f"Fn::Cidr cannot make {count} subnets of {bits} host bits in {network}")
    found = [str(subnet) for subnet in itertools.islice(network.subnets(new_prefix=prefix), count)]
    if len(found) < count:
        raise ValueError(f"{network} has room for {len(found)} subnets of {bits} host bits, not {count}")
    return found
