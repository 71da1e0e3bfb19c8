"""API tier: a regional REST API in front of the content service, through a VPC link and an internal load balancer."""

from __future__ import annotations

from kit.interface import interface, out
from kit.values import Name, Url


@interface
class Api:
    """What other tiers may use."""

    url: Url = out("Where clients call the API.", root=True)
    name: Name = out("Name of the REST API, for metrics.")
    stage: Name = out("Name of the deployed stage, for metrics.")
    cluster_name: Name = out("ECS cluster of the content service.", root=True)
    service_name: Name = out("ECS service of the content service.", root=True)
    firewall_name: Name = out("Web ACL in front of the API, for metrics.")
