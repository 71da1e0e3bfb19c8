"""Streaming tier: the video-ingest and analytics streams, and the queue for what could not be processed."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from awacs.aws import PolicyDocument
from troposphere import Equals, If, Sub, kinesis, sqs

from kit import grants
from kit.conditions import switch
from kit.interface import interface, knob, out
from kit.retention import KEEP
from kit.scope import Scope
from kit.template import Template
from kit.values import Arn, KeyArn, Name, Number, QueueArn, StreamArn, Text, Url
from templates.security import Security

SHARD_METRICS: Final = (
    "IncomingBytes",
    "IncomingRecords",
    "IteratorAgeMilliseconds",
    "OutgoingBytes",
    "OutgoingRecords",
    "ReadProvisionedThroughputExceeded",
    "WriteProvisionedThroughputExceeded",
)
"""Every metric that Kinesis can report by shard.

https://docs.aws.amazon.com/kinesis/latest/APIReference/API_EnableEnhancedMonitoring.html
"""

DEAD_LETTERS_KEPT: Final = timedelta(days=14)
"""The longest that a queue keeps a message.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
"""


@interface
class Knobs:
    """What params/<env>.json may set."""

    ingest_shards: Number = knob("Shards in the ingest stream (PROVISIONED only).", default=2, MinValue=1, MaxValue=200)
    analytics_shards: Number = knob(
        "Shards in the analytics stream (PROVISIONED only).", default=4, MinValue=1, MaxValue=200
    )
    retention_hours: Number = knob("Hours that a stream keeps a record.", default=24, MinValue=24, MaxValue=8760)
    stream_mode: Text = knob(
        "Whether shards are counted by us or by Kinesis.",
        default="PROVISIONED",
        AllowedValues=("PROVISIONED", "ON_DEMAND"),
    )


@interface
class Streaming:
    """What other tiers may use."""

    ingest_name: Name = out("Name of the video-ingest stream.", root=True)
    ingest_arn: StreamArn = out("ARN of the video-ingest stream.", root=True)
    analytics_name: Name = out("Name of the analytics stream.", root=True)
    analytics_arn: StreamArn = out("ARN of the analytics stream.", root=True)
    dead_letters_name: Name = out("Name of the dead-letter queue.")
    dead_letters_url: Url = out("URL of the dead-letter queue.", root=True)
    dead_letters_arn: QueueArn = out("ARN of the dead-letter queue.")


def build(t: Template, scope: Scope, knobs: Knobs, security: Security) -> Streaming:
    """Add both streams and the dead-letter queue, encrypted with the platform's key."""
    counted = switch(t, "ShardsCounted", Equals(knobs.stream_mode, "PROVISIONED"))
    ingest = t.add_resource(
        _stream("Ingest", scope.name("video-stream"), counted.pick(knobs.ingest_shards), knobs, security.key_arn)
    )
    analytics = t.add_resource(
        _stream("Analytics", scope.name("analytics"), counted.pick(knobs.analytics_shards), knobs, security.key_arn)
    )
    dead_letters = _dead_letters(t, scope, security.key_arn)
    return Streaming(
        ingest_name=Name(ingest.ref()),
        ingest_arn=StreamArn(Arn(ingest.get_att("Arn"))),
        analytics_name=Name(analytics.ref()),
        analytics_arn=StreamArn(Arn(analytics.get_att("Arn"))),
        dead_letters_name=Name(dead_letters.get_att("QueueName")),
        dead_letters_url=Url(dead_letters.ref()),
        dead_letters_arn=QueueArn(Arn(dead_letters.get_att("Arn"))),
    )


def _stream(title: str, name: Sub, shards: If, knobs: Knobs, key: KeyArn) -> kinesis.Stream:
    return kinesis.Stream(
        title,
        Name=name,
        StreamModeDetails=kinesis.StreamModeDetails(StreamMode=knobs.stream_mode),
        ShardCount=shards,
        RetentionPeriodHours=knobs.retention_hours,
        StreamEncryption=kinesis.StreamEncryption(EncryptionType="KMS", KeyId=key),
        DesiredShardLevelMetrics=list(SHARD_METRICS),
        **KEEP,
    )


def _dead_letters(t: Template, scope: Scope, key: KeyArn) -> sqs.Queue:
    queue = t.add_resource(
        sqs.Queue(
            "DeadLetters",
            QueueName=scope.name("dead-letters"),
            MessageRetentionPeriod=int(DEAD_LETTERS_KEPT.total_seconds()),
            KmsMasterKeyId=key,
            # Workers write to it themselves: it is no other queue's dead-letter queue.
            RedriveAllowPolicy={"redrivePermission": "denyAll"},
            **KEEP,
        )
    )
    tls_only = grants.deny_insecure_transport("sqs", Arn(queue.get_att("Arn")))
    t.add_resource(
        sqs.QueuePolicy(
            "DeadLettersPolicy",
            Queues=[queue.ref()],
            PolicyDocument=PolicyDocument(Version="2012-10-17", Statement=[tls_only]),
        )
    )
    return queue
