"""Events of a tree of stacks, read as they come and no more often than need be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from botocore.stub import Stubber

from deployer.feed import Feed
from tests.deployer.recordings import clients
from tests.deployer.stage import DATA, NOON, ROOT

STACK = "AWS::CloudFormation::Stack"


def event(number: int, stack: str, status: str, **about: str) -> dict[str, Any]:
    """Return an event as DescribeStackEvents gives it; unless it is about a resource the stack speaks of itself."""
    own = {"LogicalResourceId": stack.split("/")[1], "PhysicalResourceId": stack, "ResourceType": STACK}
    return {
        "StackId": stack,
        "StackName": stack.split("/")[1],
        "EventId": f"event-{number}",
        "Timestamp": NOON + timedelta(seconds=number),
        "ResourceStatus": status,
        **own,
        **about,
    }


def data(number: int, status: str) -> dict[str, Any]:
    return event(number, ROOT, status, LogicalResourceId="Data", PhysicalResourceId=DATA)


OLD = [event(1, ROOT, "CREATE_IN_PROGRESS"), data(2, "CREATE_COMPLETE"), event(3, ROOT, "CREATE_COMPLETE")]
FIRST = [event(10, ROOT, "UPDATE_IN_PROGRESS"), data(11, "UPDATE_IN_PROGRESS"), data(14, "UPDATE_COMPLETE")]
INSIDE = [
    event(12, DATA, "UPDATE_IN_PROGRESS"),
    event(
        13,
        DATA,
        "UPDATE_COMPLETE",
        LogicalResourceId="Topic",
        PhysicalResourceId="topic",
        ResourceType="AWS::SNS::Topic",
    ),
    event(13, DATA, "UPDATE_COMPLETE", EventId="event-13b"),
]
LATER = [event(20, ROOT, "UPDATE_ROLLBACK_IN_PROGRESS"), data(21, "UPDATE_IN_PROGRESS")]
UNDONE = [event(22, DATA, "UPDATE_ROLLBACK_IN_PROGRESS")]


def expect(stub: Stubber, stack: str, *parts: list[dict[str, Any]]) -> None:
    """Expect a stack's events to be read, newest first."""
    newest_first = [each for part in reversed(parts) for each in reversed(part)]
    stub.add_response("describe_stack_events", {"StackEvents": newest_first}, {"StackName": stack})


def test_only_the_newest_operation_is_told_and_each_event_once() -> None:
    with Stubber(clients().cloudformation) as stub:
        feed = Feed(clients(), ROOT)
        expect(stub, ROOT, OLD, FIRST)
        expect(stub, DATA, INSIDE)
        told = feed.poll()
        assert [path for path, _ in told] == ["", "Data", "Data", "Data/Topic", "Data", "Data"]
        assert [e.time.second for _, e in told] == [10, 11, 12, 13, 13, 14]
        assert feed.status == "UPDATE_IN_PROGRESS"
        expect(stub, ROOT, OLD, FIRST)
        assert feed.poll() == []
        stub.assert_no_pending_responses()


def test_a_nested_stack_at_rest_is_read_again_once_its_parent_moves_it() -> None:
    with Stubber(clients().cloudformation) as stub:
        feed = Feed(clients(), ROOT)
        expect(stub, ROOT, FIRST)
        expect(stub, DATA, INSIDE)
        feed.poll()
        expect(stub, ROOT, FIRST, LATER)
        expect(stub, DATA, INSIDE, UNDONE)
        assert [e.status for _, e in feed.poll()] == [
            "UPDATE_ROLLBACK_IN_PROGRESS",
            "UPDATE_IN_PROGRESS",
            "UPDATE_ROLLBACK_IN_PROGRESS",
        ]
        stub.assert_no_pending_responses()


def test_a_fresh_feed_knows_nothing_of_what_was_before() -> None:
    with Stubber(clients().cloudformation) as stub:
        expect(stub, ROOT, OLD)
        feed = Feed(clients(), ROOT, fresh=True)
        assert feed.mark == "event-3"
        expect(stub, ROOT, OLD)
        assert feed.poll() == []
        assert feed.status == ""
        expect(stub, ROOT, OLD, FIRST[:1])
        assert [e.status for _, e in feed.poll()] == ["UPDATE_IN_PROGRESS"]


def test_a_nested_stack_that_cannot_be_read_is_left_out() -> None:
    with Stubber(clients().cloudformation) as stub:
        feed = Feed(clients(), ROOT)
        expect(stub, ROOT, FIRST)
        stub.add_client_error("describe_stack_events", "ValidationError", "Stack x does not exist", 400)
        assert len(feed.poll()) == len(FIRST)
