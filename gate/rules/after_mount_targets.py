"""What mounts a file system, but does not wait for its mount targets."""

from __future__ import annotations

from collections.abc import Iterator

from gate.completeness import complete
from gate.ordering import unordered
from gate.rule import Hit, rule
from gate.tree import Resource, Tree, Value, dig, items

_TEMPLATE = """
Resources:
  Files: {{Type: AWS::EFS::FileSystem}}
  Target:
    Type: AWS::EFS::MountTarget
    Properties: {{FileSystemId: !Ref Files, SubnetId: subnet-0123456789abcdef0, SecurityGroups: [sg-0123456789abcdef0]}}
  Access: {{Type: AWS::EFS::AccessPoint, Properties: {{FileSystemId: !Ref Files}}}}
  Function:
    Type: AWS::Lambda::Function
    {waits}
    Properties:
      Role: arn:aws:iam::123456789012:role/reader
      Runtime: python3.12
      Handler: index.handler
      Code: {{ZipFile: "pass"}}
      VpcConfig: {{SubnetIds: [subnet-0123456789abcdef0], SecurityGroupIds: [sg-0123456789abcdef0]}}
      FileSystemConfigs: [{{Arn: !GetAtt Access.Arn, LocalMountPath: /mnt/files}}]
"""


@rule(
    id="E9238",
    title="What mounts a file system waits for its mount targets",
    reason=(
        "Lambda refuses a function whose file system has no mount target yet, and ECS tasks fail until there is one. "
        "Both refer to the file system or an access point, never to the mount targets."
    ),
    source="https://docs.aws.amazon.com/lambda/latest/dg/configuration-filesystem.html",
    good=_TEMPLATE.format(waits="DependsOn: Target"),
    bad=_TEMPLATE.format(waits=""),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at the order between the mount targets of each file system, and functions and services that mount it."""
    for resource, path, system in _mounting(tree):
        targets = [
            each
            for each in tree.resources("AWS::EFS::MountTarget")
            if tree.target(each.get("FileSystemId"), "AWS::EFS::FileSystem") is system
        ]
        late = unordered(targets, resource)
        if late:
            message = f"it may be created before {late[0].path}"
            yield Hit(resource, path, message, f"Add {', '.join(each.id for each in late)} to DependsOn.")
        elif not targets and complete(tree):
            yield Hit(resource, path, f"{system.path} has no mount target", "Make a mount target in each zone.")


def _mounting(tree: Tree) -> Iterator[tuple[Resource, str, Resource]]:
    for function in tree.resources("AWS::Lambda::Function"):
        for each in items(function.get("FileSystemConfigs")):
            system = _system(tree, dig(each, "Arn"))
            if system:
                yield function, "FileSystemConfigs", system
    for service in tree.resources("AWS::ECS::Service"):
        task = tree.target(service.get("TaskDefinition"), "AWS::ECS::TaskDefinition")
        for volume in items(task.get("Volumes")) if task else []:
            system = _system(tree, dig(volume, "EFSVolumeConfiguration.FilesystemId"))
            if system:
                yield service, "TaskDefinition", system


def _system(tree: Tree, value: Value) -> Resource | None:
    found = tree.target(value, "AWS::EFS::AccessPoint", "AWS::EFS::FileSystem")
    if found and found.type == "AWS::EFS::AccessPoint":
        return tree.target(found.get("FileSystemId"), "AWS::EFS::FileSystem")
    return found
