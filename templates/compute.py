"""Compute tier: the worker service on Fargate, on demand and Spot, with every endpoint that a worker needs."""

from __future__ import annotations

from kit.interface import interface, out
from kit.values import Name


@interface
class Compute:
    """What other tiers may use."""

    cluster_name: Name = out("ECS cluster of the workers.", root=True)
    service_name: Name = out("ECS service of the workers.", root=True)
