"""Tasks and functions in zones or networks where their file system cannot be mounted."""

from __future__ import annotations

from collections.abc import Iterator

from gate.completeness import complete
from gate.network import subnets, vpc, zone
from gate.rule import Hit, rule
from gate.tree import Resource, Tree, Value, dig, items

_TEMPLATE = """
Resources:
  Vpc: {{Type: AWS::EC2::VPC, Properties: {{CidrBlock: 10.0.0.0/16, EnableDnsHostnames: true}}}}
  A:
    Type: AWS::EC2::Subnet
    Properties: {{VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24, AvailabilityZone: us-east-1a}}
  B:
    Type: AWS::EC2::Subnet
    Properties: {{VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24, AvailabilityZone: us-east-1b}}
  Files: {{Type: AWS::EFS::FileSystem}}
  Target:
    Type: AWS::EFS::MountTarget
    Properties: {{FileSystemId: !Ref Files, SubnetId: !Ref A, SecurityGroups: [sg-0123456789abcdef0]}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      NetworkMode: awsvpc
      ContainerDefinitions: [{{Name: web, Image: web}}]
      Volumes: [{{Name: films, EFSVolumeConfiguration: {{FilesystemId: !Ref Files}}}}]
  Service:
    Type: AWS::ECS::Service
    DependsOn: Target
    Properties:
      TaskDefinition: !Ref Task
      NetworkConfiguration: {{AwsvpcConfiguration: {{Subnets: [!Ref {subnet}]}}}}
"""


@rule(
    id="E9277",
    title="A file system has a mount target in every zone that mounts it",
    reason=(
        "The name of a file system resolves to the mount target of the client's own zone. In a zone, or a VPC, without "
        "one the mount fails: tasks do not start (Failed to resolve fs-...efs...amazonaws.com)."
    ),
    source="https://docs.aws.amazon.com/efs/latest/ug/mounting-fs-mount-cmd-dns-name.html",
    good=_TEMPLATE.format(subnet="A"),
    bad=_TEMPLATE.format(subnet="B"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the zones of each client's subnets with those of the mount targets."""
    if not complete(tree):
        return
    for function in tree.resources("AWS::Lambda::Function"):
        if items(function.get("FileSystemConfigs")) and function.get("VpcConfig") is None:
            fix = "Give VpcConfig with subnets that have a mount target."
            yield Hit(function, "VpcConfig", "a function that mounts a file system must be in its VPC", fix)
    for client, path, system in _clients(tree):
        targets = [
            tree.target(each.get("SubnetId"), "AWS::EC2::Subnet")
            for each in tree.resources("AWS::EFS::MountTarget")
            if tree.target(each.get("FileSystemId"), "AWS::EFS::FileSystem") is system
        ]
        served = [subnet for subnet in targets if subnet]
        if not served or len(served) < len(targets):
            continue
        for subnet in subnets(tree, client.get(path)) or []:
            message = _unserved(tree, subnet, served)
            if message:
                fix = "Make a mount target in each zone that the client may run in."
                yield Hit(client, path, f"{system.path} has no mount target in {message} of {subnet.path}", fix)
                break


def _unserved(tree: Tree, subnet: Resource, served: list[Resource]) -> str | None:
    here = vpc(tree, subnet)
    if here is not None and all(tree.same(vpc(tree, other), here) is False for other in served):
        return "the VPC"
    places = [zone(tree, other) for other in served]
    own = zone(tree, subnet)
    return f"the zone {own}" if own and None not in places and own not in places else None


def _clients(tree: Tree) -> Iterator[tuple[Resource, str, Resource]]:
    for service in tree.resources("AWS::ECS::Service"):
        task = tree.target(service.get("TaskDefinition"), "AWS::ECS::TaskDefinition")
        for volume in items(task.get("Volumes")) if task else []:
            system = _system(tree, dig(volume, "EFSVolumeConfiguration.FilesystemId"))
            if system:
                yield service, "NetworkConfiguration.AwsvpcConfiguration.Subnets", system
    for function in tree.resources("AWS::Lambda::Function"):
        for each in items(function.get("FileSystemConfigs")):
            point = tree.target(dig(each, "Arn"), "AWS::EFS::AccessPoint")
            system = _system(tree, point.get("FileSystemId")) if point else None
            if system:
                yield function, "VpcConfig.SubnetIds", system


def _system(tree: Tree, value: Value) -> Resource | None:
    return tree.target(value, "AWS::EFS::FileSystem")
