"""Buckets, lifecycles and trails that S3 and CloudTrail refuse."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from gate.limits import (
    GIVEN,
    ON,
    Limit,
    among,
    between,
    either,
    exceeded,
    having,
    may,
    needs,
    when,
    without,
)
from gate.rule import Hit, rule
from gate.tree import Path, Resource, Tree, Value, as_int, as_text, dig, items

_BUCKET, _TRAIL = ("AWS::S3::Bucket",), ("AWS::CloudTrail::Trail",)
_NAMES = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"
_LIFECYCLE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html"
_ENCRYPTION = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html"
_CREATE_TRAIL = "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html"
_RULES = "LifecycleConfiguration.Rules.*"
_ACTIONS = (
    *("AbortIncompleteMultipartUpload", "ExpirationDate", "ExpirationInDays", "ExpiredObjectDeleteMarker"),
    *("NoncurrentVersionExpiration", "NoncurrentVersionExpirationInDays", "NoncurrentVersionTransition"),
    *("NoncurrentVersionTransitions", "Transition", "Transitions"),
)
_ORDER: Final = {
    "STANDARD_IA": 1, "INTELLIGENT_TIERING": 2, "ONEZONE_IA": 3, "GLACIER_IR": 4, "GLACIER": 5, "Glacier": 5,
    "DEEP_ARCHIVE": 6,
}  # fmt: skip

LIMITS: Final = (
    Limit(
        _BUCKET, "BucketName", {
            "pattern": r"^(?!\d+\.\d+\.\d+\.\d+$)(?!xn--|sthree-|amzn-s3-demo-)"
            r"(?!.*(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$)(?!.*\.\.)",
            "minLength": 3,
        }, "A name is no IP address, has no adjacent periods and none of the reserved prefixes and suffixes.", _NAMES,
    ),
    Limit(_BUCKET, _RULES, either(*(needs(action) for action in _ACTIONS)), "A rule does something.", _LIFECYCLE),
    Limit(
        _BUCKET, _RULES, when(having(ExpirationInDays=GIVEN), without("ExpirationDate")), "Give days or a date.",
        _LIFECYCLE
    ),
    Limit(
        _BUCKET, _RULES, when(
            having(ExpiredObjectDeleteMarker=ON), without("ExpirationInDays", "ExpirationDate", "TagFilters")
        ), "Delete markers expire by themselves.",
        "https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleExpiration.html",
    ),
    *(
        Limit(_BUCKET, f"{_RULES}.{name}", {"minimum": 1}, "Give a day or more.", _LIFECYCLE)
        for name in (
            "ExpirationInDays", "NoncurrentVersionExpirationInDays", "NoncurrentVersionExpiration.NoncurrentDays",
            "AbortIncompleteMultipartUpload.DaysAfterInitiation",
        )
    ),
    Limit(
        _BUCKET, f"{_RULES}.NoncurrentVersionExpiration.NewerNoncurrentVersions", between(1, 100),
        "Keep 1 to 100 versions.",
        "https://docs.aws.amazon.com/AmazonS3/latest/API/API_NoncurrentVersionExpiration.html",
    ),
    *(
        Limit(
            _BUCKET, f"{_RULES}.{place}", when(
                having(StorageClass=among("STANDARD_IA", "ONEZONE_IA")), may(TransitionInDays={"minimum": 30})
            ), "Objects go to infrequent access after 30 days or more.", _LIFECYCLE,
        )
        for place in ("Transitions.*", "Transition")
    ),
    *(
        Limit(
            _BUCKET, f"{_RULES}.{place}", {"oneOf": [needs("TransitionInDays"), needs("TransitionDate")]},
            "Give days or a date.", _LIFECYCLE,
        )
        for place in ("Transitions.*", "Transition")
    ),
    Limit(
        _BUCKET, "BucketEncryption.ServerSideEncryptionConfiguration.*.ServerSideEncryptionByDefault", when(
            having(KMSMasterKeyID=GIVEN), may(SSEAlgorithm=among("aws:kms", "aws:kms:dsse"))
        ), "A key goes with aws:kms.", _ENCRYPTION,
    ),
    Limit(
        _BUCKET, "", when(having(ReplicationConfiguration=GIVEN), having(
            VersioningConfiguration=having(Status=among("Enabled")))),
        "Replication needs versioning.",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html",
    ),
    Limit(
        _BUCKET, "", when(having(ObjectLockConfiguration=GIVEN), having(ObjectLockEnabled=ON)),
        "A lock needs ObjectLockEnabled: true.",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html",
    ),
    Limit(
        _BUCKET, "", when(having(ObjectLockEnabled=ON), may(VersioningConfiguration=may(Status=among("Enabled")))),
        "A lock needs versioning.", "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html",
    ),
    Limit(
        _BUCKET, "ObjectLockConfiguration.Rule.DefaultRetention", {"oneOf": [needs("Days"), needs("Years")]},
        "Objects are kept for days or for years.",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html",
    ),
    Limit(
        _BUCKET, "WebsiteConfiguration", when(having(RedirectAllRequestsTo=GIVEN), without(
            "IndexDocument", "ErrorDocument", "RoutingRules")),
        "A redirect of everything excludes the rest.",
        "https://docs.aws.amazon.com/AmazonS3/latest/API/API_WebsiteConfiguration.html",
    ),
    *(
        Limit(
            _BUCKET, f"NotificationConfiguration.{kind}.*.Event",
            {"pattern": r"^s3:[A-Z][A-Za-z]+(:(\*|[A-Z][A-Za-z]+(:.+)?))?$"},
            "An event is like s3:ObjectCreated:*.",
            "https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html",
        )
        for kind in ("LambdaConfigurations", "QueueConfigurations", "TopicConfigurations")
    ),
    Limit(
        _TRAIL, "", {"dependentRequired": {
            "CloudWatchLogsLogGroupArn": ["CloudWatchLogsRoleArn"],
            "CloudWatchLogsRoleArn": ["CloudWatchLogsLogGroupArn"]}},
        "Log group and role go together.", _CREATE_TRAIL,
    ),
    Limit(
        _TRAIL, "CloudWatchLogsLogGroupArn", {"pattern": r"^arn:aws[a-z-]*:logs:[^:]+:\d{12}:log-group:[^:]+:\*$"},
        "The ARN of the log group ends with :*, as its attribute Arn does.", _CREATE_TRAIL,
    ),
    Limit(
        _TRAIL, "", when(having(IsMultiRegionTrail=ON), may(IncludeGlobalServiceEvents=ON)),
        "A trail of all regions has the events of global services.", _CREATE_TRAIL,
    ),
    Limit(
        _TRAIL, "", when(having(IsOrganizationTrail=ON), may(IsMultiRegionTrail=ON)),
        "A trail of an organisation covers all regions.", _CREATE_TRAIL,
    ),
    Limit(
        _TRAIL, "TrailName", {"pattern": r"^(?!.*[._-]{2})(?!\d+\.\d+\.\d+\.\d+$)"},
        "A name has no adjacent periods, underscores or hyphens, and is no IP address.", _CREATE_TRAIL,
    ),
    Limit(
        _TRAIL, "", {"not": needs("EventSelectors", "AdvancedEventSelectors")}, "Give one kind of event selectors.",
        "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html",
    ),
)  # fmt: skip

_TEMPLATE = """
Parameters:
  Days: {{Type: Number, Default: {days}}}
Resources:
  Films:
    Type: AWS::S3::Bucket
    Properties:
      LifecycleConfiguration:
        Rules:
          - Status: Enabled
            ExpirationInDays: !Ref Days
            Transitions: [{{StorageClass: GLACIER, TransitionInDays: 90}}]
"""


@rule(
    id="E9164",
    title="Buckets and trails have settings that go together",
    reason=(
        "S3 refuses reserved names, and lifecycle rules that do nothing, move objects backwards or expire them before "
        "they are moved; CloudTrail refuses half of what it needs for logs."
    ),
    source=_LIFECYCLE,
    good=_TEMPLATE.format(days=365),
    bad=_TEMPLATE.format(days=60),
)
def check(tree: Tree) -> Iterator[Hit]:
    """Hold buckets and trails against the limits of their APIs; compare the days of each lifecycle rule."""
    yield from exceeded(tree, LIMITS)
    for bucket in tree.resources(*_BUCKET):
        for place, lifecycle in enumerate(items(bucket.get("LifecycleConfiguration.Rules"))):
            at: Path = ("LifecycleConfiguration", "Rules", place)
            yield from _rule(bucket, at, lifecycle)


def _rule(bucket: Resource, at: Path, lifecycle: Value) -> Iterator[Hit]:
    moves = [*items(dig(lifecycle, "Transitions")), *items(dig(lifecycle, "Transition"))]
    steps = sorted(
        (days, _ORDER[kind], kind)
        for move in moves
        if (days := as_int(dig(move, "TransitionInDays"))) is not None
        and (kind := as_text(dig(move, "StorageClass")) or "") in _ORDER
    )
    for (early, before, kind), (late, after, next_) in pairwise(steps):
        if after <= before:
            message = f"objects go to {kind} after {early} days, and then to {next_} after {late}"
            yield Hit(bucket, (*at, "Transitions"), message, "Move objects towards colder classes only.")
    expiry = as_int(dig(lifecycle, "ExpirationInDays"))
    if expiry is not None and steps and expiry <= steps[-1][0]:
        message = f"objects expire after {expiry} days, and go to {steps[-1][2]} after {steps[-1][0]}"
        yield Hit(bucket, (*at, "ExpirationInDays"), message, "Let objects expire after the last transition.")
