"""The whole life of an environment, deployed for real to the embedded cloud."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import deployer
from deployer import Exit
from deployer import messages as m
from deployer.decide.changes import Effect, effect
from local.cloud import Cloud
from tests.deployer.local_cloud import RESOURCES, STACKS, TREE, Desk, stacks_named, write

pytestmark = pytest.mark.slow


def effects(desk: Desk) -> dict[str, Effect]:
    """Return what the last plan that was shown does."""
    plan = [message.plan for message in desk.told if isinstance(message, m.Planned)][-1]
    return {change.path: effect(change) for change in plan.changes}


def test_a_whole_life(cloud: Cloud, tmp_path: Path) -> None:
    desk = Desk(cloud, tmp_path, "life")
    assert deployer.plan(desk.context()).exit is Exit.CHANGES
    assert stacks_named(desk.clients(), "life") == []

    created = deployer.deploy(desk.context())
    assert created.exit is Exit.DONE
    assert created.data["outputs"] == {
        "StreamArn": f"arn:aws:kinesis:{cloud.region}:{cloud.account}:stream/video-life",
        "MediaBucket": desk.bucket,
    }
    assert [status for _, status in stacks_named(desk.clients(), "life")] == ["CREATE_COMPLETE"] * len(STACKS)
    assert len(json.loads((tmp_path / "durations.json").read_text(encoding="utf-8"))) == RESOURCES

    assert deployer.deploy(desk.context()).data == {"changed": False}
    assert deployer.plan(desk.context()).exit is Exit.DONE

    assert deployer.plan(desk.context(Hours="48")).exit is Exit.CHANGES
    assert effects(desk) == {"Streaming/Ingest": Effect.CHANGED}
    assert deployer.deploy(desk.context(Hours="48")).exit is Exit.DONE
    assert deployer.plan(desk.context(Hours="48")).exit is Exit.DONE

    assert deployer.drift(desk.context()).exit is Exit.DONE
    queues = desk.client("sqs")
    url = queues.get_queue_url(QueueName="letters-life")["QueueUrl"]
    queues.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "90"})
    assert deployer.drift(desk.context()).exit is Exit.DRIFT
    (drifted,) = [message for message in desk.told if isinstance(message, m.DriftFound)][-1].drifted
    assert (drifted.path, drifted.differences[0].actual) == ("Streaming/Letters/Queue", "90")

    s3 = desk.clients().s3
    for body in (b"one", b"two"):
        s3.put_object(Bucket=desk.bucket, Key="film", Body=body)
    s3.delete_object(Bucket=desk.bucket, Key="film")
    assert deployer.destroy(desk.context()).exit is Exit.DONE
    assert stacks_named(desk.clients(), "life") == []
    assert "video-life" not in desk.client("kinesis").list_streams()["StreamNames"]
    assert desk.bucket not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    assert deployer.destroy(desk.context()).data == {"changed": False}
    assert deployer.status(desk.context()).data == {"status": "(absent)"}


def test_looking_at_a_deployed_environment(cloud: Cloud, tmp_path: Path) -> None:
    desk = Desk(cloud, tmp_path, "looks")
    deployer.deploy(desk.context())
    assert deployer.status(desk.context()).exit is Exit.DONE
    assert set(deployer.outputs(desk.context()).data["outputs"]) == {"MediaBucket", "StreamArn"}
    assert deployer.watch(desk.context()).exit is Exit.DONE
    for nothing in (deployer.cancel, deployer.rollback, deployer.resume):
        assert nothing(desk.context()).exit is Exit.DONE

    logs = desk.clients().logs
    logs.create_log_stream(logGroupName="logs-looks", logStreamName="s")
    now = int(desk.context().now().timestamp() * 1000)
    logs.put_log_events(
        logGroupName="logs-looks", logStreamName="s", logEvents=[{"timestamp": now, "message": "started"}]
    )
    deployer.logs(desk.context(), timedelta(hours=1))
    deployer.logs(desk.context(), timedelta(hours=1), tier="Storage")
    assert [message.text for message in desk.told if isinstance(message, m.Logged)] == ["started"]

    tree, parameters = deployer.deployed_tree(desk.context())
    assert set(tree) == set(STACKS)
    assert deployer.offline(desk.context(), tree, parameters).exit is Exit.DONE
    assert deployer.offline(desk.context(Hours="48"), tree, parameters).exit is Exit.CHANGES
    assert effects(desk) == {"Streaming/Ingest": Effect.CHANGED}
    deployer.destroy(desk.context())


def test_what_holds_data_is_kept_until_it_is_given_up_by_name(cloud: Cloud, tmp_path: Path) -> None:
    desk = Desk(cloud, tmp_path, "keeps")
    deployer.deploy(desk.context())
    ctx = desk.context()
    without = {**TREE["letters.json"], "Resources": {"Logs": TREE["letters.json"]["Resources"]["Logs"]}}
    (ctx.build / "letters.json").write_text(json.dumps(without), encoding="utf-8")
    with pytest.raises(deployer.DeployError, match="--allow-replace Streaming/Letters/Queue"):
        deployer.deploy(ctx)
    assert effects(desk) == {"Streaming/Letters/Queue": Effect.REMOVED}
    assert deployer.deploy(ctx, allow_replace=["Streaming/Letters/Queue"]).exit is Exit.DONE
    queues = ctx.clients._session.client("sqs", endpoint_url=cloud.endpoint).list_queues()
    assert [url for url in queues.get("QueueUrls", []) if url.endswith("letters-keeps")] == []
    write(ctx.build)
    deployer.destroy(ctx)


def test_two_regions_at_once(cloud: Cloud, tmp_path: Path) -> None:
    places = [replace(cloud, region=region) for region in ("eu-west-2", "eu-central-1")]
    desks = [Desk(place, tmp_path / place.region, "twice") for place in places]
    contexts = [desk.context() for desk in desks]
    assert deployer.at_once(contexts).exit is Exit.DONE
    for desk in desks:
        assert len(stacks_named(desk.clients(), "twice")) == len(STACKS)
    assert deployer.at_once(contexts).summary.endswith("no changes.")
    assert deployer.in_order(contexts, deployer.destroy).exit is Exit.DONE
    assert [stacks_named(desk.clients(), "twice") for desk in desks] == [[], []]


def test_what_is_retained_stays_where_that_is_wanted(cloud: Cloud, tmp_path: Path) -> None:
    desk = Desk(cloud, tmp_path, "stays")
    deployer.deploy(desk.context())
    assert deployer.destroy(desk.context(), keep_data=True).exit is Exit.DONE
    notes = [message.text for message in desk.told if isinstance(message, m.Note)]
    assert "Streaming/Ingest (AWS::Kinesis::Stream, video-stays): stays, outside any stack" in notes
    assert "video-stays" in desk.client("kinesis").list_streams()["StreamNames"]
    desk.client("kinesis").delete_stream(StreamName="video-stays")


def test_artifacts_are_uploaded_once_and_go_only_when_asked(cloud: Cloud, tmp_path: Path) -> None:
    desk = Desk(cloud, tmp_path, "packs")
    deployer.package(desk.context())
    again = deployer.package(desk.context())
    assert again.data["uploaded"] == 0
    bucket = again.data["bucket"]
    s3 = desk.clients().s3
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    deployer.destroy(desk.context(), with_artifacts=True)
    assert bucket not in [each["Name"] for each in s3.list_buckets()["Buckets"]]


def test_a_failed_creation_is_told_and_cleaned_up_by_the_next(cloud: Cloud, tmp_path: Path) -> None:
    desk = Desk(cloud, tmp_path, "fails")
    desk.clients().s3.create_bucket(Bucket=desk.bucket)
    blocked = deployer.deploy(desk.context())
    assert blocked.exit in {Exit.ROLLED_BACK, Exit.STUCK}
    assert blocked.data["cause"]["path"] == "Storage/Media"
    desk.clients().s3.delete_bucket(Bucket=desk.bucket)
    if blocked.exit is Exit.STUCK:
        assert deployer.destroy(desk.context()).exit is Exit.DONE
    assert deployer.deploy(desk.context()).exit is Exit.DONE
    assert len(stacks_named(desk.clients(), "fails")) == len(STACKS)
    deployer.destroy(desk.context())
