"""Storage tier: the shared file system for media, mounted by the workers."""

from __future__ import annotations

from typing import Final

from awacs import elasticfilesystem
from awacs.aws import Condition, Deny, Everybody, Null, PolicyDocument, Principal, Statement
from troposphere import Equals, Select, efs, encode_to_dict

from kit import grants
from kit.conditions import is_on
from kit.interface import flag, interface, knob, out
from kit.retention import KEEP
from kit.rules import Rule, in_production
from kit.scope import Scope
from kit.template import Template
from kit.values import AccessPointArn, AccessPointId, Arn, FileSystemArn, FileSystemId, Flag, KeyArn, Text
from templates.network import ZONES, Network, zones_in_use
from templates.network import Knobs as NetworkKnobs
from templates.security import Security

WORKER: Final = "1000"
"""User and group that every file belongs to, whoever mounts the access point."""

LIFECYCLE: Final = ({"TransitionToIA": "AFTER_30_DAYS"}, {"TransitionToPrimaryStorageClass": "AFTER_1_ACCESS"})
"""When a file changes its storage class; each policy may hold one transition only.

https://docs.aws.amazon.com/efs/latest/ug/API_PutLifecycleConfiguration.html
"""


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


def rules(scope: Scope, knobs: Knobs) -> tuple[Rule, ...]:
    """Refuse production without backups."""
    return (
        Rule(
            "ProductionFiles",
            "Production must be able to get lost files back: set EfsBackup to true.",
            holds=(Equals(knobs.efs_backup, "true"),),
            when=in_production(scope.environment),
        ),
    )


def build(
    t: Template, scope: Scope, knobs: Knobs, *, zones: NetworkKnobs, network: Network, security: Security
) -> Storage:
    """Add the file system, a mount target per zone, and the access point that workers use."""
    files = _file_system(t, scope, knobs, security.key_arn)
    _mount_targets(t, zones, network, files)
    access_point = _access_point(t, files)
    return Storage(
        file_system_id=FileSystemId(files.ref()),
        file_system_arn=FileSystemArn(Arn(files.get_att("Arn"))),
        access_point_id=AccessPointId(access_point.ref()),
        access_point_arn=AccessPointArn(Arn(access_point.get_att("Arn"))),
    )


def _file_system(t: Template, scope: Scope, knobs: Knobs, key: KeyArn) -> efs.FileSystem:
    backup = is_on(t, "Backup", knobs.efs_backup)
    return t.add_resource(
        efs.FileSystem(
            "Files",
            Encrypted=True,
            KmsKeyId=key,
            PerformanceMode="generalPurpose",
            ThroughputMode=knobs.efs_throughput_mode,
            LifecyclePolicies=[efs.LifecyclePolicy(**transition) for transition in LIFECYCLE],
            BackupPolicy=efs.BackupPolicy(Status=backup.pick("ENABLED", "DISABLED")),
            FileSystemPolicy=encode_to_dict(_mount_rules()),
            FileSystemTags=scope.name_tag("media"),
            **KEEP,
        )
    )


def _mount_rules() -> PolicyDocument:
    """Demand TLS and an access point; that there is a policy at all demands a role that may mount.

    Nothing is allowed here, so each mount needs its role's own permission. Nothing about managing the file system
    is denied to a caller on TLS, so the lockout check passes and stays on.
    https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
    """
    around = Statement(
        Sid="DenyAroundAccessPoint",
        Effect=Deny,
        Principal=Principal(Everybody),
        Action=[elasticfilesystem.ClientMount, elasticfilesystem.ClientWrite, elasticfilesystem.ClientRootAccess],
        Condition=Condition(Null("elasticfilesystem:AccessPointArn", "true")),
    )
    return PolicyDocument(Version="2012-10-17", Statement=[grants.deny_insecure_transport("elasticfilesystem"), around])


def _mount_targets(t: Template, zones: NetworkKnobs, network: Network, files: efs.FileSystem) -> None:
    in_use = zones_in_use(t, zones)
    for place, zone in enumerate(ZONES):
        t.add_resource(
            efs.MountTarget(
                f"MountTarget{zone}",
                FileSystemId=files.ref(),
                SubnetId=Select(place, network.data_subnets),
                SecurityGroups=[network.files_group],
                **in_use.only(zone),
            )
        )


def _access_point(t: Template, files: efs.FileSystem) -> efs.AccessPoint:
    return t.add_resource(
        efs.AccessPoint(
            "Media",
            FileSystemId=files.ref(),
            PosixUser=efs.PosixUser(Uid=WORKER, Gid=WORKER),
            RootDirectory=efs.RootDirectory(
                Path="/media",
                # Without it a mount fails, as nobody else may make the directory.
                CreationInfo=efs.CreationInfo(OwnerUid=WORKER, OwnerGid=WORKER, Permissions="0750"),
            ),
        )
    )
