"""Egress tier: how private tasks reach the outside: NAT gateways, default routes, interface endpoints."""

from __future__ import annotations

from kit.interface import flag, interface, knob
from kit.values import Flag, Text


@interface
class Knobs:
    """What params/<env>.json may set."""

    nat_mode: Text = knob(
        "NAT gateways: one, one per zone, one regional gateway that spans the zones, or none.",
        label="NAT mode",
        default="single",
        AllowedValues=("single", "per-zone", "regional", "none"),
    )
    interface_endpoints: Flag = flag(
        "Reach AWS services through interface endpoints instead of the NAT gateway.", default=False
    )


@interface
class Egress:
    """Nothing: nobody reads this tier, so nobody but compute and the API waits for it."""
