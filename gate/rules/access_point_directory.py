"""Access points whose directory nobody makes."""

from __future__ import annotations

from collections.abc import Iterator

from gate.rule import Hit, rule
from gate.tree import Tree, as_text

_TEMPLATE = """
Resources:
  Files: {{Type: AWS::EFS::FileSystem}}
  Point:
    Type: AWS::EFS::AccessPoint
    Properties:
      FileSystemId: !Ref Files
      RootDirectory:
        Path: /films
        {creation}
"""


@rule(
    id="E9521",
    title="The directory of an access point is made if it is not there",
    reason=(
        "Without CreationInfo EFS does not make the root directory, and mounting through the access point fails until "
        "somebody else has. A new file system has no directory but /."
    ),
    source="https://docs.aws.amazon.com/efs/latest/ug/enforce-root-directory-access-point.html",
    good=_TEMPLATE.format(creation='CreationInfo: {OwnerUid: "1000", OwnerGid: "1000", Permissions: "0755"}'),
    bad=_TEMPLATE.format(creation=""),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Look at access points of file systems that the tree makes."""
    for point in tree.resources("AWS::EFS::AccessPoint"):
        path = as_text(tree.literal(point.get("RootDirectory.Path")))
        new = tree.target(point.get("FileSystemId"), "AWS::EFS::FileSystem")
        if new and path and path != "/" and point.get("RootDirectory.CreationInfo") is None:
            message = f"{path} does not exist in the new file system {new.path}, and nothing makes it"
            yield Hit(point, "RootDirectory", message, "Add CreationInfo with owner, group and permissions.")
