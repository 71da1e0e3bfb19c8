"""Storage tier: the shared file system for media, mounted by the workers."""

from __future__ import annotations

from kit.interface import flag, interface, knob, out
from kit.values import AccessPointArn, AccessPointId, FileSystemArn, FileSystemId, Flag, Text


@interface
class Knobs:
    """What params/<env>.json may set."""

    efs_throughput_mode: Text = knob(
        "How the file system's throughput grows: with its size, or on demand.",
        label="EFS throughput mode",
        default="bursting",
        AllowedValues=("bursting", "elastic"),
    )
    efs_backup: Flag = flag("Back the file system up every day.", label="EFS backup", default=True)


@interface
class Storage:
    """What other tiers may use."""

    file_system_id: FileSystemId = out("The media file system.", root=True)
    file_system_arn: FileSystemArn = out("The media file system, for grants.")
    access_point_id: AccessPointId = out("Access point /media, which acts as uid and gid 1000.")
    access_point_arn: AccessPointArn = out("Access point /media, for grants.")
