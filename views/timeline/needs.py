"""What a resource really needs before it can be made, whichever stack that is in.

A reference is followed through parameters and outputs to the resource whose attribute is read. That a whole stack is
waited for is no need: it is what the stacks' borders cost.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gate.datastores import datastores
from gate.network import denotes, routes, subnets, tables
from gate.tree import STACK_TYPE, Resource, Tree, dig, items, references
from gate.workloads import SERVICE, TASK, mount_targets, told_of

INSTANCES: Final = ("AWS::RDS::DBInstance", "AWS::DocDB::DBInstance", "AWS::Neptune::DBInstance")
"""What answers for a database cluster, which does not by itself."""

FORWARDING: Final = ("AWS::ElasticLoadBalancingV2::Listener", "AWS::ElasticLoadBalancingV2::ListenerRule")


def needs(tree: Tree) -> dict[str, frozenset[str]]:
    """Return the paths of what each resource needs, by its path; nested stacks are none of them."""
    return {
        resource.path: frozenset(
            needed.path for needed in _needed(tree, resource) if needed.type != STACK_TYPE and needed is not resource
        )
        for resource in tree.resources()
        if resource.type != STACK_TYPE
    }


def _needed(tree: Tree, resource: Resource) -> Iterator[Resource]:
    yield from (tree.at(reference) for reference in references(resource.properties))
    siblings = resource.stack.resources
    yield from (
        siblings[name] for name in resource.depends_on if name in siblings and siblings[name].condition is not False
    )
    if resource.type == SERVICE:
        yield from _used_by_service(tree, resource)


def _used_by_service(tree: Tree, service: Resource) -> Iterator[Resource]:
    """Yield what the tasks of a service connect to: without it they stop again, and the service is never stable.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
    """
    task = tree.target(service.get("TaskDefinition"), TASK)
    if task:
        for store in datastores(tree):
            if told_of(tree, task, store):
                yield store
                yield from (each for each in tree.resources(*INSTANCES) if _belongs(tree, each, store))
        yield from mount_targets(tree, task)
    for subnet in subnets(tree, service.get("NetworkConfiguration.AwsvpcConfiguration.Subnets")) or []:
        yield from _way_out(tree, subnet)
    for balancer in items(service.get("LoadBalancers")):
        group = tree.target(dig(balancer, "TargetGroupArn"))
        if group:  # ECS refuses a target group that no listener forwards to
            yield from (use.resource for use in tree.referrers(group, *FORWARDING))


def _belongs(tree: Tree, instance: Resource, cluster: Resource) -> bool:
    return tree.target(instance.get("DBClusterIdentifier")) is cluster


def _way_out(tree: Tree, subnet: Resource) -> Iterator[Resource]:
    """Yield the routes of a subnet and the endpoints of its VPC: how images are pulled and AWS's services called."""
    for table in tables(tree, subnet) or []:
        yield from (
            each
            for each in tree.resources("AWS::EC2::SubnetRouteTableAssociation")
            if denotes(tree, each.get("SubnetId"), subnet)
        )
        yield from routes(tree, table)
    vpc = tree.target(subnet.get("VpcId"), "AWS::EC2::VPC")
    if vpc:
        yield from (use.resource for use in tree.referrers(vpc, "AWS::EC2::VPCEndpoint"))
