"""EFS volumes of tasks whose options exclude each other."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Tree, as_text, dig, items
from gate.workloads import TASK

_TEMPLATE = """
Resources:
  Files: {{Type: AWS::EFS::FileSystem}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions: [{{Name: app, Image: app}}]
      Volumes:
        - Name: files
          EFSVolumeConfiguration:
            FilesystemId: !Ref Files
            {encryption}
            AuthorizationConfig: {{IAM: ENABLED}}
"""


@rule(
    id="E9522",
    title="A volume with IAM or an access point is mounted over TLS, from its root",
    reason=(
        "ECS refuses a task definition that authorises by IAM or uses an access point without transit encryption, and "
        "one that gives another root directory beside an access point."
    ),
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSVolumeConfiguration.html",
    good=_TEMPLATE.format(encryption="TransitEncryption: ENABLED"),
    bad=_TEMPLATE.format(encryption="TransitEncryption: DISABLED"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Compare the options of each EFS volume."""
    for task in tree.resources(TASK):
        for index, volume in enumerate(items(task.get("Volumes"))):
            config = dig(volume, "EFSVolumeConfiguration")
            path = ("Volumes", index, "EFSVolumeConfiguration")
            iam = as_text(dig(config, "AuthorizationConfig.IAM")) == "ENABLED"
            point = dig(config, "AuthorizationConfig.AccessPointId") is not None
            given = dig(config, "TransitEncryption")
            if (iam or point) and (given is None or as_text(given) == "DISABLED"):
                message = f"{'IAM' if iam else 'an access point'} needs transit encryption, which is off"
                yield Hit(task, (*path, "TransitEncryption"), message, "Write TransitEncryption: ENABLED.")
            root = as_text(dig(config, "RootDirectory"))
            if point and root not in (None, "", "/"):
                message = f"beside an access point the root directory is /, not {root}"
                yield Hit(task, (*path, "RootDirectory"), message, "Leave RootDirectory out.")
