"""What runs, and what it works with: data edges from roles and settings beside the traffic of security groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gate import access
from gate.datastores import owner
from gate.tree import Resource, Tree, references
from gate.tree.iam import may
from gate.workloads import role, services, workloads
from views.diagram.catalogue import PART, called, kind, type_name
from views.diagram.picture import Edge, Node, Picture
from views.diagram.traffic import flows

_READS: Final = ("Get", "BatchGet", "Query", "Scan", "List", "Receive", "Subscribe", "PartiQLSelect", "Describe")
_CONNECTED: Final = {
    "AWS::RDS::DBCluster": "queries",
    "AWS::RDS::DBInstance": "queries",
    "AWS::ElastiCache::ReplicationGroup": "caches in",
    "AWS::EFS::FileSystem": "mounts",
}
"""What code does with what it connects to over the network: no IAM action says it."""


def picture(tree: Tree, environment: str) -> Picture:
    """Draw every workload and load balancer of the tree, and what they work with."""
    edges = tuple(dict.fromkeys([*_entrance(tree), *_traffic(tree), *_data(tree)]))
    ends = {end for edge in edges for end in (edge.source, edge.target)}
    shown = [each for each in tree.resources() if called(each) in ends]
    return Picture(
        title=f"{environment}: what runs, and what it reads and writes",
        description=f"{len(edges)} arrows between what runs code and what holds data.",
        nodes=tuple(Node(called(each), called(each), kind(each), (type_name(each),)) for each in shown),
        edges=edges,
        direction="LR",
    )


def _entrance(tree: Tree) -> Iterator[Edge]:
    """Yield how requests come in: an API in front of a VPC link, and what filters them."""
    for method in tree.resources("AWS::ApiGateway::Method"):
        api = tree.target(method.get("RestApiId"), "AWS::ApiGateway::RestApi")
        link = tree.target(method.get("Integration.ConnectionId"), "AWS::ApiGatewayV2::VpcLink")
        if api and link:
            yield Edge(called(api), called(link), "traffic", "forwards")
    for association in tree.resources("AWS::WAFv2::WebACLAssociation"):
        firewall = tree.target(association.get("WebACLArn"), "AWS::WAFv2::WebACL")
        stage = tree.target(association.get("ResourceArn"), "AWS::ApiGateway::Stage")
        api = tree.target(stage.get("RestApiId"), "AWS::ApiGateway::RestApi") if stage else None
        if firewall and api:
            yield Edge(called(firewall), called(api), "traffic", "lets through")


def _traffic(tree: Tree) -> Iterator[Edge]:
    for flow in flows(tree):
        if flow.source and flow.target:
            yield Edge(called(flow.source), called(_holder(tree, flow.target)), "traffic", flow.port)


def _holder(tree: Tree, target: Resource) -> Resource:
    """Return the file system of a mount target, the cluster of an instance."""
    return tree.target(target.get("FileSystemId"), "AWS::EFS::FileSystem") or owner(tree, target)


def _data(tree: Tree) -> Iterator[Edge]:
    for workload in workloads(tree):
        own = role(tree, workload)
        for resource in tree.resources():
            if kind(resource) == PART:
                continue
            verbs = _verbs(tree, own, resource) if own else []
            if resource.type in _CONNECTED:
                told = any(owner(tree, tree.at(each)) is resource for each in references(workload.properties))
                verbs = [_CONNECTED[resource.type]] if told else []
            for place in services(tree, workload) or [workload]:
                if verbs:
                    yield Edge(called(place), called(resource), "data", ", ".join(verbs))


def _verbs(tree: Tree, own: Resource, resource: Resource) -> list[str]:
    """Say what a role may do with the data of a resource; what only a condition decides counts as allowed."""
    actions = [
        action.partition(":")[2]
        for action in access.DATA.get(resource.type, ())
        if may(tree, own, action, resource) is not False
    ]
    read = any(action.startswith(_READS) for action in actions)
    write = any(not action.startswith(_READS) for action in actions)
    return [verb for verb, holds in (("reads", read), ("writes", write)) if holds]
