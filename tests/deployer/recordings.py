"""Recorded answers of the AWS API, and what the deployer reads out of them."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from botocore.stub import Stubber

from deployer.aws import stacks
from deployer.aws.clients import Access, Clients
from deployer.model import Event

FOLDER = Path(__file__).parent / "recorded"
REGION = "eu-west-2"
ACCOUNT = "123456789012"


def recorded(name: str) -> dict[str, Any]:
    """Return a recording, with its timestamps as boto3 gives them."""
    data: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"), object_hook=_times)
    return data


def _times(node: dict[str, Any]) -> dict[str, Any]:
    times = ("Timestamp", "CreationTime", "stoppedAt")
    return {k: datetime.fromisoformat(v) if k in times else v for k, v in node.items()}


@cache
def clients() -> Clients:
    """Return clients (the same ones each time, for they take a second to make) that must be stubbed.

    Their endpoint is a closed port of this machine.
    """
    return Clients(REGION, Access(endpoint_url="http://127.0.0.1:9", access_key="test", secret_key="test"))


def events(recording: dict[str, Any]) -> dict[str, list[Event]]:
    """Return the events of every stack of a recording, read through the real client and its pages."""
    return {stack_id: _read(stack_id, pages) for stack_id, pages in recording["pages"].items()}


def _read(stack_id: str, pages: list[dict[str, Any]]) -> list[Event]:
    made = clients()
    with Stubber(made.cloudformation) as stub:
        token: dict[str, str] = {}
        for page in pages:
            stub.add_response("describe_stack_events", page, {"StackName": stack_id, **token})
            token = {"NextToken": page.get("NextToken", "")}
        read = stacks.events(made, stack_id, lambda _: False)
        stub.assert_no_pending_responses()
    return read
