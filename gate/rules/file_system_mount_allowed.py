"""File systems that a task may not mount."""

from __future__ import annotations

from collections.abc import Iterator

from gate.needs import Need, lacking
from gate.rule import Hit, rule
from gate.tree import Resource, Tree, Value, as_bool, as_text, dig, items
from gate.tree.arns import arn_of
from gate.tree.iam import allows, resource_statements
from gate.workloads import TASK, containers

_TEMPLATE = """
Resources:
  Files:
    Type: AWS::EFS::FileSystem
    Properties:
      FileSystemPolicy:
        Statement:
          - {{Effect: Deny, Principal: "*", Action: "*", Condition: {{Bool: {{"aws:SecureTransport": "false"}}}}}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {{Effect: Allow, Principal: {{Service: ecs-tasks.amazonaws.com}}, Action: sts:AssumeRole}}
      Policies:
        - PolicyName: mount
          PolicyDocument:
            Statement: {{Effect: Allow, Action: [{actions}], Resource: !GetAtt Files.Arn}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      TaskRoleArn: !GetAtt Role.Arn
      Volumes:
        - Name: media
          EFSVolumeConfiguration:
            FilesystemId: !Ref Files
            TransitEncryption: ENABLED
            AuthorizationConfig: {{IAM: ENABLED}}
      ContainerDefinitions:
        - {{Name: a, Image: a, MountPoints: [{{SourceVolume: media, ContainerPath: /media}}]}}
"""
_MOUNT, _WRITE = "elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"


@rule(
    id="E9428",
    title="A task may mount its file system",
    reason=(
        "A file system with a policy lets nobody in who is not allowed by it or by the task role: "
        "elasticfilesystem:ClientMount to mount and ClientWrite to write. A mount that is refused keeps the task from "
        "starting; one without ClientWrite is read-only."
    ),
    source="https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html",
    good=_TEMPLATE.format(actions=f"{_MOUNT}, {_WRITE}"),
    bad=_TEMPLATE.format(actions=_WRITE),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at every volume on a file system with a policy."""
    for task in tree.resources(TASK):
        role = tree.target(task.get("TaskRoleArn"), "AWS::IAM::Role")
        for index, volume in enumerate(items(task.get("Volumes"))):
            config = dig(volume, "EFSVolumeConfiguration")
            files = tree.target(dig(config, "FilesystemId"), "AWS::EFS::FileSystem")
            if files is None or files.get("FileSystemPolicy") is None:
                continue
            at = ("Volumes", index, "EFSVolumeConfiguration")
            context: dict[str, Value] = {
                "aws:SecureTransport": str(as_text(dig(config, "TransitEncryption")) == "ENABLED").lower()
            }
            point = tree.target(dig(config, "AuthorizationConfig.AccessPointId"), "AWS::EFS::AccessPoint")
            if point:
                context["elasticfilesystem:AccessPointArn"] = arn_of(tree, point)
            actions = (_MOUNT, _WRITE) if _written(task, dig(volume, "Name")) else (_MOUNT,)
            if as_text(dig(config, "AuthorizationConfig.IAM")) != "ENABLED":
                yield from _anonymous(tree, task, (*at, "AuthorizationConfig"), files, context)
            elif role:
                yield from lacking(tree, [Need(task, at, role, actions, files, context)])


def _written(task: Resource, volume: Value) -> bool:
    return any(
        dig(mount, "SourceVolume") == volume and as_bool(dig(mount, "ReadOnly")) in {None, False}
        for _, container in containers(task)
        for mount in items(dig(container, "MountPoints"))
    )


def _anonymous(
    tree: Tree, task: Resource, at: tuple[str | int, ...], files: Resource, context: dict[str, Value]
) -> Iterator[Hit]:
    """Without IAM a client is anybody: only statements for everybody count."""
    if allows(tree, resource_statements(tree, files), _MOUNT, principal="anybody", context=context) is False:
        yield Hit(
            task,
            at,
            f"the policy of {files.path} lets nobody mount it without IAM",
            "Set AuthorizationConfig.IAM and TransitEncryption to ENABLED, and allow ClientMount to the task role.",
        )
