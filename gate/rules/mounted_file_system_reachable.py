"""File systems that tasks mount and that have no mount target."""

from __future__ import annotations

from collections.abc import Iterator

from gate.completeness import complete
from gate.rule import Hit, rule
from gate.tree import Tree, Unknown
from gate.workloads import TASK, file_systems, mount_targets

_TEMPLATE = """
Resources:
  Files: {{Type: AWS::EFS::FileSystem}}
  {target}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions: [{{Name: app, Image: app}}]
      Volumes: [{{Name: files, EFSVolumeConfiguration: {{FilesystemId: !Ref Files}}}}]
"""


@rule(
    id="E9520",
    title="A file system that tasks mount has a mount target",
    reason="A file system is reached through its mount targets only; without any, no task that mounts it starts.",
    source="https://docs.aws.amazon.com/efs/latest/ug/accessing-fs.html",
    good=_TEMPLATE.format(
        target="Target: {Type: AWS::EFS::MountTarget, "
        "Properties: {FileSystemId: !Ref Files, SubnetId: subnet-0123456789abcdef0, SecurityGroups: []}}"
    ),
    bad=_TEMPLATE.format(target=""),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look for any mount target of each mounted file system."""
    loose = any(isinstance(each.get("FileSystemId"), Unknown) for each in tree.resources("AWS::EFS::MountTarget"))
    if loose or not complete(tree):
        return
    for task in tree.resources(TASK):
        found = {tree.target(each.get("FileSystemId")) for each in mount_targets(tree, task)}
        for path, system in file_systems(tree, task):
            if system not in found:
                message = f"{system.path} has no mount target"
                yield Hit(task, path, message, "Add an AWS::EFS::MountTarget in every zone where tasks run.")
