"""Values that EFS refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gate.limits import GIVEN, ON, Limit, among, exceeded, having, may, needs, when, without
from gate.rule import Hit, rule
from gate.tree import Tree

_SYSTEM = ("AWS::EFS::FileSystem",)
_CREATE = "https://docs.aws.amazon.com/efs/latest/ug/API_CreateFileSystem.html"
_LIFECYCLE = "https://docs.aws.amazon.com/efs/latest/ug/API_PutLifecycleConfiguration.html"
_TRANSITIONS = ("TransitionToIA", "TransitionToArchive", "TransitionToPrimaryStorageClass")

LIMITS: Final = (
    Limit(
        _SYSTEM, "", when(having(ThroughputMode=among("provisioned")), needs("ProvisionedThroughputInMibps")),
        "Provisioned throughput needs ProvisionedThroughputInMibps.", _CREATE,
    ),
    Limit(
        _SYSTEM, "", when(having(ProvisionedThroughputInMibps=GIVEN), having(ThroughputMode=among("provisioned"))),
        "ProvisionedThroughputInMibps needs the throughput mode provisioned.", _CREATE,
    ),
    Limit(
        _SYSTEM, "", when(having(PerformanceMode=among("maxIO")), may(ThroughputMode=among("bursting", "provisioned"))),
        "Elastic throughput needs the performance mode generalPurpose.", _CREATE,
    ),
    Limit(
        _SYSTEM, "", when(having(PerformanceMode=among("maxIO")), without("AvailabilityZoneName")),
        "A One Zone file system has the performance mode generalPurpose.", _CREATE,
    ),
    Limit(
        _SYSTEM, "", when(having(KmsKeyId=GIVEN), having(Encrypted=ON)), "A key needs Encrypted: true.", _CREATE
    ),
    Limit(
        _SYSTEM, "LifecyclePolicies.*", {"oneOf": [needs(transition) for transition in _TRANSITIONS]},
        "Each lifecycle policy has one transition: write one object for each.", _LIFECYCLE,
    ),
    Limit(
        ("AWS::EFS::MountTarget",), "SecurityGroups", {"maxItems": 5}, "A mount target has up to five security groups.",
        "https://docs.aws.amazon.com/efs/latest/ug/API_CreateMountTarget.html",
    ),
    Limit(
        _SYSTEM, "", when(
            having(LifecyclePolicies={"contains": needs("TransitionToArchive")}),
            having(ThroughputMode=among("elastic")),
        ),
        "The Archive class needs elastic throughput.", _LIFECYCLE,
    ),
)  # fmt: skip

_TEMPLATE = """
Parameters:
  Mode: {{Type: String, Default: {mode}}}
Resources:
  Media:
    Type: AWS::EFS::FileSystem
    Properties: {{ThroughputMode: !Ref Mode, ProvisionedThroughputInMibps: 64}}
"""


@rule(
    id="E9120",
    title="A file system has settings that go together",
    reason="EFS refuses throughput, performance, encryption and lifecycle settings that exclude each other.",
    source=_CREATE,
    good=_TEMPLATE.format(mode="provisioned"),
    bad=_TEMPLATE.format(mode="bursting"),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Hold file systems against the limits of the API."""
    yield from exceeded(tree, LIMITS)
