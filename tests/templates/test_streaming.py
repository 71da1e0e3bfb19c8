from __future__ import annotations

import pytest
from troposphere import kinesis

from tests.templates.rendering import properties, rendered, resources

STREAMS = {"Ingest": "video-stream", "Analytics": "analytics"}
SHARD_METRICS = {
    "IncomingBytes",
    "IncomingRecords",
    "IteratorAgeMilliseconds",
    "OutgoingBytes",
    "OutgoingRecords",
    "ReadProvisionedThroughputExceeded",
    "WriteProvisionedThroughputExceeded",
}


def shards(stream: str) -> int:
    """Follow a stream's shard count to the default of the root parameter."""
    condition, knob, otherwise = properties("streaming", stream)["ShardCount"]["Fn::If"]
    assert condition == "ShardsCounted"
    assert otherwise == {"Ref": "AWS::NoValue"}
    passed = rendered()["root"]["Resources"]["Streaming"]["Properties"]["Parameters"][knob["Ref"]]
    default: int = rendered()["root"]["Parameters"][passed["Ref"]]["Default"]
    return default


def test_promise_analytics_stream_of_4_shards_with_kms_and_key() -> None:
    assert shards("Analytics") == 4
    assert properties("streaming", "Analytics")["StreamEncryption"] == {
        "EncryptionType": "KMS",
        "KeyId": {"Ref": "SecurityKeyArn"},
    }


def test_promise_ingest_stream_of_2_shards_with_the_seven_shard_level_metrics_and_kms() -> None:
    assert shards("Ingest") == 2
    stream = properties("streaming", "Ingest")
    assert set(stream["DesiredShardLevelMetrics"]) == SHARD_METRICS
    assert stream["StreamEncryption"] == {"EncryptionType": "KMS", "KeyId": {"Ref": "SecurityKeyArn"}}


def test_promise_dead_letter_queue_of_14_days() -> None:
    (queue,) = resources("streaming", "AWS::SQS::Queue").values()
    assert queue["Properties"]["MessageRetentionPeriod"] == 14 * 24 * 60 * 60


def test_failure_kinesis_encryption_without_a_key_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="KeyId required"):
        kinesis.StreamEncryption(EncryptionType="KMS").to_dict()


def test_failure_no_shard_level_metrics_cannot_be() -> None:
    streams = resources("streaming", "AWS::Kinesis::Stream")
    assert streams.keys() == STREAMS.keys()
    for stream in streams.values():
        assert set(stream["Properties"]["DesiredShardLevelMetrics"]) == SHARD_METRICS


@pytest.mark.parametrize("stream", STREAMS)
def test_streams_keep_what_the_knobs_say_under_the_promised_name(stream: str) -> None:
    made = properties("streaming", stream)
    assert made["Name"] == {"Fn::Sub": f"streamflix-{STREAMS[stream]}-${{Environment}}"}
    assert made["RetentionPeriodHours"] == {"Ref": "RetentionHours"}
    assert rendered()["root"]["Parameters"]["RetentionHours"]["Default"] == 24


@pytest.mark.parametrize("stream", STREAMS)
def test_on_demand_streams_count_no_shards(stream: str) -> None:
    assert properties("streaming", stream)["StreamModeDetails"] == {"StreamMode": {"Ref": "StreamMode"}}
    counted = rendered()["streaming"]["Conditions"]["ShardsCounted"]
    assert counted == {"Fn::Equals": [{"Ref": "StreamMode"}, "PROVISIONED"]}
    assert properties("streaming", stream)["ShardCount"]["Fn::If"][0] == "ShardsCounted"


@pytest.mark.parametrize("title", [*STREAMS, "DeadLetters"])
def test_records_and_dead_letters_outlive_the_stack(title: str) -> None:
    resource = rendered()["streaming"]["Resources"][title]
    assert resource["DeletionPolicy"] == "RetainExceptOnCreate"
    assert resource["UpdateReplacePolicy"] == "Retain"


def test_dead_letters_are_encrypted_with_the_platforms_key() -> None:
    assert properties("streaming", "DeadLetters")["KmsMasterKeyId"] == {"Ref": "SecurityKeyArn"}


def test_dead_letters_travel_over_tls_only() -> None:
    policy = properties("streaming", "DeadLettersPolicy")
    assert policy["Queues"] == [{"Ref": "DeadLetters"}]
    (deny,) = policy["PolicyDocument"]["Statement"]
    assert deny["Effect"] == "Deny"
    assert deny["Principal"] == "*"
    assert deny["Action"] == ["sqs:*"]
    assert deny["Resource"] == [{"Fn::GetAtt": ["DeadLetters", "Arn"]}]
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_no_other_queue_redrives_into_the_dead_letters() -> None:
    assert properties("streaming", "DeadLetters")["RedriveAllowPolicy"] == {"redrivePermission": "denyAll"}


def test_root_tells_where_to_send_records_and_find_dead_letters() -> None:
    promised = {"IngestName", "IngestArn", "AnalyticsName", "AnalyticsArn", "DeadLettersUrl"}
    assert {f"Streaming{name}" for name in promised} <= rendered()["root"]["Outputs"].keys()
