"""Streaming tier: the video-ingest and analytics streams, and the queue for what could not be processed."""

from __future__ import annotations

from kit.interface import interface, knob, out
from kit.values import Name, Number, QueueArn, StreamArn, Text, Url


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
