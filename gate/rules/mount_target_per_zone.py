"""Tasks in zones where their file system has no mount target."""

from __future__ import annotations

from collections.abc import Iterator

from gate.completeness import complete
from gate.network import denotes, subnets, zones
from gate.rule import Hit, rule
from gate.tree import Tree, as_text
from gate.workloads import TASK, file_systems, placements

_TEMPLATE = """
Resources:
  Vpc: {{Type: AWS::EC2::VPC, Properties: {{CidrBlock: 10.0.0.0/16, EnableDnsHostnames: true}}}}
  A:
    Type: AWS::EC2::Subnet
    Properties: {{VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24, AvailabilityZone: !Select [0, !GetAZs ""]}}
  B:
    Type: AWS::EC2::Subnet
    Properties: {{VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24, AvailabilityZone: !Select [1, !GetAZs ""]}}
  Files: {{Type: AWS::EFS::FileSystem}}
  Target: {{Type: AWS::EFS::MountTarget, Properties: {{FileSystemId: !Ref Files, SubnetId: !Ref A}}}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions: [{{Name: app, Image: app}}]
      Volumes: [{{Name: files, EFSVolumeConfiguration: {{FilesystemId: !Ref Files}}}}]
  Service:
    Type: AWS::ECS::Service
    Properties:
      TaskDefinition: !Ref Task
      NetworkConfiguration: {{AwsvpcConfiguration: {{Subnets: [!Ref A{more}]}}}}
"""


@rule(
    id="E9520",
    title="A file system has a mount target in every zone where its tasks run",
    reason=(
        "The name of a file system resolves to the mount target in the zone of who asks. In a zone without one the "
        "name does not resolve, and the task does not start."
    ),
    source="https://docs.aws.amazon.com/efs/latest/ug/mounting-fs-mount-cmd-dns-name.html",
    good=_TEMPLATE.format(more=""),
    bad=_TEMPLATE.format(more=", !Ref B"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the zones of each task's subnets with those of the mount targets."""
    targets = list(tree.resources("AWS::EFS::MountTarget"))
    if not complete(tree):
        return
    for task in tree.resources(TASK):
        for path, system in file_systems(tree, task):
            if as_text(system.get("AvailabilityZoneName")):
                continue
            places = [each.get("SubnetId") for each in targets if denotes(tree, each.get("FileSystemId"), system)]
            known = subnets(tree, places)
            served = zones(tree, known) if known is not None else None
            if not places:
                message = f"{system.path} has no mount target: it cannot be mounted"
                yield Hit(task, path, message, "Add an AWS::EFS::MountTarget in every zone.")
            for where in placements(tree, task) if served else ():
                own = subnets(tree, where.subnets)
                wanted = zones(tree, own) if own else None
                missing = sorted(set(wanted or ()) - set(served or ()))
                if missing:
                    message = f"tasks run in {', '.join(missing)}, where {system.path} has no mount target"
                    yield Hit(where.place, (*where.path, "Subnets"), message, "Add a mount target in every zone.")
